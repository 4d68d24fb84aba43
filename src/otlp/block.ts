import type { Signal } from './rows.ts';

/** Where reading of a file goes on: `offset` counts decompressed bytes; `frame` and `frameOffset` say where its zstd frame starts. */
export interface Position {
  readonly offset: number;
  /** Byte of the file itself. */
  readonly frame: number;
  /** The decompressed offset at `frame`. */
  readonly frameOffset: number;
}

export const START: Position = { offset: 0, frame: 0, frameOffset: 0 };

/** How the records of a block are laid out, once a compression of the whole file is undone. */
export type BlockFormat = 'json' | 'proto' | 'prefixed-zstd';

/** A stretch of whole records in a buffer of its own; only a file's `final` block may end inside one. */
export interface Block {
  readonly format: BlockFormat;
  /** What the file's name tells of the signal; protobuf records do not name it. */
  readonly signal?: Signal | undefined;
  readonly bytes: Buffer;
  readonly offset: number;
  readonly final: boolean;
}

/** A stretch that cannot be read, relative to its block or file. `pending`: it may be completed later. */
export interface Gap {
  readonly offset: number;
  readonly bytes: number;
  readonly reason: string;
  readonly pending?: boolean;
}

/** Bounds that keep memory constant; bytes. */
export interface Limits {
  /** Read at once. */
  readonly block: number;
  /** Longest record; a longer one is skipped. */
  readonly record: number;
}

export const LIMITS: Limits = { block: 1 << 20, record: 64 << 20 };
