import type { Instrument } from '../../domain/instrument.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import type { Frame, InstrumentPair } from './frame.ts';
import { KrakenParser } from './parse.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';

export const KRAKEN = 'kraken';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so
 * that a backtest sees what the live run saw.
 */
export class KrakenDecoder {
  readonly #symbols: SymbolIndex;
  readonly #parser: KrakenParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  #aliveUs = Number.NEGATIVE_INFINITY;
  #systemStatus = '';

  /** @param venue name of the venue that speaks this protocol: Kraken, or the local exchange. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName = KRAKEN) {
    this.#venue = venue;
    this.#symbols = new SymbolIndex(instruments);
    this.#parser = new KrakenParser(this.#symbols);
    this.#sink = sink;
  }

  /** What Kraken last said of itself: `online`, `maintenance`, `cancel_only`, `post_only`; empty before. */
  get systemStatus(): string {
    return this.#systemStatus;
  }

  /**
   * Reads one frame and tells the sink. The frame goes back to the caller, who keeps the subscriptions by it;
   * an error has already been reported to the sink where it costs a book.
   */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#tell(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#tell(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  #tell(frame: Frame, receivedUs: TimeUs): Frame {
    // Kraken's heartbeat comes "in the absence of any other channel updates": every frame is a sign of life.
    if (receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    switch (frame.kind) {
      case 'book':
        this.#sink.onBook(this.#parser.update);
        break;
      case 'trades':
        // The snapshot repeats the last 50 trades, which are no news.
        if (!frame.isSnapshot) for (const trade of frame.trades) this.#sink.onTrade(trade);
        break;
      case 'status':
        this.#systemStatus = frame.system;
        this.#sink.onFeed({
          kind: 'feed',
          venue: this.#venue,
          state: 'open',
          venueStatus: frame.system,
          reason: '',
          atUs: receivedUs,
        });
        break;
      case 'instruments':
        this.#instruments(frame.pairs, receivedUs);
        break;
      case 'error':
        if (frame.instrumentId !== undefined) {
          this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        }
        break;
      case 'heartbeat':
      case 'pong':
      case 'ack':
      case 'other':
        break;
    }
    return frame;
  }

  /** The message behind the last `book` frame. */
  get update(): KrakenParser['update'] {
    return this.#parser.update;
  }

  /** Those of our instruments that the venue opened to trading. */
  onlineOf(pairs: readonly InstrumentPair[]): Instrument[] {
    return pairs.flatMap((pair) => (pair.status === 'online' ? (this.#symbols.find(pair.symbol) ?? []) : []));
  }

  #instruments(pairs: readonly InstrumentPair[], atUs: TimeUs): void {
    for (const pair of pairs) {
      const instrument = this.#symbols.find(pair.symbol);
      if (instrument === undefined) continue;
      this.#sink.onInstrumentStatus(instrument.id, pair.status, atUs);
      const { priceDecimals, qtyDecimals } = instrument;
      if (pair.priceDecimals !== priceDecimals || pair.qtyDecimals !== qtyDecimals) {
        this.#sink.onBookLost(
          instrument.id,
          `${pair.symbol} has ${pair.priceDecimals}/${pair.qtyDecimals} decimals at the venue, ` +
            `${priceDecimals}/${qtyDecimals} in this run: load the instruments again`,
          atUs,
        );
      }
    }
  }
}
