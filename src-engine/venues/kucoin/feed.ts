/**
 * KuCoin's public market data of the spot market: every change of a book by the classic socket, joined on to order books by REST, and
 * trades.
 */
import { UserError } from '../../domain/errors.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedState } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import type { Network } from '../network.ts';
import { ChannelSubscriptions, type Verb } from '../toolkit/channel-subscriptions.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { RulesWatch } from '../toolkit/rules-watch.ts';
import { SnapshotQueue, snapshotSpacingUs } from '../toolkit/snapshot-queue.ts';
import { StatusWatch } from '../toolkit/status-watch.ts';
import { VenueSocket } from '../toolkit/venue-socket.ts';
import type { Frame } from './frame.ts';
import { KucoinDecoder } from './market-decoder.ts';
import { BOOK_TOPIC, snapshotFrame, TRADE_TOPIC } from './parse.ts';
import { BOOK_WEIGHT, KucoinRest, WEIGHT_PER_MINUTE } from './rest.ts';
import { SilentTopics } from './silent-topics.ts';
import { TicketNetwork } from './ticket-network.ts';

export const KUCOIN = 'kucoin';

/** Topics of one connection, a symbol each (KuCoin, "Topic Subscription Limit"); books come first, trades take the room that is left. */
export const MAX_INSTRUMENTS = 300;
/** Symbols of one request; 100 messages may be sent in 10 s. */
const PACING = { batchSize: 100, paceUs: 500 * US_PER_MS, answerUs: 10 * US_PER_SECOND };
/** What order books may use of the weight: the rest is for other clients of the same address. */
const WEIGHT_SHARE = 0.5;
const TICK_US = 100 * US_PER_MS;
/** KuCoin has no heartbeat of its own: a quiet connection is asked for a sign of life. */
const PING = '{"id":"0","type":"ping"}';
const LIVENESS = { silenceMs: 5_000, ping: PING } as const;
/** A server that was not pinged closes the connection, whatever it sends: well before that. */
const PING_SHARE = 0.8;
/** No such topic; a topic that is not well-formed. Whatever else is refused may pass: too many topics, a busy server. */
const FINAL: ReadonlySet<number> = new Set([400, 404]);

export type KucoinFeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects, names of connections. */
  readonly random: () => number;
  readonly pause?: RequestPause | undefined;
  readonly venue?: VenueName | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
};

