import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { START, type Position } from '../otlp/block.ts';
import type { OtlpFile } from '../otlp/files.ts';
import type { DuckDbStore } from './duckdb.ts';

const HEAD = 4096;
const TAIL = 4096;

/** How far a file has been read, and what tells it apart once it is renamed, moved or copied. */
export interface FileProgress {
  readonly id: number;
  readonly path: string;
  readonly inode: string;
  readonly size: number;
  readonly modified_ms: number;
  readonly plain_offset: number;
  readonly frame: number;
  readonly frame_offset: number;
  readonly head_bytes: number;
  readonly head_hash: string;
  /** Of the bytes before `frame`: that the same file was read this far. */
  readonly fingerprint: string;
  readonly pending_bytes: number;
  readonly pending_reason: string | null;
}

/** The files read before. */
export interface KnownFiles {
  readonly byInode: Map<string, FileProgress>;
  nextId: number;
}

export async function loadProgress(store: DuckDbStore): Promise<KnownFiles> {
  const rows = await store.query<FileProgress>('SELECT * FROM ingested_files ORDER BY id');
  return { byInode: new Map(rows.map((row) => [row.inode, row])), nextId: Math.max(0, ...rows.map((row) => row.id)) + 1 };
}

/**
 * Finds what is known of `file`: by inode where the bytes read are still the same, else by content, so that a copy is known as well.
 * Names are not asked: rotation reuses them.
 */
export async function recognise(known: KnownFiles, file: OtlpFile): Promise<FileProgress | undefined> {
  const same = known.byInode.get(file.inode);
  if (same && isUnchanged(same, file)) return same;
  await using handle = await open(file.path);
  if (same && (await hasRead(handle, file, same))) return same;
  const heads = new Map<number, string>();
  let best: FileProgress | undefined;
  for (const candidate of known.byInode.values()) {
    if (candidate.frame === 0 || candidate.frame > file.size || candidate.frame < (best?.frame ?? 0)) continue;
    const { head_bytes: bytes } = candidate;
    if (!heads.has(bytes)) heads.set(bytes, await hashRange(handle, 0, bytes));
    if (heads.get(bytes) === candidate.head_hash && (await hasRead(handle, file, candidate))) best = candidate;
  }
  return best;
}

/** True where nothing was written to the file since it was read. */
export function isUnchanged(known: FileProgress, file: OtlpFile): boolean {
  return known.inode === file.inode && known.size === file.size && known.modified_ms === file.modifiedMs;
}

export function positionOf(progress: FileProgress | undefined): Position {
  if (!progress) return START;
  return { offset: progress.plain_offset, frame: progress.frame, frameOffset: progress.frame_offset };
}

/** The progress to remember once `file` is read up to `position`. */
export async function describeProgress(
  file: OtlpFile,
  id: number,
  position: Position,
  pending: { bytes: number; reason: string } | undefined,
): Promise<FileProgress> {
  await using handle = await open(file.path);
  const headBytes = Math.min(HEAD, position.frame);
  return {
    id,
    path: file.path,
    inode: file.inode,
    size: file.size,
    modified_ms: file.modifiedMs,
    plain_offset: position.offset,
    frame: position.frame,
    frame_offset: position.frameOffset,
    head_bytes: headBytes,
    head_hash: await hashRange(handle, 0, headBytes),
    fingerprint: await fingerprint(handle, position.frame),
    pending_bytes: pending?.bytes ?? 0,
    pending_reason: pending?.reason ?? null,
  };
}

export async function saveProgress(store: DuckDbStore, known: KnownFiles, progress: FileProgress): Promise<void> {
  const { connection } = store;
  await connection.run('DELETE FROM ingested_files WHERE inode = $inode OR id = $id', {
    inode: progress.inode,
    id: BigInt(progress.id),
  });
  const values = Object.values(progress).map((value) => (typeof value === 'number' ? BigInt(value) : value));
  await connection.run(`INSERT INTO ingested_files VALUES (${values.map((_, index) => `$${index + 1}`).join(', ')})`, values);
  known.byInode.set(progress.inode, progress);
}

async function hasRead(handle: FileHandle, file: OtlpFile, progress: FileProgress): Promise<boolean> {
  return progress.frame <= file.size && (await fingerprint(handle, progress.frame)) === progress.fingerprint;
}

async function fingerprint(handle: FileHandle, end: number): Promise<string> {
  const head = await hashRange(handle, 0, Math.min(64 * 1024, end));
  return `${head}:${await hashRange(handle, Math.max(0, end - TAIL), end)}`;
}

async function hashRange(handle: FileHandle, start: number, end: number): Promise<string> {
  const buffer = Buffer.alloc(end - start);
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, start);
  return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('base64url').slice(0, 22);
}
