/** Binance's market streams: who listens to which, and what goes out when (spot API, "Web Socket Streams"). */
import type { LevelChange, Market, PublicTrade } from '../../../core/market.ts';
import { FaultyWire } from '../../../hosting/faulty-wire.ts';
import type { HostedSession, SessionOpener, Wire } from '../../../hosting/wire.ts';
import { type BinanceExchange, shownChanges } from '../binance-exchange.ts';
import { BinanceProblem } from '../binance-problem.ts';
import { binancePair } from '../pairs.ts';
import { timeUnit } from '../rest-server.ts';
import { DepthBatches } from './depth-batches.ts';
import {
  aggregateTrade,
  bookTicker,
  depthUpdate,
  miniTicker,
  partialDepth,
  ticker,
  trade,
} from './stream-frames.ts';
import { StreamSession, type StreamSource } from './stream-session.ts';

const FAST_US = 100_000;
/** Fast beats in a slow one: streams without `@100ms`, and tickers. */
const SLOW_BEATS = 10;
const PARTIAL = /^depth(5|10|20)(@100ms)?$/;

/** Where the streams are, besides `/ws/<stream>`. */
const PATH = /^\/(ws|stream)(\/.*)?$/;

export class MarketStreams implements SessionOpener, StreamSource {
  readonly #exchange: BinanceExchange;
  readonly #listeners = new Map<string, Set<StreamSession>>();
  readonly #sessions = new Set<StreamSession>();
  readonly #fast = new DepthBatches();
  readonly #slow = new DepthBatches();
  readonly #bestQuotes = new Map<Market, string>();
  #beats = 0;
  #stopBeat: () => void = () => undefined;

  constructor(exchange: BinanceExchange) {
    this.#exchange = exchange;
    exchange.listen({
      onBook: (market, changes) => this.#onBook(market, changes),
      onTrades: (market, trades) => this.#onTrades(market, trades),
    });
    this.#beatLater();
  }

  accepts(path: string): boolean {
    return PATH.test(path);
  }

  open(wire: Wire, target: string): HostedSession {
    const { clock, faults } = this.#exchange;
    const url = new URL(target, 'ws://local');
    const isCombined = url.pathname.startsWith('/stream');
    let time: (us: number) => number;
    try {
      time = timeUnit(url.searchParams.get('timeUnit') ?? undefined);
    } catch (error) {
      if (!(error instanceof BinanceProblem)) throw error;
      time = timeUnit(undefined);
    }
    const session = new StreamSession(new FaultyWire(wire, clock, faults), clock, this, isCombined, time);
    this.#sessions.add(session);
    const named = isCombined ? (url.searchParams.get('streams') ?? '') : url.pathname.replace(/^\/ws\/?/, '');
    session.subscribe(named.split('/').filter((name) => name !== ''));
    const stopPings = pinged(wire, this.#exchange);
    return {
      receive: (text) => session.receive(text),
      pong: () => {
        stopPings.heard();
        session.pong();
      },
      closed: () => {
        stopPings.stop();
        session.wire.close();
        this.#sessions.delete(session);
        for (const name of session.streams) this.leave(session, name);
      },
    };
  }

  /** Who listens to a stream. */
  listenersOf(stream: string): readonly StreamSession[] {
    return [...(this.#listeners.get(stream) ?? [])];
  }

  stop(): void {
    this.#stopBeat();
  }

  /** Announces the end of all connections, as before their daily end, and closes them a second later. */
  shutDown(): void {
    const nowUs = this.#exchange.clock.nowUs();
    for (const session of this.#sessions) {
      session.deliver('!serverShutdown', { e: 'serverShutdown', E: session.time(nowUs) }, 'serverShutdown');
    }
    const ending = [...this.#sessions];
    this.#exchange.clock.schedule(nowUs + 1_000_000, () => {
      for (const session of ending) session.wire.end();
    });
  }

  join(session: StreamSession, stream: string): void {
    const sessions = this.#listeners.get(stream) ?? new Set();
    this.#listeners.set(stream, sessions.add(session));
    const [market, channel] = this.#read(stream);
    if (market === undefined) return;
    if (channel === 'depth@100ms') this.#fast.watch(market);
    if (channel === 'depth' || channel === 'depth@1000ms') this.#slow.watch(market);
  }

  leave(session: StreamSession, stream: string): void {
    const sessions = this.#listeners.get(stream);
    sessions?.delete(session);
    if (sessions === undefined || sessions.size > 0) return;
    this.#listeners.delete(stream);
    const [market, channel] = this.#read(stream);
    if (market === undefined) return;
    if (channel === 'depth@100ms') this.#fast.forget(market);
    if (channel === 'depth' || channel === 'depth@1000ms') this.#slow.forget(market);
  }

  #read(stream: string): [Market | undefined, string] {
    const at = stream.indexOf('@');
    const name = stream.slice(0, Math.max(at, 0));
    // Names of streams are lower case; others are taken, and stay silent.
    const market = name === name.toLowerCase() ? this.#exchange.find(name.toUpperCase()) : undefined;
    return [market, stream.slice(at + 1)];
  }

  #onBook(market: Market, changes: readonly LevelChange[]): void {
    const shown = shownChanges(market, changes);
    if (shown.length === 0) return;
    const id = this.#exchange.updateId(market);
    this.#fast.add(market, shown, id);
    this.#slow.add(market, shown, id);
    this.#sendBest(market, id);
  }

