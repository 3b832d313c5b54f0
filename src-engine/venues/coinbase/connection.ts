/**
 * One connection to Coinbase's market data: whole books, trades and heartbeats under one sequence of numbers. A number that is missing
 * costs all its books, and the connection is made anew.
 */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState, TradePrint } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { AttemptBudget } from '../toolkit/backoff.ts';
import { type ChannelOptions, ChannelSubscriptions, type Verb } from '../toolkit/channel-subscriptions.ts';
import { OverdueBooks } from '../toolkit/overdue-books.ts';
import type { FrameFault } from '../toolkit/frame-error.ts';
import { VenueSocket } from '../toolkit/venue-socket.ts';
import type { Frame } from './frame.ts';
import { CoinbaseDecoder } from './market-decoder.ts';
import { streamOf } from './products.ts';
import { ConnectionSequence, sequenceOf } from './sequence.ts';
import { WaitingFrames } from './waiting-frames.ts';

export const COINBASE_STREAM_URL = 'wss://advanced-trade-ws.coinbase.com';

export type CoinbaseConnectionOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  /** Shared with the venue's other connections. */
  readonly attempts?: AttemptBudget | undefined;
  readonly url?: string | undefined;
};

type Channel = 'level2' | 'market_trades';
type Request = { readonly channel: Channel; readonly verb: Verb; readonly symbols: readonly string[] };

const TICK_US = 100 * US_PER_MS;
/** The venue takes 8 messages a second from an address. */
const PACING = { batchSize: 50, paceUs: US_PER_SECOND, answerUs: 10 * US_PER_SECOND };
const HEARTBEATS = '{"type":"subscribe","channel":"heartbeats"}';
/** Heartbeats come every second. */
const LIVENESS = { silenceMs: 5_000 } as const;
/** Refusals that no repetition changes. Whatever else it says may pass. */
const FINAL = /invalid|not found|unknown|unsupported|no such|does not exist/i;
/** Requests whose answer is waited for. */
const MOST_REQUESTS = 200;
/** A frame above this many bytes is read in parts, each less than a millisecond of work. */
const LARGE_BYTES = 200_000;

