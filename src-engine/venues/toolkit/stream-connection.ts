/**
 * One connection to a venue's public market data: a channel of books and one of trades, in batches at the venue's pace, with its pings,
 * its answers and its way to say that it ends. What a venue's own protocol is comes with `StreamProtocol`.
 */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState, TradePrint } from '../../domain/market-data.ts';
import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import type { AttemptBudget } from './backoff.ts';
import { type ChannelOptions, ChannelSubscriptions, type Verb } from './channel-subscriptions.ts';
import { HourlyRequests } from './hourly-requests.ts';
import { OverdueBooks } from './overdue-books.ts';
import type { StreamDecoder } from './stream-decoder.ts';
import type { StreamAck, StreamChannel, StreamFrame } from './stream-frame.ts';
import { type SocketTiming, VenueSocket } from './venue-socket.ts';

export type StreamProtocol<D extends StreamDecoder = StreamDecoder> = {
  readonly url: string;
  /** How long it may be silent, and what asks it for a sign of life. */
  readonly liveness: SocketTiming & { readonly silenceMs: number };
  readonly pacing: Pick<ChannelOptions, 'batchSize' | 'paceUs' | 'answerUs'>;
  /** The snapshot of a book comes in the stream behind the acknowledgement. */
  readonly hasSnapshots: boolean;
  /** Each message is the whole book: the next one makes good whatever was lost, and nothing is asked for until it is overdue. */
  readonly areBooksWhole?: boolean | undefined;
  /** Longest time between two messages of one book, where the venue sends one even if nothing changed. */
  readonly bookSilenceUs?: DurationUs | undefined;
  /**
   * A frame of ours that says of which symbols the next message is the first one of a subscription, where a message does not show it: a
   * recording keeps it, and a replay reads it as this does.
   */
  readonly begins?: ((symbols: readonly string[]) => string) | undefined;
  /** The text of a request. */
  readonly encode: (channel: StreamChannel, verb: Verb, symbols: readonly string[], id: number) => string;
  readonly decoder: (instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) => D;
  /** What a venue wants however much is sent, and how often. */
  readonly ping?: { readonly text: () => string; readonly everyUs: () => TimeUs } | undefined;
  /** Its messages are bytes, or some of them, which the decoder reads as they come. */
  readonly takesBinary?: boolean | undefined;
  /** A message as text, where the venue packs it. @throws for what cannot be unpacked. */
  readonly unpack?: ((bytes: Buffer) => Buffer) | undefined;
  /** What is sent first on each connection. */
  readonly hello?: string | undefined;
  /** How long the venue wants no request once a connection is open. */
  readonly restUs?: number | undefined;
  /** Requests that one connection takes in an hour. */
  readonly requestsAnHour?: number | undefined;
  /** Of which instruments trades are asked for; of all when left out. */
  readonly tradesOf?: ((instruments: readonly Instrument[]) => readonly Instrument[]) | undefined;
};

export type StreamOptions<D extends StreamDecoder = StreamDecoder> = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  /** Shared with the venue's other connections. */
  readonly attempts?: AttemptBudget | undefined;
  readonly protocol: StreamProtocol<D>;
};

const TICK_US = 100 * US_PER_MS;
/** A connection whose requests are used up is made anew, at most so often: books may wait for them. */
const ANEW_US = 600 * US_PER_SECOND;
/** How long the next message of a lost book is waited for, where it is the whole of it. */
const NEXT_WHOLE_US = 5 * US_PER_SECOND;