  #onTrades(market: Market, trades: readonly PublicTrade[]): void {
    const nowUs = this.#exchange.clock.nowUs();
    for (const print of trades) {
      this.#publish(market, 'trade', 'trade', (session) => trade(market, print, nowUs, session.time));
    }
    for (const sum of this.#exchange.aggregates(market).latest) {
      this.#publish(market, 'aggTrade', 'aggTrade', (session) =>
        aggregateTrade(market, sum, nowUs, session.time),
      );
    }
  }

  #sendBest(market: Market, id: number): void {
    const bid = market.engine.bids.best();
    const ask = market.engine.asks.best();
    const quote = `${bid?.price}|${bid?.qty}|${ask?.price}|${ask?.qty}`;
    if (this.#bestQuotes.get(market) === quote) return;
    this.#bestQuotes.set(market, quote);
    this.#publish(market, 'bookTicker', 'bookTicker', () => bookTicker(market, id));
  }

  #publish(
    market: Market,
    suffix: string,
    channel: string,
    payload: (session: StreamSession) => object,
  ): void {
    const stream = `${binancePair(market).name.toLowerCase()}@${suffix}`;
    const sessions = this.#listeners.get(stream);
    if (sessions === undefined) return;
    for (const session of sessions) session.deliver(stream, payload(session), channel);
  }

  #beatLater(): void {
    const { clock } = this.#exchange;
    const nowUs = clock.nowUs();
    this.#stopBeat = clock.schedule(nowUs - (nowUs % FAST_US) + FAST_US, () => {
      this.#beat();
      this.#beatLater();
    });
  }

  #beat(): void {
    this.#beats++;
    this.#flush(this.#fast, ['depth@100ms']);
    const isSlow = this.#beats % SLOW_BEATS === 0;
    if (isSlow) this.#flush(this.#slow, ['depth', 'depth@1000ms']);
    const nowUs = this.#exchange.clock.nowUs();
    for (const [stream, sessions] of this.#listeners) {
      const [market, channel] = this.#read(stream);
      if (market === undefined) continue;
      const partial = PARTIAL.exec(channel);
      if (partial !== null && (isSlow || partial[2] !== undefined)) {
        const payload = partialDepth(market, Number(partial[1]), this.#exchange.updateId(market));
        for (const session of sessions) session.deliver(stream, payload, 'depth');
      }
      if (!isSlow || (channel !== 'ticker' && channel !== 'miniTicker')) continue;
      const make = channel === 'ticker' ? ticker : miniTicker;
      for (const session of sessions) session.deliver(stream, make(market, nowUs, session.time), 'ticker');
    }
  }

  #flush(batches: DepthBatches, suffixes: readonly string[]): void {
    const { clock, faults } = this.#exchange;
    const nowUs = clock.nowUs();
    for (const market of batches.markets()) {
      const change = batches.take(market);
      // A message that does not fit is one that never comes: the next one shows the gap.
      if (change === undefined || faults.takeCorruption(market.pair.symbol)) continue;
      for (const suffix of suffixes) {
        this.#publish(market, suffix, 'depth', (session) => depthUpdate(market, change, nowUs, session.time));
      }
    }
  }
}

/** Pings a connection as often as the venue does, and cuts it when no answer comes within its patience. */
export function pinged(wire: Wire, { clock, dialect }: BinanceExchange): { heard(): void; stop(): void } {
  if (wire.ping === undefined) return { heard: () => undefined, stop: () => undefined };
  let heardUs = clock.nowUs();
  let cancel: () => void = () => undefined;
  const next = (): void => {
    cancel = clock.schedule(clock.nowUs() + dialect.pingUs, () => {
      const nowUs = clock.nowUs();
      if (nowUs - heardUs > dialect.patienceUs) return wire.terminate();
      wire.ping?.(String(Math.floor(nowUs / 1_000)));
      next();
    });
  };
  next();
  return {
    heard: () => {
      heardUs = clock.nowUs();
    },
    stop: () => cancel(),
  };
}
