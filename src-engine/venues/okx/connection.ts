/** One connection to OKX's public market data: books of 400 levels every 100 ms, whose snapshots come in the stream, and trades. */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import { ChannelSubscriptions } from '../toolkit/channel-subscriptions.ts';
import type { SnapshotQueue } from '../toolkit/snapshot-queue.ts';
import { VenueSocket } from '../toolkit/venue-socket.ts';
import type { Frame } from './frame.ts';
import { OkxDecoder } from './market-decoder.ts';
import { restBookFrame } from './parse.ts';

export const OKX_STREAM_URL = 'wss://ws.okx.com:8443/ws/v5/public';

export type OkxConnectionOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly url?: string | undefined;
  /** Books by REST, where the stream sends no snapshot. */
  readonly snapshots: Pick<SnapshotQueue, 'want'>;
};

const TICK_US = 100 * US_PER_MS;
/**
 * A connection takes 480 requests to subscribe or unsubscribe an hour, and 64 KB of symbols in one. Two of these channels at this
 * pace stay below it as long as fewer than 200 books an hour are asked for anew, after their first request.
 */
const PACING = { batchSize: 100, paceUs: 400 * US_PER_MS, answerUs: 10 * US_PER_SECOND };
const MAX_REQUESTS = 470;
const HOUR_US = 3_600 * US_PER_SECOND;
/** The venue closes a connection that is quiet for 30 s. */
const LIVENESS = { silenceMs: 5_000, ping: 'ping' } as const;
/** Refusals that no repetition changes: a symbol or channel that is not known, an account level that would be needed. */
const FINAL: ReadonlySet<number> = new Set([60_018, 64_003, 60_012]);

