/** What a check of recorded frames found: the result of the command line's `check-book`. */
import type { PlainLevel } from './plain-decimal.ts';

export type BookReport = {
  /**
   * `waiting`: no snapshot that its changes join on to, or none since a fault. The levels are those of the last message that
   * was applied: before a gap, or with the message whose checksum differs.
   */
  readonly state: 'live' | 'waiting';
  /** The recording has no snapshot of this book: it holds only the levels that changed, and is not a whole book. */
  readonly isPartial: boolean;
  /** Snapshots taken, changes seen, and those of them that were applied. */
  readonly snapshots: number;
  readonly updates: number;
  readonly applied: number;
  readonly stale: number;
  readonly gaps: number;
  /** Comparisons with what the venue shows elsewhere: a checksum, or its best bid and ask. */
  readonly matched: number;
  readonly mismatched: number;
  /** Removals of a level that the book did not have: many of them point to a message that was missed or altered. Null: not counted. */
  readonly removedUnknown: number | null;
  readonly bid: PlainLevel | null;
  readonly ask: PlainLevel | null;
  readonly levels: readonly [bids: number, asks: number];
  readonly top5: { readonly bids: readonly PlainLevel[]; readonly asks: readonly PlainLevel[] };
  /** Hash of the whole book (see WholeBook.sha256). */
  readonly sha256: string;
};

export type Fault = {
  readonly line: number;
  /** `*`: every book of the connection. */
  readonly symbol: string;
  /** `repeat`: a message that came before, or late. It changes nothing, so that the book goes on. */
  readonly kind: 'gap' | 'mismatch' | 'unreadable' | 'repeat';
  readonly detail: string;
};

export type UnreadableLine = { readonly line: number; readonly reason: string };

export type CheckReport = {
  readonly venue: string;
  /** WebSocket frames read, of any kind. */
  readonly frames: number;
  /** Those of the books, and of numbers that a whole connection shares. */
  readonly gaps: number;
  readonly stale: number;
  readonly matched: number;
  readonly mismatched: number;
  /** Times that a live feed would have asked for a fresh snapshot. */
  readonly resyncs: number;
  readonly firstFault: Fault | null;
  /** What shows at this venue that a message was missed or altered; `none`: nothing does, and a removed frame is not found. */
  readonly integrity: 'checksum' | 'sequence' | 'connection-sequence' | 'totals' | 'none';
  /** Lines that cannot be read and were left out: how many, and the first of them. */
  readonly unreadable: { readonly count: number; readonly lines: readonly UnreadableLine[] };
  /** Messages that are no book, or of a book that is left out: how many, by their name. */
  readonly others: Readonly<Record<string, number>>;
  /** By the venue's own symbol. */
  readonly books: Readonly<Record<string, BookReport>>;
};

/** Checks one recording, line by line. */
export type CaptureCheck = {
  /** @throws UserError naming the line when it cannot be read. */
  read(text: string, line: number): void;
  finish(): CheckReport;
};

/** How many levels a side the report repeats. */
export const TOP_LEVELS = 5;
