/** Kraken's public market data over WebSocket v2: books, trades, status of the venue and of its pairs. */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { BookDepth } from './frame.ts';
import { KRAKEN, KrakenDecoder } from './market-decoder.ts';
import { Subscriptions } from './subscriptions.ts';
import { VenueSocket, type SocketTiming } from '../toolkit/venue-socket.ts';
import { KRAKEN_LIVENESS } from './liveness.ts';

/** Kraken's public WebSocket v2 endpoint. */
export const KRAKEN_WEBSOCKET_URL = 'wss://ws.kraken.com/v2';

export type KrakenFeedOptions = {
  /** Name of the venue that speaks this protocol: Kraken, or the local exchange. */
  readonly venue?: VenueName | undefined;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): the jitter of reconnects. */
  readonly random: () => number;
  /** Levels a side; the book store must keep as many. */
  readonly depth: BookDepth;
  readonly url?: string | undefined;
  /** Also public trades; on by default. */
  readonly trades?: boolean | undefined;
  /** Symbols in one request, and the time between two. Kraken names no figure, and refuses "too fast". */
  readonly batchSize?: number | undefined;
  readonly paceMs?: number | undefined;
  /** How long the answer to a request, and the snapshot after it, may take. */
  readonly answerMs?: number | undefined;
  readonly socket?: SocketTiming | undefined;
};

/** How often overdue answers are looked for. */
const TICK_US = 100_000;
const US_PER_MS = 1_000;
const DEFAULT_ANSWER_MS = 10_000;
/** Longest wait before the rules of the pairs are asked for again. */
const MAX_ASK_US = 60_000_000;

export class KrakenFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: KrakenFeedOptions;
  readonly #socket: VenueSocket;
  #sink: MarketSink | undefined;
  #decoder: KrakenDecoder | undefined;
  #books: Subscriptions | undefined;
  #trades: Subscriptions | undefined;
  #cancelTick: () => void = () => undefined;
  /** Instruments whose book the venue refused: traded again once it comes. */
  readonly #refused = new Set<InstrumentId>();
  /** When the pairs' rules are asked for again, unless they came; undefined: they did. */
  #askRulesUs: TimeUs | undefined;
  #rulesAsked = 0;

  constructor(options: KrakenFeedOptions) {
    this.#options = options;
    this.venue = options.venue ?? KRAKEN;
    const { clock, network, random, url = KRAKEN_WEBSOCKET_URL } = options;
    this.#socket = new VenueSocket(
      { ...KRAKEN_LIVENESS, ...options.socket, url, clock, network, random },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => {
          this.#cancelTick();
          this.#report('closed', reason);
        },
      },
    );
  }

  /** @param sink gets all calls; instruments keep their dense ids in them. */
  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this feed has been started before');
    const {
      depth,
      trades = true,
      batchSize = 100,
      paceMs = 250,
      answerMs = DEFAULT_ANSWER_MS,
    } = this.#options;
    const pacing = { batchSize, paceUs: paceMs * US_PER_MS, answerUs: answerMs * US_PER_MS };
    const send = (text: string): boolean => this.#socket.send(text);
    this.#sink = sink;
    this.#decoder = new KrakenDecoder(instruments, sink, this.venue);
    this.#books = new Subscriptions(
      instruments,
      {
        ...pacing,
        channel: 'book',
        requestId: 1,
        params: { depth },
        subscribeParams: { snapshot: true },
        awaitsSnapshot: true,
      },
      send,
      (id, error) => {
        const reason = `subscription refused: ${error}`;
        this.#refused.add(id);
        sink.onBookLost(id, reason, this.#options.clock.nowUs());
        sink.onInstrumentStopped?.(id, reason, this.#options.clock.nowUs());
      },
    );
    this.#trades = new Subscriptions(
      trades ? instruments : [],
      {
        ...pacing,
        channel: 'trade',
        requestId: 2,
        params: {},
        subscribeParams: { snapshot: false },
        awaitsSnapshot: false,
      },
      send,
      // A pair without public trades is still traded by its book.
      () => undefined,
    );
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    this.#books?.resubscribe(instrumentId, this.#options.clock.nowUs());
  }

  /** How many books are live, waiting for an answer, or refused. */
  bookCounts(): { readonly live: number; readonly waiting: number; readonly refused: number } {
    return this.#books?.counts() ?? { live: 0, waiting: 0, refused: 0 };
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#socket.stop();
  }

  #report(state: FeedState, reason: string): void {
    this.#sink?.onFeed({
      kind: 'feed',
      venue: this.venue,
      state,
      venueStatus: this.#decoder?.systemStatus ?? '',
      reason,
      atUs: this.#options.clock.nowUs(),
    });
  }

  #onOpen(): void {
    const nowUs = this.#options.clock.nowUs();
    this.#report('open', '');
    this.#rulesAsked = 0;
    this.#askRules(nowUs);
    this.#books?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  /** The channel has one subscription, without symbols: where its snapshot does not come it is asked for again, ever later. */
  #askRules(nowUs: TimeUs): void {
    this.#socket.send('{"method":"subscribe","params":{"channel":"instrument"}}');
    const { answerMs = DEFAULT_ANSWER_MS } = this.#options;
    this.#askRulesUs = nowUs + Math.min(MAX_ASK_US, answerMs * US_PER_MS * 2 ** this.#rulesAsked++);
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    if (this.#askRulesUs !== undefined && nowUs >= this.#askRulesUs) this.#askRules(nowUs);
    this.#books?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  #onSnapshot(id: InstrumentId, receivedUs: TimeUs): void {
    this.#books?.onSnapshot(id, receivedUs);
    if (this.#refused.delete(id)) this.#sink?.onInstrumentStopped?.(id, '', receivedUs);
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    switch (frame.kind) {
      case 'book': {
        const { update } = this.#decoder;
        if (update.isSnapshot) this.#onSnapshot(update.instrumentId, receivedUs);
        break;
      }
      case 'ack':
        this.#books?.onAck(frame, receivedUs);
        this.#trades?.onAck(frame, receivedUs);
        break;
      case 'error':
        if (frame.costsAll === true)
          this.#socket.reconnect(`a frame that may be of any book cannot be read: ${frame.detail}`);
        if (frame.instrumentId === undefined) break;
        if (this.#decoder.isStopped(frame.instrumentId)) this.#books?.drop(frame.instrumentId);
        else this.#books?.resubscribe(frame.instrumentId, receivedUs);
        break;
      case 'instruments':
        if (frame.isSnapshot) this.#askRulesUs = undefined;
        for (const { id } of this.#decoder.known(frame.pairs))
          if (this.#decoder.isStopped(id)) this.#books?.drop(id);
        for (const instrument of this.#decoder.onlineOf(frame.pairs))
          this.#books?.reopen(instrument.id, receivedUs);
        break;
      case 'trades':
      case 'heartbeat':
      case 'pong':
      case 'status':
      case 'other':
        break;
    }
  }
}