export class OkxConnection implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: OkxConnectionOptions;
  readonly #socket: VenueSocket;
  /** Instruments whose book the venue refused: traded again once it comes. */
  readonly #refused = new Set<InstrumentId>();
  readonly #bySymbol = new Map<string, Instrument>();
  readonly #byId = new Map<InstrumentId, Instrument>();
  #sink: MarketSink | undefined;
  #decoder: OkxDecoder | undefined;
  #books: ChannelSubscriptions | undefined;
  #trades: ChannelSubscriptions | undefined;
  #lastId = 0;
  /** Times of the requests of the last hour on this connection. */
  #requestsUs: TimeUs[] = [];
  #cancelTick: () => void = () => undefined;

  constructor(options: OkxConnectionOptions) {
    const { clock, network, random, url = OKX_STREAM_URL } = options;
    this.#options = options;
    this.venue = options.venue;
    this.#socket = new VenueSocket(
      { ...LIVENESS, url, clock, network, random },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => {
          this.#cancelTick();
          this.#decoder?.loseAll();
          this.#report('closed', reason);
        },
      },
    );
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this connection has been started before');
    this.#sink = sink;
    for (const instrument of instruments) {
      this.#bySymbol.set(instrument.symbol, instrument);
      this.#byId.set(instrument.id, instrument);
    }
    this.#decoder = new OkxDecoder(instruments, sink, this.venue);
    const symbols = instruments.map(({ symbol }) => symbol);
    this.#books = this.#channel('books', symbols, (symbol, reason, nowUs) =>
      this.#onRefused(symbol, reason, nowUs),
    );
    // An instrument without public trades is still traded by its book.
    this.#trades = this.#channel('trades', symbols, () => undefined);
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const instrument = this.#byId.get(instrumentId);
    if (instrument === undefined) return;
    this.#decoder?.lose(instrumentId);
    this.#books?.resubscribe(instrument.symbol, this.#options.clock.nowUs());
  }

  /**
   * True where this symbol is one of the connection's; a book by REST, whose answer is recorded as a frame of its own. It is taken
   * while its subscription stands and changes wait for it: without them nothing shows that it is of now.
   */
  onRestBook(symbol: string, body: string): boolean {
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined || this.#sink === undefined || this.#decoder === undefined) return false;
    if (this.#books?.isTaken(symbol) !== true || !this.#decoder.isWaiting(instrument.id)) return true;
    const receivedUs = this.#options.clock.nowUs();
    const bytes = Buffer.from(restBookFrame(symbol, body));
    this.#sink.onRaw(receivedUs, bytes);
    this.#decoder.decode(bytes, receivedUs);
    if (this.#decoder.isJoined(instrument.id)) this.#onSnapshot(instrument.id, receivedUs);
    else this.#options.snapshots.want(symbol);
    return true;
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#socket.stop();
  }

  #channel(
    channel: 'books' | 'trades',
    symbols: readonly string[],
    onRefused: (symbol: string, reason: string, nowUs: TimeUs) => void,
  ): ChannelSubscriptions {
    return new ChannelSubscriptions({
      ...PACING,
      symbols,
      awaitsSnapshot: channel === 'books',
      onRefused,
      encode: (op, batch, id) =>
        JSON.stringify({ id: String(id), op, args: batch.map((instId) => ({ channel, instId })) }),
      nextId: () => ++this.#lastId,
      send: (text) => this.#send(text),
    });
  }

  /** Sends a request unless the hour's are used up: what was not sent is asked for later. */
  #send(text: string): boolean {
    const nowUs = this.#options.clock.nowUs();
    const [oldestUs] = this.#requestsUs;
    if (this.#requestsUs.length >= MAX_REQUESTS) {
      if (oldestUs !== undefined && nowUs - oldestUs < HOUR_US) return false;
      this.#requestsUs.shift();
    }
    if (!this.#socket.send(text)) return false;
    this.#requestsUs.push(nowUs);
    return true;
  }

  #report(state: FeedState, reason: string): void {
    const atUs = this.#options.clock.nowUs();
    this.#sink?.onFeed({ kind: 'feed', venue: this.venue, state, venueStatus: '', reason, atUs });
  }

  #onOpen(): void {
    const nowUs = this.#options.clock.nowUs();
    this.#requestsUs = [];
    this.#report('open', '');
    this.#books?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    this.#books?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    switch (frame.kind) {
      case 'book':
        this.#onBook(this.#decoder, receivedUs);
        break;
      case 'ack':
        this.#onAck(frame, receivedUs);
        break;
      case 'error':
        if (frame.instrumentId !== undefined) this.resubscribe(frame.instrumentId);
        break;
      case 'shutdown':
        this.#socket.reconnect('the venue announced the end of this connection');
        break;
      case 'rest-book':
      case 'trades':
      case 'pong':
      case 'other':
        break;
    }
  }

  /** A change behind the acknowledgement, without a snapshot before it: the venue sends none in the stream any longer. */
  #onBook(decoder: OkxDecoder, receivedUs: TimeUs): void {
    const { instrumentId, isSnapshot } = decoder.update;
    if (isSnapshot) this.#onSnapshot(instrumentId, receivedUs);
    else if (!decoder.isJoined(instrumentId)) {
      const symbol = this.#byId.get(instrumentId)?.symbol;
      if (symbol !== undefined && this.#books?.isTaken(symbol) === true) this.#options.snapshots.want(symbol);
    }
  }

  #onAck({ id, symbol, code, error }: Extract<Frame, { kind: 'ack' }>, nowUs: TimeUs): void {
    const answer = { id, symbol, error, isFinal: FINAL.has(code) };
    this.#books?.onAnswer(answer, nowUs);
    this.#trades?.onAnswer(answer, nowUs);
  }

  #onSnapshot(id: InstrumentId, receivedUs: TimeUs): void {
    const symbol = this.#byId.get(id)?.symbol;
    if (symbol !== undefined) this.#books?.onSnapshot(symbol, receivedUs);
    if (this.#refused.delete(id)) this.#sink?.onInstrumentStopped?.(id, '', receivedUs);
  }

  #onRefused(symbol: string, reason: string, nowUs: TimeUs): void {
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined) return;
    const why = `subscription refused: ${reason}`;
    this.#refused.add(instrument.id);
    this.#sink?.onBookLost(instrument.id, why, nowUs);
    this.#sink?.onInstrumentStopped?.(instrument.id, why, nowUs);
  }
}