export class StreamConnection<D extends StreamDecoder = StreamDecoder> implements MarketFeed {
  readonly venue: VenueName;
  protected readonly clock: Clock;
  protected readonly protocol: StreamProtocol<D>;
  protected readonly bySymbol = new Map<string, Instrument>();
  protected readonly byId = new Map<InstrumentId, Instrument>();
  protected sink: MarketSink | undefined;
  protected decoder: D | undefined;
  protected books: ChannelSubscriptions | undefined;
  readonly #socket: VenueSocket;
  /** Instruments whose book the venue refused: traded again once it comes. */
  readonly #refused = new Set<InstrumentId>();
  readonly #requests: HourlyRequests;
  /** When a connection was last made anew for its requests. */
  #anewUs: TimeUs = Number.NEGATIVE_INFINITY;
  #isUsedUp = false;
  readonly #overdue = new OverdueBooks();
  /** The book that the frame in hand lost: it is not the one that makes it good. */
  #lostNow: InstrumentId | undefined;
  /** Books of which something came while they were not subscribed to as a whole: it may be shown. */
  readonly #late = new Set<InstrumentId>();
  #trades: ChannelSubscriptions | undefined;
  #lastId = 0;
  #nextPingUs: TimeUs = Number.POSITIVE_INFINITY;
  #cancelTick: () => void = () => undefined;

