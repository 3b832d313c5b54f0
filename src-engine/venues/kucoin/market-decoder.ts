import type { Instrument } from '../../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { DepthJoin } from '../toolkit/depth-join.ts';
import { KnownBook } from '../toolkit/known-book.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import type { Frame } from './frame.ts';
import { KucoinParser } from './parse.ts';
import { BOOK_LEVELS } from './rest.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;
/** With fewer known levels of a side than this, the order book is asked for again. */
const LEAST_KNOWN = BOOK_LEVELS / 2;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw.
 */
export class KucoinDecoder {
  readonly #parser: KucoinParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  /** By instrument. */
  readonly #joins: readonly DepthJoin[];
  readonly #books: readonly KnownBook[];
  /** What changes in the window of a book. */
  readonly #update = new BookUpdate(256);
  #aliveUs = Number.NEGATIVE_INFINITY;

  /** @param instruments with ids 0 … n−1 of the run, or some of them. @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    const joins: DepthJoin[] = [];
    const books: KnownBook[] = [];
    for (const { id } of instruments) {
      joins[id] = new DepthJoin();
      books[id] = new KnownBook(BOOK_LEVELS, LEAST_KNOWN);
    }
    this.#joins = joins;
    this.#books = books;
    this.#parser = new KucoinParser(new SymbolIndex(instruments));
    this.#sink = sink;
    this.#venue = venue;
  }

  /**
   * Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it and asks for
   * the order books: one that was lost has been reported to the sink already.
   */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** The message behind the last `change` or `snapshot` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  /** True while changes of this book go on from its order book. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** True where the order book must be asked for: it is not joined, or too little of it is known. */
  needsBook(id: InstrumentId): boolean {
    return !this.isJoined(id) || this.#books[id]?.isShallow === true;
  }

  /** Number that this book has come to, while it is joined. */
  appliedSeq(id: InstrumentId): number {
    return this.#joins[id]?.applied ?? 0;
  }

  /** The book of this instrument is no longer trusted: its next order book replaces it. */
  lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  /** The connection ended: no change that comes now goes on from what came before. */
  loseAll(): void {
    for (const join of this.#joins) join?.lose();
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    // Messages of one connection stay in order: any of them shows that it lives.
    if (frame.kind !== 'snapshot' && receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    switch (frame.kind) {
      case 'change':
        this.#change(receivedUs);
        break;
      case 'snapshot':
        this.#snapshot(receivedUs);
        break;
      case 'trade':
        this.#sink.onTrade(frame.trade);
        break;
      case 'error':
        if (frame.instrumentId === undefined) break;
        this.lose(frame.instrumentId);
        this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'ack':
      case 'pong':
      case 'other':
        break;
    }
    return frame;
  }

  #change(receivedUs: TimeUs): void {
    const { update, firstSeq } = this.#parser;
    const id = update.instrumentId;
    const join = this.#joins[id] as DepthJoin;
    const result = join.change(firstSeq, update);
    if (result === 'gap') {
      this.#sink.onBookLost(id, `changes before sequence ${firstSeq} are missing`, receivedUs);
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

  /** An order book and the changes behind it are shown as one: what lies between is no longer so. */
  #snapshot(receivedUs: TimeUs): void {
    const { update, isOwn } = this.#parser;
    const id = update.instrumentId;
    const book = this.#books[id] as KnownBook;
    const out = this.#update;
    let venueUs: TimeUs | undefined;
    (this.#joins[id] as DepthJoin).snapshot(update, (message) => {
      out.reset(id, message.isSnapshot, receivedUs);
      // A recording begins with a window of the run: a side with fewer levels than a live book is left with was whole.
      if (message.isSnapshot) book.replace(message, isOwn ? LEAST_KNOWN : BOOK_LEVELS, out);
      else book.change(message, out);
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
    const { isShallow, fault } = this.#books[id] as KnownBook;
    if (fault !== '') {
      this.lose(id);
      this.#sink.onBookLost(id, fault, receivedUs);
      return;
    }
    this.#sink.onBook(out);
    if (isShallow) this.#joins[id]?.keep();
  }
}
