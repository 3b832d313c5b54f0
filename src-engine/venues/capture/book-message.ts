/** What a venue's capture reader makes of a record: the words in which a check of a recording thinks. */
import type { Continuity } from '../../books/continuity.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { PlainLevel } from './plain-decimal.ts';

/** A snapshot, or a change, of one book. */
export type BookMessage = {
  readonly kind: 'snapshot' | 'delta';
  /** The venue's own symbol. */
  readonly symbol: string;
  /** Sequence numbers that it covers; equal where the venue has one a message. A snapshot has its own in `last`. */
  readonly first: number;
  readonly last: number;
  readonly bids: readonly PlainLevel[];
  readonly asks: readonly PlainLevel[];
};

/** Best bid and ask that the venue shows elsewhere, as of the sequence number of its book. */
export type Touch = {
  readonly kind: 'touch';
  readonly symbol: string;
  readonly seq: number;
  readonly bid: PlainLevel;
  readonly ask: PlainLevel;
};

/** A message of a book that is known by its symbol and cannot be read: a live feed would ask for a snapshot. */
export type UnreadableBook = {
  readonly kind: 'unreadable';
  readonly symbol: string;
  readonly detail: string;
};

export type CaptureReader = {
  /** Name of the venue, then other names that its recordings go by. */
  readonly venues: readonly string[];
  readonly rule: BookRule;
  /** What a record holds of books; nothing where it is about something else. @throws UserError naming its line. */
  read(record: CaptureRecord): readonly (BookMessage | Touch | UnreadableBook)[];
};

export type BookRule = {
  /** Whether a change follows the number that the book holds. */
  continuity(message: BookMessage, applied: number): Continuity;
  /** Snapshots come by REST, beside the stream: changes wait for the one whose number they join on to. */
  readonly hasRestSnapshots: boolean;
};
