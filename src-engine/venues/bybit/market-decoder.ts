import type { Instrument } from '../../domain/instrument.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import type { Frame } from './frame.ts';
import { BybitParser } from './parse.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw.
 */
export class BybitDecoder {
  readonly #parser: BybitParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  #aliveUs = Number.NEGATIVE_INFINITY;

  /** @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    this.#parser = new BybitParser(new SymbolIndex(instruments));
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

  /** The message behind the last `book` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    // Messages of one connection stay in order: any of them shows that it lives.
    if (receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    switch (frame.kind) {
      case 'book':
        this.#sink.onBook(this.#parser.update);
        break;
      case 'trades':
        for (const trade of frame.trades) this.#sink.onTrade(trade);
        break;
      case 'error':
        if (frame.instrumentId !== undefined)
          this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'ack':
      case 'pong':
      case 'other':
        break;
    }
    return frame;
  }
}
