/**
 * A tape: a market log decoded once, as the calls that a feed makes, in columns. Backtests and sweeps read it whole
 * and share it. The layout of a file:
 *
 *   8 bytes   magic `PLXTAPE` and the version
 *   u32, u32  length of the head and its CRC-32, little endian
 *   head      JSON: what the tape holds, and where each column lies
 *   columns   typed arrays, little endian, each at a multiple of 8 bytes
 *
 * Checksums of books were compared when the tape was made. Only those that did not match are kept, so that a replay
 * finds the very same faults and does not do the same work for each of its runs.
 */
import type { BookDepth } from '../../domain/book-depth.ts';
import type { InstrumentChange, InstrumentSpec, InstrumentStatus } from '../../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { FeedEvent } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';

export const TAPE_EXTENSION = '.tape';
/** Version of the layout and of the decoding behind it: a tape of another one is made again from its logs. */
export const TAPE_VERSION = 2;
export const TAPE_MAGIC = Buffer.from('PLXTAPE', 'latin1');
/** Magic, version, length and CRC-32 of the head. */
export const TAPE_PREFIX_BYTES = 16;
export const TAPE_ALIGNMENT = 8;
/** Most events of one tape: what the columns of it take must fit into memory beside a run. */
export const MAX_TAPE_EVENTS = 50_000_000;

/** What an event is, in the `kinds` column. */
export const TAPE_DELTA = 0;
export const TAPE_SNAPSHOT = 1;
/** A public trade: its price and quantity are one level; the taker bought or sold. */
export const TAPE_BUY = 2;
export const TAPE_SELL = 3;
/** A sign of life of the venue with the index that stands in `targets`. */
export const TAPE_ALIVE = 4;
/** The entry of `rare` with the index that stands in `targets`. */
export const TAPE_RARE = 5;
/** Something of the log that made no call: only its time counts. */
export const TAPE_TIME = 6;
/** The best level a side, from a stream faster than the book's. */
export const TAPE_TOUCH = 7;

/** A message of a book, with its levels. */
export function isTapeBook(kind: number): boolean {
  return kind <= TAPE_SNAPSHOT || kind === TAPE_TOUCH;
}

/** One array an attribute, an entry an event; levels and faults have counts of their own. */
export type TapeColumns = {
  readonly kinds: Uint8Array;
  /** Instrument, venue or rare entry, as the kind says; 0 where it names nothing. */
  readonly targets: Uint32Array;
  /** When it arrived, and when the venue says that it happened (0: not said), in µs since 1970. */
  readonly times: Float64Array;
  readonly venueTimes: Float64Array;
  /** Levels a side of a book message, which follow one another in `prices` and `qtys`: bids, then asks. */
  readonly bidCounts: Uint16Array;
  readonly askCounts: Uint16Array;
  readonly prices: Float64Array;
  readonly qtys: Float64Array;
  /** Sequence numbers of book messages, or NONE; empty when no message has any. */
  readonly seqs: Float64Array;
  readonly prevSeqs: Float64Array;
  /** Events whose checksum did not match the book, and the checksum that was announced. */
  readonly faultEvents: Uint32Array;
  readonly faultChecksums: Uint32Array;
};

export type ColumnName = keyof TapeColumns;

/** How each column is stored; also their order in the file. */
export const COLUMN_TYPES = {
  times: Float64Array,
  venueTimes: Float64Array,
  prices: Float64Array,
  qtys: Float64Array,
  seqs: Float64Array,
  prevSeqs: Float64Array,
  targets: Uint32Array,
  faultEvents: Uint32Array,
  faultChecksums: Uint32Array,
  bidCounts: Uint16Array,
  askCounts: Uint16Array,
  kinds: Uint8Array,
} as const satisfies Record<ColumnName, unknown>;

export const COLUMN_NAMES = Object.keys(COLUMN_TYPES) as ColumnName[];

/** What happens seldom keeps the shape of its call. */
export type RareEvent =
  | { readonly call: 'feed'; readonly event: FeedEvent }
  | { readonly call: 'lost'; readonly instrumentId: InstrumentId; readonly reason: string }
  | { readonly call: 'status'; readonly instrumentId: InstrumentId; readonly status: InstrumentStatus }
  | { readonly call: 'rules'; readonly instrumentId: InstrumentId; readonly change: InstrumentChange }
  | { readonly call: 'stopped'; readonly instrumentId: InstrumentId; readonly reason: string };

/** A log that a tape was made of, as it was then. */
export type TapeSource = {
  /** As it was named; relative names count from the folder of the tape. */
  readonly path: string;
  readonly bytes: number;
  /** When it was last written, in ms since 1970: as long as that is the same, it is not read again. */
  readonly modifiedMs: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
};

export type TapeHead = {
  readonly version: typeof TAPE_VERSION;
  readonly sources: readonly TapeSource[];
  /** In the order of their ids. */
  readonly instruments: readonly { readonly venue: VenueName; readonly spec: InstrumentSpec }[];
  readonly venues: readonly VenueName[];
  /** Levels a side of the books that the checksums were compared with: a replay keeps as many. */
  readonly bookDepth: BookDepth;
  /** Entries of the columns, and events of the logs: one of these may make several calls. */
  readonly events: number;
  readonly logEvents: number;
  readonly firstUs: TimeUs;
  readonly lastUs: TimeUs;
  /** Raw frames that the venue's adapter could not read, and what was wrong with the first. */
  readonly unreadableFrames: number;
  readonly firstFault: string;
  /** Logs that broke off and were read up to their last complete line. */
  readonly unfinishedLogs: readonly string[];
  readonly rare: readonly RareEvent[];
  readonly columns: Readonly<
    Record<ColumnName, { readonly offset: number; readonly length: number; readonly crc32: number }>
  >;
};

export type Tape = {
  readonly path: string;
  readonly head: TapeHead;
  readonly columns: TapeColumns;
  /** All columns lie in it: handed to workers, it is shared and not copied. */
  readonly memory: SharedArrayBuffer;
};

export function aligned(offset: number): number {
  return Math.ceil(offset / TAPE_ALIGNMENT) * TAPE_ALIGNMENT;
}
