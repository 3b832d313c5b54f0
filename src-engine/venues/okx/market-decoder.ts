import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookJoin } from './book-join.ts';
import type { Frame } from './frame.ts';
import { OkxParser } from './parse.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw.
 */
export class OkxDecoder {
  readonly #parser: OkxParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  /** By instrument. */
  readonly #joins: readonly BookJoin[];
  #aliveUs = Number.NEGATIVE_INFINITY;

  /** @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    const joins: BookJoin[] = [];
    for (const { id } of instruments) joins[id] = new BookJoin();
    this.#joins = joins;
    this.#parser = new OkxParser(new SymbolIndex(instruments));
    this.#sink = sink;
    this.#venue = venue;
  }

  /** Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it. */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** The message behind the last `book` or `rest-book` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  /** True once a snapshot of this book came. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** True while changes of this book wait for one by REST. */
  isWaiting(id: InstrumentId): boolean {
    return this.#joins[id]?.isWaiting === true;
  }

  /** The book of this instrument is no longer trusted: its next snapshot replaces it. */
  lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  /** The connection ended: no change that comes now goes on from what came before. */
  loseAll(): void {
    for (const join of this.#joins) join?.lose();
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    // Messages of one connection stay in order: any of them shows that it lives.
    if (frame.kind !== 'rest-book' && receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    const { update } = this.#parser;
    switch (frame.kind) {
      case 'book':
        if (this.#joins[update.instrumentId]?.take(update) === true) this.#sink.onBook(update);
        break;
      case 'rest-book':
        this.#joins[update.instrumentId]?.restBook(update, (message) => this.#sink.onBook(message));
        break;
      case 'trades':
        for (const trade of frame.trades) this.#sink.onTrade(trade);
        break;
      case 'error':
        if (frame.instrumentId === undefined) break;
        this.lose(frame.instrumentId);
        this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'ack':
      case 'pong':
      case 'shutdown':
      case 'other':
        break;
    }
    return frame;
  }
}
