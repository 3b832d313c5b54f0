/**
 * Books of which a message is due by some time: their topic may have fallen silent while their connection lives. What makes one due is
 * either that its venue sends a message at least so often, or a trade: it changes the book that it was made in. A book that was asked for
 * again in vain, and says nothing beyond its first message, is waited for twice as long each time: a quiet pair, or orders that no book
 * shows, cost few requests and not one after the other. Trades say that a book is not quiet: while they come it is never trusted for longer
 * than a minute.
 */
import type { InstrumentId } from '../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** How long the change of a book may take that a trade made, or how much sooner it may have come. */
const TRADE_US: DurationUs = 10 * US_PER_SECOND;
const LONGEST_TRADE_US: DurationUs = 60 * US_PER_SECOND;
const BEFORE_US: DurationUs = 2 * US_PER_SECOND;
/** Older trades, by a clock that may be off by a little, are of the past. */
const RECENT_US: DurationUs = 5 * US_PER_SECOND;
const LONGEST_US: DurationUs = 3_600 * US_PER_SECOND;

type Awaited = {
  /** By when a message must have come; infinite: nothing is awaited. */
  dueUs: TimeUs;
  /** When its last message came. */
  seenUs: TimeUs;
  /** How often in a row it was found overdue. */
  alarms: number;
  /** Messages since then. */
  messages: number;
};

export class OverdueBooks {
  /** By instrument. */
  #books: (Awaited | undefined)[] = [];

  /** A message is due by this time, or by an earlier one that is set already. */
  awaitBy(id: InstrumentId, dueUs: TimeUs): void {
    const book = this.#of(id);
    book.dueUs = Math.min(book.dueUs, dueUs);
  }

  /**
   * A trade was made: a book that has just changed, or is about to, shows it. Venues begin with trades of the past, which say nothing.
   * @param venueUs when it was made, by the venue's clock.
   */
  traded(id: InstrumentId, venueUs: TimeUs, nowUs: TimeUs): void {
    const book = this.#of(id);
    if (!contradicts(venueUs, nowUs, book.seenUs)) return;
    const waitUs = Math.min(LONGEST_TRADE_US, longer(TRADE_US, book.alarms));
    book.dueUs = Math.min(book.dueUs, nowUs + waitUs);
  }

  /** A message of the book came. @param silenceUs within which the venue sends the next; undefined: it need not. */
  seen(id: InstrumentId, nowUs: TimeUs, silenceUs?: DurationUs): void {
    const book = this.#of(id);
    book.seenUs = nowUs;
    // The first one is what the request brought: only a further one shows that its topic is served.
    if (book.alarms > 0 && ++book.messages > 1) book.alarms = 0;
    book.dueUs = silenceUs === undefined ? Number.POSITIVE_INFINITY : nowUs + longer(silenceUs, book.alarms);
  }

  /** Nothing more is awaited of the book until its next message. */
  rest(id: InstrumentId): void {
    const book = this.#books[id];
    if (book !== undefined) book.dueUs = Number.POSITIVE_INFINITY;
  }

  /** The connection ended: what another one brings is awaited anew. */
  clear(): void {
    this.#books = [];
  }

  /** @param onOverdue is called once for each. */
  tick(nowUs: TimeUs, onOverdue: (id: InstrumentId) => void): void {
    for (let id = 0; id < this.#books.length; id++) {
      const book = this.#books[id];
      if (book === undefined || nowUs < book.dueUs) continue;
      book.dueUs = Number.POSITIVE_INFINITY;
      book.alarms++;
      book.messages = 0;
      onOverdue(id);
    }
  }

  #of(id: InstrumentId): Awaited {
    let book = this.#books[id];
    if (book === undefined) {
      book = { dueUs: Number.POSITIVE_INFINITY, seenUs: Number.NEGATIVE_INFINITY, alarms: 0, messages: 0 };
      this.#books[id] = book;
    }
    return book;
  }
}

/** A trade that was made just now, while the last message of its book is older than what a trade's change may precede it by. */
export function contradicts(venueUs: TimeUs, nowUs: TimeUs, seenUs: TimeUs): boolean {
  return Math.abs(nowUs - venueUs) <= RECENT_US && nowUs - seenUs > BEFORE_US;
}

function longer(us: DurationUs, alarms: number): DurationUs {
  return Math.min(LONGEST_US, us * 2 ** Math.min(alarms, 20));
}
