import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';
import { errorMessage } from '../errors.ts';
import { makeRoom } from './disk-limit.ts';
import { countDropped, type Signal } from './dropped.ts';

/** Where and how much telemetry is written. */
export interface FileOptions {
  readonly directory: string;
  /** Bytes after which a file is closed and the next one begun. */
  readonly fileLimit: number;
  /** Most bytes of all telemetry files of the directory together. */
  readonly diskLimit: number;
}

/** A file of one signal that takes one export request a line. */
export interface SignalFile {
  readonly signal: Signal;
  /** Writes a line, its newline included, now, or drops and counts it; never throws. */
  readonly write: (line: Uint8Array, items: number) => void;
  /** Items written so far. */
  readonly written: () => number;
  readonly path: () => string;
}

const startedAt = Date.now();

/** Opens nothing yet: `DIRECTORY/<signal>-<pid>-<start>[-t<thread>]-<number>.jsonl` appears with its first line. */
export function openSignalFile(signal: Signal, { directory, fileLimit, diskLimit }: FileOptions): SignalFile {
  const stem = `${signal}-${process.pid}-${startedAt}${isMainThread ? '' : `-t${threadId}`}`;
  let number = 0;
  let descriptor: number | undefined;
  let size = 0;
  let written = 0;
  const path = (): string => join(directory, `${stem}-${number}.jsonl`);

  const open = (bytes: number): number => {
    if (descriptor !== undefined && size > 0 && size + bytes > fileLimit) {
      closeSync(descriptor);
      descriptor = undefined;
      number += 1;
    }
    if (descriptor !== undefined) return descriptor;
    makeFolder(directory);
    descriptor = openSync(path(), 'a', 0o640);
    size = fstatSync(descriptor).size;
    return descriptor;
  };

  const write = (line: Uint8Array, items: number): void => {
    try {
      if (!makeRoom(directory, line.length, diskLimit)) {
        countDropped(
          signal,
          'disk_limit',
          items,
          `${directory} holds ${diskLimit} bytes; raise diskLimit or move old files away`,
        );
        return;
      }
      append(open(line.length), line, size);
      size += line.length;
      written += items;
    } catch (error) {
      countDropped(signal, 'write_failed', items, errorMessage(error));
      descriptor = closeQuietly(descriptor);
    }
  };
  return { signal, write, written: () => written, path };
}

/** All bytes or none: what a full disk cut off would spoil the next line. */
function append(descriptor: number, line: Uint8Array, size: number): void {
  let done = 0;
  try {
    while (done < line.length) done += writeSync(descriptor, line, done);
  } catch (error) {
    if (done > 0) ftruncateSync(descriptor, size);
    throw error;
  }
}

/** Node's own recursive way never ends in a file system that lets nobody make a folder, such as /proc. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function closeQuietly(descriptor: number | undefined): undefined {
  try {
    if (descriptor !== undefined) closeSync(descriptor);
  } catch {
    // It was broken already; the next write opens anew.
  }
}
