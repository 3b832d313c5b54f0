import type { Instrument } from '../../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import { fromUnits } from '../../domain/decimal.ts';
import { BookUpdate, MAX_LEVELS_PER_MESSAGE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { DepthJoin } from '../toolkit/depth-join.ts';
import { KnownBook } from '../toolkit/known-book.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BOOK_DEPTH } from './book-levels.ts';
import type { Frame } from './frame.ts';
import { BinanceParser, knownBookFrame } from './parse.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw.
 */
export class BinanceDecoder {
  readonly #parser: BinanceParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  /** By instrument, as all here. */
  readonly #instruments: readonly Instrument[];
  readonly #joins: readonly DepthJoin[];
  readonly #books: readonly KnownBook[];
  /** What changes in the window of a book. */
  readonly #update = new BookUpdate(1_024);
  #aliveUs = Number.NEGATIVE_INFINITY;

  /** @param instruments with ids 0 … n−1 of the run, or some of them. @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    const [joins, books, own]: [DepthJoin[], KnownBook[], Instrument[]] = [[], [], []];
    for (const instrument of instruments) {
      const { id } = instrument;
      joins[id] = new DepthJoin();
      books[id] = new KnownBook(BOOK_DEPTH);
      own[id] = instrument;
    }
    this.#joins = joins;
    this.#books = books;
    this.#instruments = own;
    this.#parser = new BinanceParser(new SymbolIndex(instruments));
    this.#sink = sink;
    this.#venue = venue;
  }

  /**
   * Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it and asks for
   * the snapshots: a book that was lost has been reported to the sink already.
   */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** The message behind the last `depth`, `touch` or `snapshot` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  /** True while changes of this book go on from its snapshot. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** True where a snapshot must be asked for: the book is not joined, or too little of it is known. */
  needsSnapshot(id: InstrumentId): boolean {
    return !this.isJoined(id) || this.#books[id]?.isShallow === true;
  }

  /** Known levels of the side that has fewest, where further ones may stand behind; none while the book is not joined. */
  knownLevels(id: InstrumentId): number {
    return this.isJoined(id) ? (this.#books[id] as KnownBook).leastLevels : 0;
  }

  /** All that is known of a joined book, as a frame that a recording begins with: a replay knows it as far as this does. */
  bookFrame(id: InstrumentId): string | undefined {
    if (!this.isJoined(id)) return undefined;
    const { symbol, priceDecimals, qtyDecimals } = this.#instruments[id] as Instrument;
    const book = this.#books[id] as KnownBook;
    const known = new BookUpdate(MAX_LEVELS_PER_MESSAGE);
    book.known(known, MAX_LEVELS_PER_MESSAGE);
    const { bidCount, bidPrices, bidQtys, askCount, askPrices, askQtys } = known;
    const rows = (prices: Float64Array, qtys: Float64Array, count: number) =>
      Array.from({ length: count }, (_, at) => [
        fromUnits(prices[at] as number, priceDecimals).toFixed(),
        fromUnits(qtys[at] as number, qtyDecimals).toFixed(),
      ]);
    const body = JSON.stringify({
      lastUpdateId: (this.#joins[id] as DepthJoin).applied,
      bids: rows(bidPrices, bidQtys, bidCount),
      asks: rows(askPrices, askQtys, askCount),
    });
    const isFull = (count: number): boolean => count === MAX_LEVELS_PER_MESSAGE;
    return knownBookFrame(
      symbol,
      body,
      book.areBidsCut || isFull(bidCount),
      book.areAsksCut || isFull(askCount),
    );
  }

  /** The book of this instrument is no longer trusted: its next snapshot replaces it. */
  lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  /** The connection ended: no change that comes now goes on from what came before. */
  loseAll(): void {
    for (const join of this.#joins) join?.reset();
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    // Messages of one connection stay in order: any of them shows that it lives.
    if (frame.kind !== 'snapshot' && receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    switch (frame.kind) {
      case 'depth':
        this.#change(receivedUs);
        break;
      case 'snapshot':
        this.#snapshot(receivedUs);
        break;
      case 'touch':
        // Without the book that it belongs to there is nothing that it could be laid over.
        if (this.isJoined(this.#parser.update.instrumentId)) this.#sink.onBook(this.#parser.update);
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
      case 'shutdown':
      case 'other':
        break;
    }
    return frame;
  }

  #change(receivedUs: TimeUs): void {
    const { update, firstId } = this.#parser;
    const id = update.instrumentId;
    const result = (this.#joins[id] as DepthJoin).change(firstId, update);
    if (result === 'gap' || result === 'restarted') {
      const before = `changes before update id ${firstId} are missing`;
      const why = result === 'gap' ? before : `its update ids begin at ${firstId} again`;
      this.#sink.onBookLost(id, why, receivedUs);
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

  /** A snapshot and the changes behind it are shown as one: what lies between is no longer so. */
  #snapshot(receivedUs: TimeUs): void {
    const { update, reach } = this.#parser;
    const id = update.instrumentId;
    const book = this.#books[id] as KnownBook;
    const join = this.#joins[id] as DepthJoin;
    const out = this.#update;
    let venueUs: TimeUs | undefined;
    join.snapshot(update, (message) => {
      out.reset(id, message.isSnapshot, receivedUs);
      if (message.isSnapshot) book.replace(message, reach, out);
      else book.change(message, out);
      venueUs = message.venueUs;
    });
    if (venueUs === undefined) return;
    out.reset(id, true, receivedUs);
    book.window(out);
    out.venueUs = venueUs;
    out.seq = join.applied;
    this.#show(out, receivedUs);
  }

  #show(out: BookUpdate, receivedUs: TimeUs): void {
    const id = out.instrumentId;
    const { isShallow, isCrossed, fault } = this.#books[id] as KnownBook;
    // Found here, so that a replay asks for the next snapshot as the live run did.
    if (isCrossed) {
      this.lose(id);
      this.#sink.onBookLost(id, 'its best bid is not below its best ask', receivedUs);
      return;
    }
    if (fault !== '') {
      this.#joins[id]?.rest();
      this.#sink.onBookLost(id, fault, receivedUs);
      return;
    }
    this.#sink.onBook(out);
    if (isShallow) this.#joins[id]?.keep();
  }
}
