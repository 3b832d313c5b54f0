/**
 * Binance's public market data: changes of books every 100 ms, joined on to snapshots by REST, best prices as they change, and
 * trades.
 */
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { RulesWatch } from '../toolkit/rules-watch.ts';
import { SnapshotQueue, snapshotSpacingUs } from '../toolkit/snapshot-queue.ts';
import { type SocketTiming, VenueSocket } from '../toolkit/venue-socket.ts';
import { BOOK_DEPTH, DEEP_LEVELS } from './book-levels.ts';
import type { BinanceDialect } from './dialect.ts';
import { BinanceDecoder } from './market-decoder.ts';
import { snapshotFrame } from './parse.ts';
import { BinanceRest } from './rest.ts';
import { StreamRequests } from './stream-requests.ts';

export type BinanceFeedOptions = {
  readonly dialect: BinanceDialect;
  /** The name to appear under; the dialect's own when left out. */
  readonly venue?: VenueName | undefined;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  /** What the venue asks of this address; one of the feed's own when left out. */
  readonly pause?: RequestPause | undefined;
  /** Request weight a minute as `exchangeInfo` says it; the dialect's when left out. */
  readonly weightPerMinute?: number | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** Of one connection (Binance spot API, "General WSS information"). */
const MAX_STREAMS = 1_024;
/** Changes and trades are a stream each; best prices take the room that is left. */
export const MAX_INSTRUMENTS = MAX_STREAMS / 2;
/** What snapshots may use of the weight: the rest is for other clients of the same address. */
const WEIGHT_SHARE = 0.75;
const TICK_US = 100 * US_PER_MS;
/**
 * Binance has no heartbeat in its streams. A quiet connection is asked for its subscriptions, whose answer comes in the same
 * order as all else: so quiet books are known to be what the venue has.
 */
const LIVENESS = { silenceMs: 5_000, ping: '{"method":"LIST_SUBSCRIPTIONS","id":0}' } as const;

export class BinanceFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: BinanceFeedOptions;
  readonly #socket: VenueSocket;
  readonly #streams: StreamRequests;
  readonly #snapshots: SnapshotQueue;
  readonly #rest: BinanceRest;
  #rules: RulesWatch | undefined;
  /** Instruments whose changes the venue refused: traded again once they come. */
  readonly #refused = new Set<InstrumentId>();
  #sink: MarketSink | undefined;
  #decoder: BinanceDecoder | undefined;
  #instruments: readonly Instrument[] = [];
  readonly #byId = new Map<InstrumentId, Instrument>();
  readonly #bySymbol = new Map<string, Instrument>();
  /** By the name of its stream of changes. */
  readonly #byStream = new Map<string, Instrument>();
  #cancelTick: () => void = () => undefined;

  constructor(options: BinanceFeedOptions) {
    const { dialect, clock, network, random } = options;
    this.#options = options;
    this.venue = options.venue ?? dialect.venue;
    const url = `${options.streamUrl ?? dialect.streamUrl}/stream`;
    this.#socket = new VenueSocket(
      { ...LIVENESS, ...options.socket, url, clock, network, random },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
    this.#streams = new StreamRequests({
      send: (text) => this.#socket.send(text),
      onTaken: (streams) => this.#onTaken(streams),
      onRefused: (stream, reason, nowUs) => this.#onRefused(stream, reason, nowUs),
    });
    const rest = new BinanceRest({
      clock,
      network,
      pause: options.pause,
      baseUrl: options.restUrl ?? dialect.restUrl,
    });
    this.#rest = rest;
    const weightPerMinute = options.weightPerMinute ?? dialect.weightPerMinute;
    const spacingUs = (levels: number) =>
      snapshotSpacingUs(depthWeight(dialect, levels), weightPerMinute, WEIGHT_SHARE);
    const [joinUs, deepUs] = [spacingUs(BOOK_DEPTH), spacingUs(DEEP_LEVELS)];
    this.#snapshots = new SnapshotQueue({
      clock,
      random,
      // Books that nothing is known of come before those that are known too little, of these the one with the fewest levels left.
      spacingUs: (symbol) => (this.#levelsOf(symbol) === BOOK_DEPTH ? joinUs : deepUs),
      rankOf: (symbol) => this.#decoder?.knownLevels(this.#bySymbol.get(symbol)?.id ?? -1) ?? 0,
      fetch: async (symbol) => {
        const levels = this.#levelsOf(symbol);
        return snapshotFrame(symbol, await rest.depthBody(symbol, levels), levels);
      },
      onBody: (symbol, frame) => this.#onSnapshot(symbol, frame),
      onFailed: (symbol, reason) => this.#onSnapshotFailed(symbol, reason),
    });
  }

  /**
   * @param sink gets all calls; instruments keep their dense ids in them.
   * @throws UserError for more instruments than one connection carries.
   */
  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this feed has been started before');
    if (instruments.length > MAX_INSTRUMENTS) {
      throw new UserError({
        code: 'too-many-instruments',
        field: 'instruments',
        value: String(instruments.length),
        message: `pairs of ${this.#options.dialect.title} are more than one connection can carry`,
        remedy: `Choose at most ${MAX_INSTRUMENTS}.`,
      });
    }
    this.#sink = sink;
    this.#instruments = instruments;
    for (const instrument of instruments) {
      this.#byId.set(instrument.id, instrument);
      this.#bySymbol.set(instrument.symbol, instrument);
      this.#byStream.set(depthStream(instrument), instrument);
    }
    this.#decoder = new BinanceDecoder(instruments, sink, this.venue);
    const read = (symbols: readonly string[]) => this.#rest.exchangeInfo(symbols);
    this.#rules = new RulesWatch({ clock: this.#options.clock, instruments, sink, read });
    this.#rules.start();
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const instrument = this.#byId.get(instrumentId);
    if (instrument === undefined) return;
    this.#decoder?.lose(instrumentId);
    this.#snapshots.want(instrument.symbol);
  }

  bookFrame(instrumentId: InstrumentId): string | undefined {
    return this.#decoder?.bookFrame(instrumentId);
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#rules?.stop();
    this.#snapshots.stop();
    await this.#socket.stop();
  }

  #report(state: FeedState, reason: string): void {
    const { clock } = this.#options;
    this.#sink?.onFeed({
      kind: 'feed',
      venue: this.venue,
      state,
      venueStatus: '',
      reason,
      atUs: clock.nowUs(),
    });
  }

  #onOpen(): void {
    this.#report('open', '');
    const needed = this.#instruments.flatMap((instrument) => [
      depthStream(instrument),
      tradeStream(instrument),
    ]);
    const faster = this.#instruments.slice(0, MAX_STREAMS - needed.length).map(touchStream);
    this.#streams.reset([...needed, ...faster], this.#options.clock.nowUs());
    this.#tick();
  }

  #onClosed(reason: string): void {
    this.#cancelTick();
    this.#snapshots.clear();
    this.#decoder?.loseAll();
    this.#report('closed', reason);
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    this.#streams.tick(nowUs);
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  /** Changes come from here on: a snapshot that is asked for now is not older than the first of them. */
  #onTaken(streams: readonly string[]): void {
    for (const stream of streams) {
      const instrument = this.#byStream.get(stream);
      if (instrument === undefined) continue;
      this.#snapshots.want(instrument.symbol);
      if (this.#refused.delete(instrument.id))
        this.#sink?.onInstrumentStopped?.(instrument.id, '', this.#options.clock.nowUs());
    }
  }

  #onRefused(stream: string, reason: string, nowUs: TimeUs): void {
    const instrument = this.#byStream.get(stream);
    // An instrument without public trades or best prices is still traded by its book.
    if (instrument === undefined) return;
    const why = `subscription refused: ${reason}`;
    this.#refused.add(instrument.id);
    this.#sink?.onBookLost(instrument.id, why, nowUs);
    this.#sink?.onInstrumentStopped?.(instrument.id, why, nowUs);
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    switch (frame.kind) {
      case 'depth': {
        const { instrumentId } = this.#decoder.update;
        if (this.#decoder.needsSnapshot(instrumentId)) this.#askAgain(instrumentId);
        break;
      }
      case 'error':
        if (frame.instrumentId !== undefined) this.#askAgain(frame.instrumentId);
        break;
      case 'ack':
        this.#streams.onAck(frame, receivedUs);
        break;
      case 'shutdown':
        this.#socket.reconnect('the venue announced the end of this connection');
        break;
      case 'trade':
      case 'touch':
      case 'snapshot':
      case 'other':
        break;
    }
  }

  #askAgain(instrumentId: InstrumentId): void {
    const instrument = this.#byId.get(instrumentId);
    if (instrument !== undefined) this.#snapshots.want(instrument.symbol);
  }

  /** A live book is asked for to be known deeper, any other so that it is live soon. */
  #levelsOf(symbol: string): number {
    const id = this.#bySymbol.get(symbol)?.id;
    return id !== undefined && this.#decoder?.isJoined(id) === true ? DEEP_LEVELS : BOOK_DEPTH;
  }

  #onSnapshot(symbol: string, text: string): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    const receivedUs = this.#options.clock.nowUs();
    // A recording keeps it as a frame of its own, and a replay reads it as this does.
    const bytes = Buffer.from(text);
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    const { instrumentId } = this.#decoder.update;
    if (frame.kind === 'error') this.#snapshots.want(symbol);
    else if (this.#decoder.needsSnapshot(instrumentId)) this.#askAgain(instrumentId);
  }

  #onSnapshotFailed(symbol: string, reason: string): void {
    const instrument = this.#bySymbol.get(symbol);
    // A live book that was only to be known deeper is as good as before.
    if (instrument === undefined || this.#decoder?.isJoined(instrument.id) === true) return;
    this.#sink?.onBookLost(instrument.id, `no snapshot yet: ${reason}`, this.#options.clock.nowUs());
  }
}

function depthStream({ symbol }: Instrument): string {
  return `${symbol.toLowerCase()}@depth@100ms`;
}

function touchStream({ symbol }: Instrument): string {
  return `${symbol.toLowerCase()}@bookTicker`;
}

function tradeStream({ symbol }: Instrument): string {
  return `${symbol.toLowerCase()}@trade`;
}

function depthWeight({ depthWeights, title }: BinanceDialect, levels: number): number {
  const row = depthWeights.find(([limit]) => levels <= limit);
  if (row === undefined) throw new RangeError(`${title} gives no snapshot of ${levels} levels`);
  return row[1];
}
