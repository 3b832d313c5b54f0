/** Bybit's public market data of the spot market: books of 50 levels every 20 ms, whose snapshots come in the stream, and trades. */
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
import { StatusWatch } from '../toolkit/status-watch.ts';
import { VenueSocket } from '../toolkit/venue-socket.ts';
import type { Frame } from './frame.ts';
import { BybitDecoder } from './market-decoder.ts';
import { BybitRest } from './rest.ts';

/** The connection’s address says that it is the spot market: symbols of the other markets have the same names. */
export const BYBIT_STREAM_URL = 'wss://stream.bybit.com/v5/public/spot';
export const BYBIT = 'bybit';

/**
 * The deepest of the fast ones: 20 ms, against 100 and 200 ms for 200 and 1,000 levels. The server keeps the window: a level that
 * leaves it is removed by a message.
 */
export const BOOK_DEPTH = 50;
/** Of one request on the spot market, and of all topics of a connection with their quotes and commas (Bybit v5, "Connect"). */
const MAX_ARGS = 10;
const MAX_ARGS_CHARS = 21_000;
/** All books fit at the longest name that is listed; trades take the room that is left. */
export const MAX_INSTRUMENTS = 600;

export type BybitFeedOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** Uniform in [0, 1): jitter of reconnects. */
  readonly random: () => number;
  readonly pause?: RequestPause | undefined;
  readonly venue?: VenueName | undefined;
  readonly restUrl?: string | undefined;
  readonly streamUrl?: string | undefined;
};

const TICK_US = 100 * US_PER_MS;
const PACING = { batchSize: MAX_ARGS, paceUs: 100 * US_PER_MS, answerUs: 10 * US_PER_SECOND };
/** Bybit has no heartbeat: a quiet connection is asked for a sign of life. */
const PING = '{"op":"ping"}';
const LIVENESS = { silenceMs: 5_000, ping: PING } as const;
/** Recommended whatever the traffic. */
const PING_EVERY_US = 20 * US_PER_SECOND;
/** Refusals that no repetition changes. Whatever else it says may pass. */
const FINAL = /handler not found|invalid symbol|invalid topic|unknown topic|not support/i;

