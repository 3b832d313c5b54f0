/** What a venue's capture reader makes of a record: the words in which a check of a recording thinks. */
import type { Continuity } from '../../books/continuity.ts';
import type { CaptureRecord } from './capture-record.ts';
import type { CheckReport } from './check-report.ts';
import type { PlainLevel, WrittenLevel } from './plain-decimal.ts';
import type { WholeBook } from './whole-book.ts';

/** A snapshot, or a change, of one book. */
export type BookMessage = {
  readonly kind: 'snapshot' | 'delta';
  /** The venue's own symbol. */
  readonly symbol: string;
  /**
   * Sequence numbers that it covers; equal where the venue has one a message, 0 where it has none. A snapshot has its own in `last`.
   * Where each message names the one before it, `first` is that number plus one.
   */
  readonly first: number;
  readonly last: number;
  readonly bids: readonly WrittenLevel[];
  readonly asks: readonly WrittenLevel[];
  /**
   * Number of each level, in the order of `bids` and `asks`, where the venue says it: of a message that began before the book's
   * number only levels above that are taken.
   */
  readonly numbers?: { readonly bids: readonly number[]; readonly asks: readonly number[] } | undefined;
  /** Most levels a side that the venue keeps in this book: it removes what leaves them. Undefined: it keeps all. */
  readonly window?: number | undefined;
  /** Checksum that the venue announces of the book after this message. */
  readonly checksum?: number | undefined;
  /** Sum of the quantities of each side, where the venue announces it: plain decimals. */
  readonly totals?: PlainLevel | undefined;
  /** What was taken off `first` and `last` so that doubles hold them exactly; 0 when left out. */
  readonly offset?: bigint | undefined;
};

/** A checksum of a book that comes as a message of its own. */
export type BookChecksum = {
  readonly kind: 'checksum';
  readonly symbol: string;
  readonly checksum: number;
};

/** A message that came before, word for word or by its number: the book has it already. */
export type RepeatedMessage = {
  readonly kind: 'repeated';
  readonly symbol: string;
  readonly detail: string;
};

/** What is no book, or a book that is left out: it is counted under its name. */
export type OtherMessage = {
  readonly kind: 'other';
  readonly name: string;
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

/** A frame of this connection is missing or doubled, by numbers that all its books share: none of them is trusted until its next snapshot. */
export type LostConnection = {
  readonly kind: 'lost-connection';
  readonly detail: string;
};

/** Those that are about one book. */
export type OneBookMessage = BookMessage | BookChecksum | RepeatedMessage | Touch | UnreadableBook;

export type CaptureMessage = OneBookMessage | LostConnection | OtherMessage;

export type CaptureReader = {
  /** Name of the venue, then other names that its recordings go by. */
  readonly venues: readonly string[];
  readonly rule: BookRule;
  /** What showed in this recording that a message was missed or altered. */
  readonly integrity: CheckReport['integrity'];
  /** What a record holds of books; nothing where it is about something else. @throws UserError naming its line. */
  read(record: CaptureRecord): readonly CaptureMessage[];
  /** A connection of this name opened: what the reader keeps of an earlier one of the name is void. */
  connected?(connection: string): void;
};

export type BookRule = {
  /** Whether a change follows the number that the book holds. */
  continuity(message: BookMessage, applied: number): Continuity;
  /**
   * Snapshots come by REST, beside the stream: changes wait for the one whose number they join on to. False: they come in the
   * stream, so that a change before one is older than it.
   */
  readonly hasRestSnapshots: boolean;
  /** Compares the book after a message with its checksum. Undefined: the message carries none; empty: they agree; else what differs. */
  readonly compare?: (book: WholeBook, message: BookMessage | BookChecksum) => string | undefined;
  /** A message whose numbers the connection has sent before is a fault: it changes nothing, and no venue sends one. */
  readonly refusesRepeats?: boolean;
  /** A touch is the best bid and ask of the very book with its number: where they differ, a message was altered. */
  readonly hasExactTouches?: boolean;
  /** The venue removes only levels that the book has: a removal of another shows that a message was altered. */
  readonly refusesUnknownRemovals?: boolean;
  /** A book whose best bid is not below its best ask is not the venue's: where nothing else shows that a message was altered. */
  readonly refusesCrossed?: boolean;
};
