import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { AliveSign } from '../toolkit/alive-sign.ts';
import { DeepBook } from '../toolkit/deep-book.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import type { Frame } from './frame.ts';
import { CoinbaseParser } from './parse.ts';
import { streamOf } from './products.ts';

/**
 * Levels a side that a run sees: as deep as anything that is traded at once. The venue sends whole books, of which the best are passed
 * on; all others are kept here, so that a level comes into view when the ones before it are gone.
 */
export const BOOK_DEPTH = 400;
const NO_TWINS: readonly InstrumentId[] = [];

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw. Products that share a book each get its changes.
 */
export class CoinbaseDecoder {
  readonly #parser: CoinbaseParser;
  readonly #sink: MarketSink;
  readonly #update = new BookUpdate(1_024);
  /** By the first instrument of a stream; undefined without a snapshot since the last loss. */
  readonly #books: (DeepBook | undefined)[] = [];
  /** Other instruments of the same stream, by the first. */
  readonly #twins: (readonly InstrumentId[])[] = [];
  /** Instruments of a stream whose first one counts in other decimals: they get nothing. */
  readonly strangers: readonly Instrument[];
  readonly #alive: AliveSign;

  /** @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    this.#sink = sink;
    this.#alive = new AliveSign(sink, venue);
    const byStream = new Map<string, Instrument>();
    const strangers: Instrument[] = [];
    for (const instrument of instruments) {
      const stream = streamOf(instrument.symbol);
      const first = byStream.get(stream);
      if (first === undefined) byStream.set(stream, { ...instrument, symbol: stream });
      else if (
        first.priceDecimals !== instrument.priceDecimals ||
        first.qtyDecimals !== instrument.qtyDecimals
      )
        strangers.push(instrument);
      else this.#twins[first.id] = [...(this.#twins[first.id] ?? []), instrument.id];
    }
    this.strangers = strangers;
    this.#parser = new CoinbaseParser(new SymbolIndex([...byStream.values()]));
  }

  /** Reads one frame and calls the sink. The frame goes back to the caller. @param inParts a long one is `partial`, and its bytes stay. */
  decode(bytes: Buffer, receivedUs: TimeUs, inParts = false): Frame {
    return this.#take(this.#parser.parse(bytes, receivedUs, inParts), receivedUs);
  }

  /** The next part of a frame whose last one was `partial`. */
  more(bytes: Buffer): Frame {
    return this.#take(this.#parser.more(bytes), this.#parser.head.receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** Of the last `book` frame: whose it was, and whether it was a snapshot. */
  get head(): BookUpdate {
    return this.#parser.head;
  }

  /** The book is no longer the venue's: its next snapshot replaces it. */
  lose(id: InstrumentId): void {
    this.#books[id] = undefined;
  }

  loseAll(): void {
    this.#books.length = 0;
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    this.#alive.seen(receivedUs);
    switch (frame.kind) {
      case 'book':
        this.#book();
        break;
      case 'trades':
        for (const trade of frame.trades) {
          this.#sink.onTrade(trade);
          for (const instrumentId of this.#twinsOf(trade.instrumentId))
            this.#sink.onTrade({ ...trade, instrumentId });
        }
        break;
      case 'error': {
        const id = frame.instrumentId;
        if (id === undefined) break;
        this.lose(id);
        for (const lost of [id, ...this.#twinsOf(id)]) this.#sink.onBookLost(lost, frame.detail, receivedUs);
        break;
      }
      case 'events':
        return this.#events(frame.count, receivedUs);
      case 'books':
      case 'partial':
      case 'subscriptions':
      case 'refusal':
      case 'heartbeat':
      case 'other':
        break;
    }
    return frame;
  }

  #events(count: number, receivedUs: TimeUs): Frame {
    const books: InstrumentId[] = [];
    const snapshots: InstrumentId[] = [];
    const errors: FrameFault[] = [];
    for (let at = 0; at < count; at++) {
      const event = this.#take(this.#parser.event(at, receivedUs), receivedUs);
      if (event.kind === 'error') {
        errors.push(event);
        continue;
      }
      books.push(this.head.instrumentId);
      if (this.head.isSnapshot) snapshots.push(this.head.instrumentId);
    }
    return { kind: 'books', books, snapshots, errors };
  }

  #book(): void {
    const { head, rows } = this.#parser;
    const { instrumentId: id, isSnapshot } = head;
    const update = this.#update;
    update.reset(id, isSnapshot, head.receivedUs);
    update.venueUs = head.venueUs;
    // Numbers are the connection's: they say nothing of what one book missed.
    update.seq = NONE;
    let book = this.#books[id];
    if (isSnapshot) {
      book = new DeepBook(BOOK_DEPTH);
      this.#books[id] = book;
      book.replace(rows, update);
    } else if (book === undefined) return;
    else book.change(rows, update);
    this.#sink.onBook(update);
    for (const twin of this.#twinsOf(id)) {
      update.instrumentId = twin;
      this.#sink.onBook(update);
    }
  }

  #twinsOf(id: InstrumentId): readonly InstrumentId[] {
    return this.#twins[id] ?? NO_TWINS;
  }
}