  constructor({ venue, clock, network, random, attempts, protocol }: StreamOptions<D>) {
    this.venue = venue;
    this.clock = clock;
    this.protocol = protocol;
    this.#requests = new HourlyRequests(protocol.requestsAnHour ?? Number.POSITIVE_INFINITY);
    this.#socket = new VenueSocket(
      {
        ...protocol.liveness,
        takesBinary: protocol.takesBinary === true || protocol.unpack !== undefined,
        url: protocol.url,
        clock,
        network,
        random,
        attempts,
      },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.onBytes(bytes, receivedUs),
        onClosed: (reason) => {
          this.#cancelTick();
          this.#overdue.clear();
          this.#late.clear();
          this.onEnd();
          this.#report('closed', reason);
        },
      },
    );
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.sink !== undefined) throw new Error('this connection has been started before');
    this.sink = sink;
    for (const instrument of instruments) {
      this.bySymbol.set(instrument.symbol, instrument);
      this.byId.set(instrument.id, instrument);
    }
    const { decoder, hasSnapshots, tradesOf } = this.protocol;
    this.decoder = decoder(instruments, sink, this.venue);
    this.books = this.#channel('books', instruments, {
      awaitsSnapshot: hasSnapshots,
      onTaken: (symbol, nowUs) => this.onTaken(symbol, nowUs),
      onLeft: (symbol, nowUs) => this.#onLeft(symbol, nowUs),
      onRefused: (symbol, reason, nowUs) => this.#onRefused(symbol, reason, nowUs),
    });
    // An instrument without public trades is still traded by its book.
    const traded = tradesOf === undefined ? instruments : tradesOf(instruments);
    this.#trades = this.#channel('trades', traded, { awaitsSnapshot: false, onRefused: () => undefined });
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const instrument = this.byId.get(instrumentId);
    if (instrument === undefined) return;
    this.decoder?.lose(instrumentId);
    const nowUs = this.clock.nowUs();
    this.#lostNow = instrumentId;
    if (this.protocol.areBooksWhole === true) this.#overdue.awaitBy(instrumentId, nowUs + NEXT_WHOLE_US);
    else this.books?.resubscribe(instrument.symbol, nowUs);
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    await this.#socket.stop();
  }

  /** The venue sends changes of this symbol from here on. */
  protected onTaken(_symbol: string, _nowUs: TimeUs): void {
    // Its snapshot follows.
  }

  /** The connection ended. */
  protected onEnd(): void {
    this.decoder?.loseAll();
  }

  /** Called ten times a second while the connection is open. */
  protected onTick(_nowUs: TimeUs): void {
    // Nothing more is looked after.
  }

  /** A message of a book came and was passed on. */
  protected onBook({ update }: D, receivedUs: TimeUs): void {
    const { bookSilenceUs } = this.protocol;
    const { instrumentId: id } = update;
    if (id !== this.#lostNow) this.#overdue.seen(id, receivedUs, bookSilenceUs);
    if (update.isSnapshot) this.onSnapshot(id, receivedUs);
    const symbol = this.byId.get(id)?.symbol;
    if (symbol !== undefined && this.books?.isLive(symbol) === false) this.#late.add(id);
  }

  /** A trade was made in a book that is subscribed to: a message of the book shows it, or is due. */
  protected onTraded({ instrumentId, venueUs }: TradePrint, nowUs: TimeUs): void {
    this.#overdue.traded(instrumentId, venueUs, nowUs);
  }

  /** The book of this instrument is there. */
  protected onSnapshot(id: InstrumentId, receivedUs: TimeUs): void {
    const symbol = this.byId.get(id)?.symbol;
    if (symbol !== undefined) this.books?.onSnapshot(symbol, receivedUs);
    this.released(id, receivedUs);
  }

  /** The venue serves an instrument that it refused before. */
  protected released(id: InstrumentId, atUs: TimeUs): void {
    if (this.#refused.delete(id)) this.sink?.onInstrumentStopped?.(id, '', atUs);
  }

  /** One message as it came from the socket. */
  protected onBytes(bytes: Buffer, receivedUs: TimeUs): void {
    const { sink, decoder } = this;
    if (sink === undefined || decoder === undefined) return;
    const text = this.#unpacked(bytes);
    if (text === undefined) return;
    sink.onRaw(receivedUs, sink.isRecording?.() === false ? text : decoder.recorded(text));
    this.#lostNow = undefined;
    this.#onFrame(decoder.decode(text, receivedUs), decoder, receivedUs);
  }

  /** A recording keeps what was packed. One that cannot be unpacked may be of any book. */
  #unpacked(bytes: Buffer): Buffer | undefined {
    try {
      return this.protocol.unpack === undefined ? bytes : this.protocol.unpack(bytes);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#socket.reconnect(`a message that may be of any book cannot be unpacked: ${detail}`);
      return undefined;
    }
  }

  protected send(text: string): boolean {
    return this.#socket.send(text);
  }

  protected reconnect(reason: string): void {
    this.#socket.reconnect(reason);
  }

  #onFrame(frame: StreamFrame, decoder: D, receivedUs: TimeUs): void {
    switch (frame.kind) {
      case 'book':
        this.onBook(decoder, receivedUs);
        break;
      case 'ack':
        this.#onAck(frame, receivedUs);
        break;
      case 'question':
        this.#socket.send(frame.answer);
        break;
      case 'reconnect':
        this.#socket.reconnect(frame.reason);
        break;
      case 'note':
        this.sink?.onNote?.(frame.text, frame.isByRest);
        break;
      case 'error':
        if (frame.instrumentId !== undefined) this.resubscribe(frame.instrumentId);
        else if (frame.costsAll === true)
          this.#socket.reconnect(`a message that may be of any book cannot be read: ${frame.detail}`);
        break;
      case 'trades':
        this.#onTrades(frame.trades, receivedUs);
        break;
      case 'rest-book':
      case 'other':
        break;
    }
  }

  #onTrades(trades: readonly TradePrint[], nowUs: TimeUs): void {
    const last = trades.at(-1);
    if (last === undefined) return;
    const symbol = this.byId.get(last.instrumentId)?.symbol;
    if (symbol !== undefined && this.books?.isLive(symbol) === true) this.onTraded(last, nowUs);
  }

  #channel(
    channel: StreamChannel,
    instruments: readonly Instrument[],
    handlers: Pick<ChannelOptions, 'awaitsSnapshot' | 'onTaken' | 'onLeft' | 'onRefused'>,
  ): ChannelSubscriptions {
    const { pacing, encode } = this.protocol;
    return new ChannelSubscriptions({
      ...pacing,
      ...handlers,
      symbols: instruments.map(({ symbol }) => symbol),
      encode: (verb, symbols, id) => encode(channel, verb, symbols, id),
      nextId: () => ++this.#lastId,
      send: (text) => this.#request(text),
    });
  }

  /** Sends a request unless the hour's are used up: what was not sent is asked for later. */
  #request(text: string): boolean {
    const nowUs = this.clock.nowUs();
    this.#isUsedUp = !this.#requests.mayTake(nowUs);
    if (this.#isUsedUp || !this.#socket.send(text)) return false;
    this.#requests.taken(nowUs);
    return true;
  }

  #report(state: FeedState, reason: string): void {
    const atUs = this.clock.nowUs();
    this.sink?.onFeed({ kind: 'feed', venue: this.venue, state, venueStatus: '', reason, atUs });
  }

  #onOpen(): void {
    const nowUs = this.clock.nowUs();
    const { hello, ping, restUs = 0 } = this.protocol;
    this.#requests.reset();
    this.#isUsedUp = false;
    this.#report('open', '');
    this.#sayBegin([...this.bySymbol.keys()]);
    if (ping !== undefined) this.#nextPingUs = nowUs + ping.everyUs();
    if (hello !== undefined) this.#socket.send(hello);
    if (restUs > 0) this.#cancelTick = this.clock.schedule(nowUs + restUs, () => this.#begin());
    else this.#begin();
  }

  #begin(): void {
    const nowUs = this.clock.nowUs();
    this.books?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  #tick(): void {
    const nowUs = this.clock.nowUs();
    const { ping } = this.protocol;
    if (ping !== undefined && nowUs >= this.#nextPingUs) {
      this.#nextPingUs = nowUs + ping.everyUs();
      this.#socket.send(ping.text());
    }
    this.books?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#overdue.tick(nowUs, (id) => this.#onOverdue(id, nowUs));
    this.onTick(nowUs);
    this.#cancelTick = this.clock.schedule(nowUs + TICK_US, () => this.#tick());
    if (!this.#isUsedUp || nowUs - this.#anewUs < ANEW_US) return;
    this.#anewUs = nowUs;
    this.reconnect('the requests that the venue takes in an hour are used up');
  }

  #onAck({ id, channel, symbol, verb, error, isFinal }: StreamAck, nowUs: TimeUs): void {
    const channels = [
      ...(channel === 'trades' ? [] : [this.books]),
      ...(channel === 'books' ? [] : [this.#trades]),
    ];
    const waiting = channels.map((one) => one?.waitingFor(symbol, verb) ?? Number.POSITIVE_INFINITY);
    const answered = id ?? Math.min(...waiting);
    for (const one of channels) one?.onAnswer({ id: answered, symbol, error, isFinal }, nowUs);
  }

  /** The venue sends nothing more of this book: what was shown of it is no longer its own. */
  #onLeft(symbol: string, nowUs: TimeUs): void {
    const instrument = this.bySymbol.get(symbol);
    if (instrument === undefined) return;
    const { id } = instrument;
    this.#overdue.rest(id);
    this.decoder?.lose(id);
    if (this.#late.delete(id))
      this.sink?.onBookLost(id, 'its subscription ended: it is asked for again', nowUs);
    this.#sayBegin([symbol]);
  }

  #onOverdue(id: InstrumentId, nowUs: TimeUs): void {
    const instrument = this.byId.get(id);
    if (instrument === undefined) return;
    this.decoder?.lose(id);
    this.sink?.onBookLost(id, 'its next message is overdue: it is asked for again', nowUs);
    this.books?.resubscribe(instrument.symbol, nowUs);
  }

  #sayBegin(symbols: readonly string[]): void {
    const { begins } = this.protocol;
    if (begins === undefined) return;
    const nowUs = this.clock.nowUs();
    const bytes = Buffer.from(begins(symbols));
    this.sink?.onRaw(nowUs, bytes);
    this.decoder?.decode(bytes, nowUs);
  }

  #onRefused(symbol: string, reason: string, nowUs: TimeUs): void {
    const instrument = this.bySymbol.get(symbol);
    if (instrument === undefined) return;
    const why = `subscription refused: ${reason}`;
    this.#refused.add(instrument.id);
    this.sink?.onBookLost(instrument.id, why, nowUs);
    this.sink?.onInstrumentStopped?.(instrument.id, why, nowUs);
  }
}