export class KucoinFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: KucoinFeedOptions;
  readonly #socket: VenueSocket;
  readonly #rest: KucoinRest;
  readonly #books: SnapshotQueue;
  readonly #silent = new SilentTopics();
  readonly #status: StatusWatch;
  /** Instruments whose changes the venue refused: traded again once they come. */
  readonly #refused = new Set<InstrumentId>();
  readonly #bySymbol = new Map<string, Instrument>();
  readonly #byId = new Map<InstrumentId, Instrument>();
  #rules: RulesWatch | undefined;
  #sink: MarketSink | undefined;
  #decoder: KucoinDecoder | undefined;
  #changes: ChannelSubscriptions | undefined;
  #trades: ChannelSubscriptions | undefined;
  #lastId = 0;
  #isOpen = false;
  #pingEveryUs: TimeUs = 0;
  #nextPingUs: TimeUs = 0;
  #cancelTick: () => void = () => undefined;

  constructor(options: KucoinFeedOptions) {
    const { clock, network, random, pause, restUrl, streamUrl } = options;
    this.#options = options;
    this.venue = options.venue ?? KUCOIN;
    this.#rest = new KucoinRest({ clock, network, pause, baseUrl: restUrl });
    const tickets = new TicketNetwork({
      network,
      streamUrl,
      ticket: () => this.#rest.socketTicket(),
      connectId: () => random().toString(36).slice(2) || '0',
      onTicket: ({ pingMs }) => {
        this.#pingEveryUs = pingMs * PING_SHARE * US_PER_MS;
      },
    });
    this.#socket = new VenueSocket(
      { ...LIVENESS, url: '', clock, network: tickets, random },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => this.#onClosed(reason),
      },
    );
    this.#books = new SnapshotQueue({
      clock,
      random,
      spacingUs: snapshotSpacingUs(BOOK_WEIGHT, WEIGHT_PER_MINUTE, WEIGHT_SHARE),
      fetch: (symbol) => this.#rest.bookBody(symbol),
      onBody: (symbol, body) => this.#onBook(symbol, body),
      onFailed: (symbol, reason) => this.#onBookFailed(symbol, reason),
    });
    this.#status = new StatusWatch({
      clock,
      read: () => this.#rest.status(),
      onChange: () => {
        if (this.#isOpen) this.#report('open', '');
      },
    });
  }

  /** @throws UserError for more instruments than one connection carries. */
  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this feed has been started before');
    if (instruments.length > MAX_INSTRUMENTS) {
      throw new UserError({
        code: 'too-many-instruments',
        field: 'instruments',
        value: String(instruments.length),
        message: 'pairs of KuCoin are more than one connection can carry',
        remedy: `Choose at most ${MAX_INSTRUMENTS}.`,
      });
    }
    this.#sink = sink;
    for (const instrument of instruments) {
      this.#bySymbol.set(instrument.symbol, instrument);
      this.#byId.set(instrument.id, instrument);
    }
    this.#decoder = new KucoinDecoder(instruments, sink, this.venue);
    const symbols = instruments.map(({ symbol }) => symbol);
    this.#changes = this.#channel(symbols, BOOK_TOPIC, {
      onTaken: (symbol) => this.#onTaken(symbol),
      onRefused: (symbol, reason, nowUs) => this.#onRefused(symbol, reason, nowUs),
    });
    // An instrument without public trades is still traded by its book.
    const traded = symbols.slice(0, MAX_INSTRUMENTS - symbols.length);
    this.#trades = this.#channel(traded, TRADE_TOPIC, { onRefused: () => undefined });
    const { clock } = this.#options;
    this.#rules = new RulesWatch({ clock, instruments, sink, read: () => this.#rest.instruments() });
    this.#rules.start();
    this.#status.start();
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const instrument = this.#byId.get(instrumentId);
    if (instrument === undefined) return;
    this.#decoder?.lose(instrumentId);
    this.#books.want(instrument.symbol);
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#rules?.stop();
    this.#status.stop();
    this.#books.stop();
    await this.#socket.stop();
  }

  #channel(
    symbols: readonly string[],
    topic: string,
    handlers: Pick<ConstructorParameters<typeof ChannelSubscriptions>[0], 'onTaken' | 'onRefused'>,
  ): ChannelSubscriptions {
    return new ChannelSubscriptions({
      ...PACING,
      ...handlers,
      symbols,
      // The order book comes by REST.
      awaitsSnapshot: false,
      encode: (type: Verb, batch, id) =>
        JSON.stringify({
          id: String(id),
          type,
          topic: topic + batch.join(','),
          privateChannel: false,
          response: true,
        }),
      nextId: () => ++this.#lastId,
      send: (text) => this.#socket.send(text),
    });
  }

  #report(state: FeedState, reason: string): void {
    const atUs = this.#options.clock.nowUs();
    const venueStatus = this.#status.status;
    this.#sink?.onFeed({ kind: 'feed', venue: this.venue, state, venueStatus, reason, atUs });
  }

  #onOpen(): void {
    this.#isOpen = true;
    const nowUs = this.#options.clock.nowUs();
    this.#report('open', '');
    this.#nextPingUs = nowUs + this.#pingEveryUs;
    this.#changes?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  #onClosed(reason: string): void {
    this.#isOpen = false;
    this.#cancelTick();
    this.#books.clear();
    this.#silent.clear();
    this.#decoder?.loseAll();
    this.#report('closed', reason);
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    if (nowUs >= this.#nextPingUs) {
      this.#nextPingUs = nowUs + this.#pingEveryUs;
      this.#socket.send(PING);
    }
    this.#changes?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#silent.tick(
      nowUs,
      (id) => this.#books.want(this.#byId.get(id)?.symbol ?? ''),
      (id) => this.#onSilent(id, nowUs),
    );
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  /** Changes come from here on: an order book that is asked for now is not older than the first of them. */
  #onTaken(symbol: string): void {
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined) return;
    this.#books.want(symbol);
    if (this.#refused.delete(instrument.id))
      this.#sink?.onInstrumentStopped?.(instrument.id, '', this.#options.clock.nowUs());
  }

  #onRefused(symbol: string, reason: string, nowUs: TimeUs): void {
    const instrument = this.#bySymbol.get(symbol);
    if (instrument === undefined) return;
    const why = `subscription refused: ${reason}`;
    this.#refused.add(instrument.id);
    this.#sink?.onBookLost(instrument.id, why, nowUs);
    this.#sink?.onInstrumentStopped?.(instrument.id, why, nowUs);
  }

  /** Acknowledged, and not served: the order book alone would be shown as if it were today's. */
  #onSilent(id: InstrumentId, nowUs: TimeUs): void {
    const instrument = this.#byId.get(id);
    if (instrument === undefined) return;
    this.#decoder?.lose(id);
    this.#sink?.onBookLost(id, 'the venue took its subscription and sends none of its changes', nowUs);
    this.#changes?.resubscribe(instrument.symbol, nowUs);
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    if (frame.kind === 'change') {
      const { instrumentId } = this.#decoder.update;
      this.#silent.onChange(instrumentId);
      if (this.#decoder.needsBook(instrumentId)) this.#askAgain(instrumentId);
    } else if (frame.kind === 'ack') this.#onAck(frame, receivedUs);
    else if (frame.kind === 'error' && frame.instrumentId !== undefined) this.#askAgain(frame.instrumentId);
  }

  #onAck({ id, code, error }: Extract<Frame, { kind: 'ack' }>, nowUs: TimeUs): void {
    const answer = { id, error: error === '' ? '' : `${code} ${error}`, isFinal: FINAL.has(code) };
    this.#changes?.onAnswer(answer, nowUs);
    this.#trades?.onAnswer(answer, nowUs);
  }

  #askAgain(id: InstrumentId): void {
    const instrument = this.#byId.get(id);
    if (instrument !== undefined) this.#books.want(instrument.symbol);
  }

  #onBook(symbol: string, body: string): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    const receivedUs = this.#options.clock.nowUs();
    // A recording keeps it as a frame of its own, and a replay reads it as this does.
    const bytes = Buffer.from(snapshotFrame(symbol, body));
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    const { instrumentId, seq } = this.#decoder.update;
    if (frame.kind === 'error') this.#books.want(symbol);
    else if (this.#decoder.needsBook(instrumentId)) this.#askAgain(instrumentId);
    // One that the changes have passed already shows that they come.
    else if (seq >= this.#decoder.appliedSeq(instrumentId))
      this.#silent.onBook(instrumentId, seq, receivedUs);
  }

  #onBookFailed(symbol: string, reason: string): void {
    const instrument = this.#bySymbol.get(symbol);
    // A live book that was only to be looked at, or to be known deeper, is as good as before.
    if (instrument === undefined || this.#decoder?.isJoined(instrument.id) === true) return;
    this.#sink?.onBookLost(instrument.id, `no order book yet: ${reason}`, this.#options.clock.nowUs());
  }
}
