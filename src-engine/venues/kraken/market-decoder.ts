import type { Instrument } from '../../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import type { Frame, InstrumentPair } from './frame.ts';
import { KrakenParser } from './parse.ts';
import { AliveSign } from '../toolkit/alive-sign.ts';
import { changedRules, obstacleTo } from '../toolkit/rule-changes.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';

export const KRAKEN = 'kraken';

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so
 * that a backtest sees what the live run saw.
 */
export class KrakenDecoder {
  readonly #all: readonly Instrument[];
  readonly #symbols: SymbolIndex;
  readonly #parser: KrakenParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  readonly #alive: AliveSign;
  #systemStatus = '';
  readonly #stopped = new Set<InstrumentId>();

  /** @param venue name of the venue that speaks this protocol: Kraken, or the local exchange. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName = KRAKEN) {
    this.#venue = venue;
    this.#all = instruments;
    this.#symbols = new SymbolIndex(instruments);
    this.#parser = new KrakenParser(this.#symbols);
    this.#sink = sink;
    this.#alive = new AliveSign(sink, venue);
  }

  /** Kraken's last own status: `online`, `maintenance`, `cancel_only`, `post_only`; empty before. */
  get systemStatus(): string {
    return this.#systemStatus;
  }

  /**
   * Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it;
   * an error has already been reported to the sink where it costs a book.
   */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#report(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#report(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  #report(frame: Frame, receivedUs: TimeUs): Frame {
    // Kraken's heartbeat comes "in the absence of any other channel updates": every frame is a sign of life.
    this.#alive.seen(receivedUs);
    switch (frame.kind) {
      case 'book':
        this.#sink.onBook(this.#parser.update);
        break;
      case 'trades':
        // The snapshot repeats the last 50 trades, which are not new.
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
        if (frame.isSnapshot) this.#missing(frame.pairs, receivedUs);
        break;
      case 'error':
        if (frame.instrumentId === undefined) break;
        // A snapshot would bring the same level again: asking for one would never end.
        if (frame.code === 'too-large') {
          this.#stop(frame.instrumentId, `${frame.detail}: more than a book can count exactly`, receivedUs);
        } else this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'heartbeat':
      case 'pong':
      case 'ack':
      case 'other':
        break;
    }
    return frame;
  }

  /** True when its book cannot be read in this run: it is not to be asked for. */
  isStopped(id: InstrumentId): boolean {
    return this.#stopped.has(id);
  }

  /** The message behind the last `book` frame. */
  get update(): KrakenParser['update'] {
    return this.#parser.update;
  }

  /** Those of our instruments that the frame speaks of. */
  known(pairs: readonly InstrumentPair[]): Instrument[] {
    return pairs.flatMap((pair) => this.#symbols.find(pair.symbol) ?? []);
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
      const obstacle = obstacleOf(instrument, pair);
      if (obstacle !== '') this.#stop(instrument.id, obstacle, atUs);
      else if (typeof pair.rules !== 'string') {
        const change = changedRules(instrument, pair.rules);
        if (change !== undefined) this.#sink.onInstrumentChange?.(instrument.id, change, atUs);
      }
    }
  }

  /** A snapshot holds every pair of the venue: one of ours that is not in it was taken off the list. */
  #missing(pairs: readonly InstrumentPair[], atUs: TimeUs): void {
    const listed = new Set(this.known(pairs).map(({ id }) => id));
    if (listed.size === 0) return;
    for (const { id } of this.#all) if (!listed.has(id)) this.#sink.onInstrumentStatus(id, 'delisted', atUs);
  }

  /** Its book cannot be read in this run: reported once, and its frames are left out until then. */
  #stop(id: InstrumentId, reason: string, atUs: TimeUs): void {
    this.#stopped.add(id);
    this.#sink.onBookLost(id, reason, atUs);
    this.#sink.onInstrumentStopped?.(id, reason, atUs);
  }
}

/** Why a run that began with `instrument` cannot go on with what the venue says of it now; empty: it can. */
function obstacleOf(instrument: Instrument, pair: InstrumentPair): string {
  const { priceDecimals, qtyDecimals, symbol } = instrument;
  if (pair.priceDecimals !== priceDecimals || pair.qtyDecimals !== qtyDecimals) {
    return (
      `${symbol} has ${pair.priceDecimals}/${pair.qtyDecimals} decimals at the venue now, ` +
      `${priceDecimals}/${qtyDecimals} in this run: restart the profile to trade it`
    );
  }
  if (typeof pair.rules === 'string') return `the venue’s rules of ${symbol} cannot be read: ${pair.rules}`;
  return obstacleTo(instrument, pair.rules);
}
