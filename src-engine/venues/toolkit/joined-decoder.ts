import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { DepthJoin } from './depth-join.ts';
import { KnownBook } from './known-book.ts';
import { StreamDecoder, type StreamParser } from './stream-decoder.ts';

export type JoinedParser = StreamParser & {
  /** First number that the last change covers; its last one is the update's `seq`. */
  readonly firstSeq: number;
  /** The last book that was asked for is of a recording's own, cut as the run saw it; else an answer of the venue. */
  readonly isOwn: boolean;
};

export type KnownLevels = {
  /** Levels a side of the window that a run sees. */
  readonly window: number;
  /** Levels a side at which the venue cuts a book that is asked for; infinite where it is whole. */
  readonly cutAt: number;
  /** With fewer known levels of a side that was cut, the book is asked for again. */
  readonly least: number;
};

/**
 * For venues that send changes alone: they are joined on to a book that is asked for. Behind its last level nothing is known, and
 * nothing is shown.
 */
export class JoinedDecoder extends StreamDecoder {
  readonly #parser: JoinedParser;
  readonly #levels: KnownLevels;
  /** By instrument. */
  readonly #joins: readonly DepthJoin[];
  readonly #books: readonly KnownBook[];
  /** What changes in the window of a book. */
  readonly #update = new BookUpdate(256);

  /** @param instruments with ids 0 … n−1 of the run, or some of them. @param venue that speaks the protocol. */
  constructor(
    parser: JoinedParser,
    instruments: readonly Instrument[],
    sink: MarketSink,
    venue: VenueName,
    levels: KnownLevels,
  ) {
    super(parser, sink, venue);
    const joins: DepthJoin[] = [];
    const books: KnownBook[] = [];
    for (const { id } of instruments) {
      joins[id] = new DepthJoin();
      books[id] = new KnownBook(levels.window);
    }
    this.#parser = parser;
    this.#levels = levels;
    this.#joins = joins;
    this.#books = books;
  }

  /** True while changes of this book go on from the one that was asked for. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** True where the book must be asked for: it is not joined, or too little of it is known. */
  needsBook(id: InstrumentId): boolean {
    return !this.isJoined(id) || this.#books[id]?.isShallow === true;
  }

  /** Number that this book has come to, while it is joined. */
  appliedSeq(id: InstrumentId): number {
    return this.#joins[id]?.applied ?? 0;
  }

  override lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  override loseAll(): void {
    for (const join of this.#joins) join?.reset();
  }

  protected override book(update: BookUpdate): void {
    const { instrumentId: id, receivedUs } = update;
    const { firstSeq } = this.#parser;
    const result = (this.#joins[id] as DepthJoin).change(firstSeq, update);
    if (result === 'gap' || result === 'restarted') {
      const before = `changes before number ${firstSeq} are missing`;
      const why = result === 'gap' ? before : `its changes are numbered from ${firstSeq} on again`;
      this.sink.onBookLost(id, why, receivedUs);
      return;
    }
    if (result !== 'follows') return;
    const out = this.#update;
    out.reset(id, false, receivedUs);
    (this.#books[id] as KnownBook).change(update, out);
    out.venueUs = update.venueUs;
    out.seq = update.seq;
    // A change of very many levels becomes a snapshot of the window, which follows nothing.
    if (!out.isSnapshot) out.prevSeq = update.prevSeq;
    this.#show(out, receivedUs);
  }

  /** A book and the changes behind it are shown as one: what lies between is no longer so. */
  protected override restBook(update: BookUpdate): void {
    const { instrumentId: id, receivedUs } = update;
    const { cutAt, least } = this.#levels;
    const book = this.#books[id] as KnownBook;
    const out = this.#update;
    // A recording begins with a window of the run: a side with fewer levels than a live book is left with was whole.
    const whole = this.#parser.isOwn ? Math.min(least, cutAt) : cutAt;
    let venueUs: TimeUs | undefined;
    (this.#joins[id] as DepthJoin).snapshot(update, (message) => {
      out.reset(id, message.isSnapshot, receivedUs);
      if (message.isSnapshot) {
        const [bidsCut, asksCut] = [message.bidCount >= whole, message.askCount >= whole];
        book.replace(message, { bidsCut, asksCut, leastKnown: least }, out);
      } else book.change(message, out);
      venueUs = message.venueUs;
    });
    if (venueUs === undefined) return;
    out.reset(id, true, receivedUs);
    book.window(out);
    out.venueUs = venueUs;
    out.seq = this.appliedSeq(id);
    this.#show(out, receivedUs);
  }

  #show(out: BookUpdate, receivedUs: TimeUs): void {
    const id = out.instrumentId;
    const { isShallow, isCrossed, fault } = this.#books[id] as KnownBook;
    // Found here, so that a replay asks for the next snapshot as the live run did.
    if (isCrossed) {
      this.lose(id);
      this.sink.onBookLost(id, 'its best bid is not below its best ask', receivedUs);
      return;
    }
    if (fault !== '') {
      this.#joins[id]?.rest();
      this.sink.onBookLost(id, fault, receivedUs);
      return;
    }
    this.sink.onBook(out);
    if (isShallow) this.#joins[id]?.keep();
  }
}