export class BybitFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: BybitFeedOptions;
  readonly #socket: VenueSocket;
  readonly #rest: BybitRest;
  readonly #status: StatusWatch;
  /** Instruments whose book the venue refused: traded again once it comes. */
  readonly #refused = new Set<InstrumentId>();
  readonly #bySymbol = new Map<string, Instrument>();
  #instruments: readonly Instrument[] = [];
  #rules: RulesWatch | undefined;
  #sink: MarketSink | undefined;
  #decoder: BybitDecoder | undefined;
  #books: ChannelSubscriptions | undefined;
  #trades: ChannelSubscriptions | undefined;
  #lastId = 0;
  #isOpen = false;
  #nextPingUs: TimeUs = 0;
  #cancelTick: () => void = () => undefined;

  constructor(options: BybitFeedOptions) {
    const { clock, network, random, pause, restUrl, streamUrl: url = BYBIT_STREAM_URL } = options;
    this.#options = options;
    this.venue = options.venue ?? BYBIT;
    this.#socket = new VenueSocket(
      { ...LIVENESS, url, clock, network, random },
      {
        onConnecting: () => this.#report('connecting', ''),
        onOpen: () => this.#onOpen(),
        onFrame: (bytes, receivedUs) => this.#onFrame(bytes, receivedUs),
        onClosed: (reason) => {
          this.#isOpen = false;
          this.#cancelTick();
          this.#report('closed', reason);
        },
      },
    );
    this.#rest = new BybitRest({ clock, network, pause, baseUrl: restUrl });
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
    const chars = instruments.reduce((sum, { symbol }) => sum + argChars(bookTopic(symbol)), 0);
    if (instruments.length > MAX_INSTRUMENTS || chars > MAX_ARGS_CHARS) {
      throw new UserError({
        code: 'too-many-instruments',
        field: 'instruments',
        value: String(instruments.length),
        message: 'pairs of Bybit are more than one connection can carry',
        remedy: `Choose at most ${MAX_INSTRUMENTS}, whose topics have at most ${MAX_ARGS_CHARS} characters.`,
      });
    }
    this.#sink = sink;
    this.#instruments = instruments;
    for (const instrument of instruments) this.#bySymbol.set(instrument.symbol, instrument);
    this.#decoder = new BybitDecoder(instruments, sink, this.venue);
    this.#books = this.#channel(
      instruments.map(({ symbol }) => symbol),
      bookTopic,
      true,
      (symbol, reason, nowUs) => this.#onRefused(symbol, reason, nowUs),
    );
    // An instrument without public trades is still traded by its book.
    this.#trades = this.#channel(this.#tradeSymbols(chars), tradeTopic, false, () => undefined);
    const { clock } = this.#options;
    this.#rules = new RulesWatch({ clock, instruments, sink, read: () => this.#rest.instruments() });
    this.#rules.start();
    this.#status.start();
    this.#socket.start();
  }

  resubscribe(instrumentId: InstrumentId): void {
    const instrument = this.#instruments.find(({ id }) => id === instrumentId);
    if (instrument !== undefined) this.#books?.resubscribe(instrument.symbol, this.#options.clock.nowUs());
  }

  async stop(): Promise<void> {
    this.#cancelTick();
    this.#rules?.stop();
    this.#status.stop();
    await this.#socket.stop();
  }

  #channel(
    symbols: readonly string[],
    topicOf: (symbol: string) => string,
    awaitsSnapshot: boolean,
    onRefused: (symbol: string, reason: string, nowUs: TimeUs) => void,
  ): ChannelSubscriptions {
    return new ChannelSubscriptions({
      ...PACING,
      symbols,
      awaitsSnapshot,
      onRefused,
      encode: (op: Verb, batch, id) =>
        JSON.stringify({ req_id: String(id), op, args: batch.map((symbol) => topicOf(symbol)) }),
      nextId: () => ++this.#lastId,
      send: (text) => this.#socket.send(text),
    });
  }

  /** Those whose trades fit beside all books. */
  #tradeSymbols(bookChars: number): string[] {
    let left = MAX_ARGS_CHARS - bookChars;
    return this.#instruments.flatMap(({ symbol }) => {
      left -= argChars(tradeTopic(symbol));
      return left >= 0 ? [symbol] : [];
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
    this.#nextPingUs = nowUs + PING_EVERY_US;
    this.#books?.reset(nowUs);
    this.#trades?.reset(nowUs);
    this.#tick();
  }

  #tick(): void {
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    if (nowUs >= this.#nextPingUs) {
      this.#nextPingUs = nowUs + PING_EVERY_US;
      this.#socket.send(PING);
    }
    this.#books?.tick(nowUs);
    this.#trades?.tick(nowUs);
    this.#cancelTick = clock.schedule(nowUs + TICK_US, () => this.#tick());
  }

  #onFrame(bytes: Buffer, receivedUs: TimeUs): void {
    if (this.#sink === undefined || this.#decoder === undefined) return;
    this.#sink.onRaw(receivedUs, bytes);
    const frame = this.#decoder.decode(bytes, receivedUs);
    if (frame.kind === 'book') {
      const { isSnapshot, instrumentId } = this.#decoder.update;
      if (isSnapshot) this.#onSnapshot(instrumentId, receivedUs);
    } else if (frame.kind === 'ack') this.#onAck(frame, receivedUs);
    else if (frame.kind === 'error' && frame.instrumentId !== undefined) this.resubscribe(frame.instrumentId);
  }

  #onAck({ id, error }: Extract<Frame, { kind: 'ack' }>, nowUs: TimeUs): void {
    const answer = { id, error, isFinal: FINAL.test(error) };
    this.#books?.onAnswer(answer, nowUs);
    this.#trades?.onAnswer(answer, nowUs);
  }

  #onSnapshot(id: InstrumentId, receivedUs: TimeUs): void {
    const instrument = this.#instruments.find((one) => one.id === id);
    if (instrument !== undefined) this.#books?.onSnapshot(instrument.symbol, receivedUs);
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

function bookTopic(symbol: string): string {
  return `orderbook.${BOOK_DEPTH}.${symbol}`;
}

function tradeTopic(symbol: string): string {
  return `publicTrade.${symbol}`;
}

/** A topic in a list of them: its quotes and a comma. */
function argChars(topic: string): number {
  return topic.length + 3;
}