export class CoinbaseConnection implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: CoinbaseConnectionOptions;
  readonly #socket: VenueSocket;
  readonly #sequence = new ConnectionSequence();
  readonly #waiting = new WaitingFrames();
  /** The frame that is read in parts. */
  #partial: Buffer | undefined;
  #isOpen = false;
  #cancelPart: () => void = () => undefined;
  /** Instruments by the stream of their book. */
  readonly #byStream = new Map<string, Instrument[]>();
  readonly #streamById = new Map<InstrumentId, string>();
  /** By the first instrument of a stream. */
  readonly #overdue = new OverdueBooks();
  /** Streams that the venue's list of this connection has named. */
  readonly #listed = new Set<string>();
  /** Streams of which a whole book came while they were left: it is shown, and changes no more. */
  readonly #late = new Set<string>();
  /** Instruments whose book the venue refused: traded again once it comes. */
  readonly #refused = new Set<InstrumentId>();
  /** Requests that wait for their answer, oldest first: a refusal does not say which one it is of. */
  readonly #requests = new Map<number, Request>();
  #lastId = 0;
  #sink: MarketSink | undefined;
  #decoder: CoinbaseDecoder | undefined;
  #books: ChannelSubscriptions | undefined;
  #trades: ChannelSubscriptions | undefined;
  #cancelTick: () => void = () => undefined;

  constructor(options: CoinbaseConnectionOptions) {
    const { clock, network, random, attempts, url = COINBASE_STREAM_URL } = options;
    this.#options = options;
    this.venue = options.venue;
    this.#socket = new VenueSocket(
      { ...LIVENESS, url, clock, network, random, attempts },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this connection has been started before');
    this.#sink = sink;
    this.#decoder = new CoinbaseDecoder(instruments, sink, this.venue);
    for (const { id, symbol } of this.#decoder.strangers) {
      const reason = `the book of ${symbol} is that of ${streamOf(symbol)}, whose steps differ`;
      sink.onInstrumentStopped?.(id, reason, this.#options.clock.nowUs());
    }
    for (const instrument of instruments) {
      const stream = streamOf(instrument.symbol);
      this.#streamById.set(instrument.id, stream);
      this.#byStream.set(stream, [...(this.#byStream.get(stream) ?? []), instrument]);
    }
    this.#books = this.#channel('level2', {
      onRefused: (stream, reason, nowUs) => this.#onRefused(stream, reason, nowUs),
      onLeft: (stream, nowUs) => {
        if (this.#late.has(stream))
          this.#lose(stream, 'its subscription ended: it is asked for again', nowUs);
      },
    });
    // An instrument without public trades is still traded by its book.
    this.#trades = this.#channel('market_trades', { onRefused: () => undefined });
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const stream = this.#streamById.get(instrumentId);
    if (stream === undefined) return;
    const [first] = this.#byStream.get(stream) ?? [];
    if (first !== undefined) this.#decoder?.lose(first.id);
    this.#books?.resubscribe(stream, this.#options.clock.nowUs());
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#cancelPart();
    await this.#socket.stop();
  }

  #channel(channel: Channel, handlers: Pick<ChannelOptions, 'onRefused' | 'onLeft'>): ChannelSubscriptions {
    return new ChannelSubscriptions({
      ...PACING,
      symbols: [...this.#byStream.keys()],
      awaitsSnapshot: channel === 'level2',
      ...handlers,
      encode: (verb, symbols, id) => {
        const [oldest] = this.#requests.keys();
        if (oldest !== undefined && this.#requests.size >= MOST_REQUESTS) this.#requests.delete(oldest);
        this.#requests.set(id, { channel, verb, symbols });
        return JSON.stringify({ type: verb, product_ids: symbols, channel });
      },
      nextId: () => ++this.#lastId,
      send: (text) => this.#socket.send(text),
    });
  }

  #report(state: FeedState, reason: string): void {
    const atUs = this.#options.clock.nowUs();
    this.#sink?.onFeed({ kind: 'feed', venue: this.venue, state, venueStatus: '', reason, atUs });
  }

  #onOpen(): void {
    this.#isOpen = true;
    const nowUs = this.#options.clock.nowUs();
    this.#sequence.reset();
    this.#requests.clear();
    this.#report('open', '');
    this.#socket.send(HEARTBEATS);
    this.#books?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  #onClosed(reason: string): void {
    this.#isOpen = false;
    this.#cancelTick();
    this.#cancelPart();
    this.#partial = undefined;
    this.#waiting.clear();
    this.#overdue.clear();
    this.#late.clear();
    this.#listed.clear();
    this.#decoder?.loseAll();
    this.#report('closed', reason);
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    this.#books?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#overdue.tick(nowUs, (id) => this.#onOverdue(id, nowUs));
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  /** A frame that does not follow is neither read nor recorded: what comes next begins with snapshots. */
  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    const number = sequenceOf(bytes);
    const fault = number < 0 ? '' : this.#sequence.take(number);
    if (fault !== '') this.#socket.reconnect(`a message is missing: ${fault}`);
    else if (this.#partial === undefined) this.#read(bytes, receivedUs);
    else if (!this.#waiting.push(bytes, receivedUs))
      this.#socket.reconnect('messages came faster than a snapshot was read');
  }

  #read(bytes: Buffer, receivedUs: TimeUs): void {
    // What waited behind a message that ended the connection is of books that are lost.
    if (this.#sink === undefined || this.#decoder === undefined || !this.#isOpen) return;
    this.#sink.onRaw(receivedUs, bytes);
    if (bytes.length <= LARGE_BYTES) {
      this.#take(this.#decoder.decode(bytes, receivedUs), receivedUs);
      return;
    }
    // A frame of this size is memory of its own, or a copy that waited: it stays.
    this.#part(this.#decoder.decode(bytes, receivedUs, true), bytes, receivedUs);
  }

  /** Other venues and windows have their turn between two parts; frames of this connection wait until the last. */
  #part(frame: Frame, own: Buffer, receivedUs: TimeUs): void {
    if (frame.kind !== 'partial') {
      this.#partial = undefined;
      this.#take(frame, receivedUs);
      this.#waiting.drain((bytes, atUs) => {
        this.#read(bytes, atUs);
        return this.#partial === undefined;
      });
      return;
    }
    const { clock } = this.#options;
    this.#partial = own;
    this.#cancelPart = clock.schedule(clock.nowUs(), () => {
      if (this.#decoder !== undefined) this.#part(this.#decoder.more(own), own, receivedUs);
    });
  }

  #take(frame: Frame, receivedUs: TimeUs): void {
    switch (frame.kind) {
      case 'book': {
        if (this.#decoder === undefined) break;
        const { isSnapshot, instrumentId } = this.#decoder.head;
        this.#overdue.seen(instrumentId, receivedUs);
        if (isSnapshot) this.#onSnapshot(instrumentId, receivedUs);
        break;
      }
      case 'trades':
        this.#onTrades(frame.trades, receivedUs);
        break;
      case 'subscriptions':
        this.#onSubscriptions(frame.channels, receivedUs);
        break;
      case 'refusal':
        this.#onRefusal(frame.text, receivedUs);
        break;
      case 'books':
        for (const id of frame.books) this.#overdue.seen(id, receivedUs);
        for (const id of frame.snapshots) this.#onSnapshot(id, receivedUs);
        for (const error of frame.errors) this.#onFault(error);
        break;
      case 'error':
        this.#onFault(frame);
        break;
      case 'events':
      case 'partial':
      case 'heartbeat':
      case 'other':
        break;
    }
  }

  #onFault({ instrumentId, costsAll, detail }: FrameFault): void {
    if (instrumentId !== undefined) this.resubscribe(instrumentId);
    else if (costsAll === true)
      this.#socket.reconnect(`a message that may be of any book cannot be read: ${detail}`);
  }

  /** Each acknowledgement lists all subscriptions: what a request wanted of a product is done where the list says so. */
  #onSubscriptions(channels: ReadonlyMap<string, ReadonlySet<string>>, nowUs: TimeUs): void {
    for (const [id, { channel, verb, symbols }] of this.#requests) {
      const listed = channels.get(channel);
      const done = symbols.filter((symbol) => (listed?.has(symbol) === true) === (verb === 'subscribe'));
      for (const symbol of done) this.#answer({ id, symbol, error: '', isFinal: false }, nowUs);
      if (done.length === symbols.length) this.#requests.delete(id);
    }
    const books = channels.get('level2');
    for (const stream of this.#byStream.keys()) {
      // A whole book may come before the list that names it first: only what was named once can end.
      if (books?.has(stream) === true) this.#listed.add(stream);
      else if (this.#listed.delete(stream) && this.#books?.isLive(stream) === true)
        this.#ended(stream, nowUs);
    }
  }

  #ended(stream: string, nowUs: TimeUs): void {
    this.#lose(stream, 'the venue ended its subscription: it is asked for again', nowUs);
    this.#books?.resubscribe(stream, nowUs);
  }

  /** A trade changes the book that it was made in: one that stays as it was is served no longer. */
  #onTrades(trades: readonly TradePrint[], nowUs: TimeUs): void {
    const [first] = trades;
    const stream = first === undefined ? undefined : this.#streamById.get(first.instrumentId);
    const [owner] = stream === undefined ? [] : (this.#byStream.get(stream) ?? []);
    if (stream !== undefined && owner !== undefined && this.#books?.isLive(stream) === true)
      this.#overdue.traded(owner.id, first?.venueUs ?? 0, nowUs);
  }

  #onOverdue(id: InstrumentId, nowUs: TimeUs): void {
    const stream = this.#streamById.get(id);
    if (stream === undefined) return;
    this.#lose(stream, 'its next message is overdue: it is asked for again', nowUs);
    this.#books?.resubscribe(stream, nowUs);
  }

  /** What is shown of this book is no longer the venue's. */
  #lose(stream: string, reason: string, nowUs: TimeUs): void {
    const instruments = this.#byStream.get(stream) ?? [];
    this.#late.delete(stream);
    for (const { id } of instruments.slice(0, 1)) {
      this.#overdue.rest(id);
      this.#decoder?.lose(id);
    }
    for (const { id } of instruments) this.#sink?.onBookLost(id, reason, nowUs);
  }

  #onRefusal(text: string, nowUs: TimeUs): void {
    const [id] = this.#requests.keys();
    if (id === undefined) return;
    this.#requests.delete(id);
    this.#answer(
      { id, symbol: undefined, error: text === '' ? 'without a reason' : text, isFinal: FINAL.test(text) },
      nowUs,
    );
  }

  #answer(answer: Parameters<ChannelSubscriptions['onAnswer']>[0], nowUs: TimeUs): void {
    this.#books?.onAnswer(answer, nowUs);
    this.#trades?.onAnswer(answer, nowUs);
  }

  #onSnapshot(first: InstrumentId, receivedUs: TimeUs): void {
    const stream = this.#streamById.get(first);
    if (stream === undefined) return;
    this.#books?.onSnapshot(stream, receivedUs);
    if (this.#books?.isLive(stream) === false) this.#late.add(stream);
    for (const { id } of this.#byStream.get(stream) ?? [])
      if (this.#refused.delete(id)) this.#sink?.onInstrumentStopped?.(id, '', receivedUs);
  }

  #onRefused(stream: string, reason: string, nowUs: TimeUs): void {
    const why = `subscription refused: ${reason}`;
    for (const { id } of this.#byStream.get(stream) ?? []) {
      this.#refused.add(id);
      this.#sink?.onBookLost(id, why, nowUs);
      this.#sink?.onInstrumentStopped?.(id, why, nowUs);
    }
  }
}
