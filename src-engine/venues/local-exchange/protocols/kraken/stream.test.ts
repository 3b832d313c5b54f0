/** The market as a stream: checksums, determinism, and the opportunities that it opens. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Decimal, fromUnits } from '../../../../domain/decimal.ts';
import { SimulatedClock } from '../../../../runner/simulated-clock.ts';
import type { Account, AccountOptions } from '../../core/accounts/accounts.ts';
import { KrakenExchange } from './kraken-exchange.ts';
import { OrderFlow } from '../../core/flow/order-flow.ts';
import { feesBps, findTriangles, grossBps, type Triangle } from '../../core/flow/triangles.ts';
import type { Market } from '../../core/market.ts';
import { PAIRS, selectPairs } from './pairs.ts';
import { StreamHub } from './websocket/stream-hub.ts';
import { fixedText } from '../../core/fixed-text.ts';

const START_US = 1_780_000_000_000_000;

function simulate(
  seed: number,
  options: {
    symbols?: readonly string[];
    updatesPerSecond?: number;
    edgeSeconds?: number;
    accounts?: readonly AccountOptions[];
  } = {},
): { clock: SimulatedClock; core: KrakenExchange; hub: StreamHub } {
  const clock = new SimulatedClock(START_US);
  const pairs = options.symbols === undefined ? PAIRS : selectPairs(options.symbols);
  const core = new KrakenExchange({ pairs, fees: 'demo', accounts: options.accounts ?? [], clock });
  const hub = new StreamHub(core);
  const { updatesPerSecond = 150, edgeSeconds } = options;
  new OrderFlow(core, { seed, updatesPerSecond, edgeSeconds }).start();
  return { clock, core, hub };
}

type Level = { price: string; qty: string };

function digits(text: string): string {
  return text.replace('.', '').replace(/^0+/, '');
}

function checksumText(side: readonly Level[]): string {
  return side
    .slice(0, 10)
    .map((level) => digits(level.price) + digits(level.qty))
    .join('');
}

/** A book that knows nothing but Kraken's published rules: text levels, trimmed after every message. */
class TextBook {
  readonly #depth: number;
  readonly #sides = { bids: [] as Level[], asks: [] as Level[] };
  trimmed = 0;

  constructor(depth: number) {
    this.#depth = depth;
  }

  /** Applies a frame and says whether its checksum is right. */
  apply(frame: string): boolean {
    // Numbers keep their digits: they become strings before JSON sees them.
    const message = JSON.parse(frame.replaceAll(/"(price|qty)":([\d.]+)/g, '"$1":"$2"')) as {
      type: string;
      data: [{ bids: Level[]; asks: Level[]; checksum: number }];
    };
    const [data] = message.data;
    for (const name of ['bids', 'asks'] as const) {
      const side = message.type === 'snapshot' ? [] : this.#sides[name];
      for (const level of data[name]) {
        const at = side.findIndex((known) => known.price === level.price);
        if (at >= 0) side.splice(at, 1);
        if (Number(level.qty) > 0) side.push(level);
      }
      side.sort((a, b) => (name === 'asks' ? 1 : -1) * (Number(a.price) - Number(b.price)));
      this.trimmed += Math.max(0, side.length - this.#depth);
      this.#sides[name] = side.slice(0, this.#depth);
    }
    return this.#checksum() === data.checksum;
  }

  #checksum(): number {
    return crc32(checksumText(this.#sides.asks) + checksumText(this.#sides.bids));
  }
}

describe('the book stream', () => {
  it.each([10, 25])('carries the right checksum on every message at depth %i', (depth) => {
    const { clock, core, hub } = simulate(11, { symbols: ['BTC/USD', 'ETH/BTC'], updatesPerSecond: 500 });
    for (const market of core.markets) {
      const book = new TextBook(depth);
      let frames = 0;
      let wrong = 0;
      const sink = { send: (frame: string) => void (frames++, (wrong += book.apply(frame) ? 0 : 1)) };
      hub.books.subscribe(market, depth, sink);
      sink.send(hub.books.snapshot(market, depth, clock.nowUs()));
      clock.advanceTo(clock.nowUs() + 20_000_000);
      expect(frames).toBeGreaterThan(2_000);
      expect(book.trimmed).toBeGreaterThan(50);
      expect(wrong).toBe(0);
    }
  });

  it('carries one wrong checksum on command, and shows a vanished level as quantity zero', () => {
    const { clock, core, hub } = simulate(3, { symbols: ['BTC/USD'] });
    const book = new TextBook(10);
    const market = core.market('BTC/USD');
    const results: boolean[] = [];
    const frames: string[] = [];
    const sink = {
      send(frame: string) {
        frames.push(frame);
        results.push(book.apply(frame));
      },
    };
    hub.books.subscribe(market, 10, sink);
    sink.send(hub.books.snapshot(market, 10, clock.nowUs()));
    core.faults.corruptNextChecksum('BTC/USD');
    clock.advanceTo(clock.nowUs() + 2_000_000);
    expect(results.filter((isRight) => !isRight)).toHaveLength(1);
    expect(results[1]).toBe(false);
    expect(frames.some((frame) => frame.includes('"qty":0.00000000}'))).toBe(true);
    expect(frames[1]).toMatch(
      /^\{"channel":"book","type":"update","data":\[\{"symbol":"BTC\/USD","bids":\[.*\],"asks":\[.*\],"checksum":\d+,"timestamp":"2026-.*Z"\}\]\}$/,
    );
  });
});

/** Digest of everything that the market publishes in some simulated seconds. */
function digest(seed: number): string {
  const { clock, core, hub } = simulate(seed);
  const hash = createHash('sha256');
  const sink = { send: (frame: string) => void hash.update(frame).update('\n') };
  for (const market of core.markets) {
    hub.books.subscribe(market, 25, sink);
    hub.subscribeTrades(market, sink);
    hub.subscribeTicker(market, sink, 'bbo');
  }
  clock.advanceTo(START_US + 20_000_000);
  return hash.digest('hex');
}

describe('the simulated market', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(digest(5)).toBe(digest(5));
    expect(digest(5)).not.toBe(digest(6));
  });

  it('opens triangles that pay after fees, several a minute, for 300 ms and more', () => {
    const { clock, core } = simulate(1);
    const minutes = 10;
    const edges = watchEdges(core.markets, core, clock, minutes * 60_000_000);
    const lasting = edges.filter((edge) => edge.lastedUs >= 300_000);
    // One mispriced pair opens several triangles at once: that is one moment.
    const moments = [...new Set(lasting.map((edge) => edge.openedUs))];
    const perMinute = Array.from(
      { length: minutes },
      (_, minute) => moments.filter((atUs) => Math.floor((atUs - START_US) / 60_000_000) === minute).length,
    );
    expect(Math.min(...perMinute)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...perMinute)).toBeLessThan(40);
    expect(Math.max(...edges.map((edge) => edge.peakBps))).toBeLessThan(25);
  });

  it('opens triangles as often as it is set to', () => {
    const momentsOf = (edgeSeconds: number): number => {
      const { clock, core } = simulate(1, { edgeSeconds });
      return new Set(watchEdges(core.markets, core, clock, 60_000_000).map(({ openedUs }) => openedUs)).size;
    };
    expect(momentsOf(86_400)).toBe(0);
    expect(momentsOf(1)).toBeGreaterThan(20);
  });

  it('fills a client that quotes better than the crowd, as maker', () => {
    const { clock, core } = simulate(4, { accounts: [CLIENT] });
    const [account] = core.accounts.all() as [Account];
    const market = core.market('ETH/USD');
    const price = fixedText((market.engine.bids.best()?.price as number) + 1, market.pair.priceDecimals);
    const request = { side: 'buy', type: 'limit', price, qty: '0.05', postOnly: true };
    const order = core.desk.place(account, market, request);
    expect(order.status).toBe('new');
    clock.advanceTo(clock.nowUs() + 300_000_000);
    expect(order.status).toBe('filled');
    expect(account.trades.every((trade) => trade.isMaker && trade.fee.isZero())).toBe(true);
  });

  it('pays a client that takes an open triangle: more comes home than left, fees included', () => {
    const { clock, core } = simulate(1, { accounts: [CLIENT] });
    const [account] = core.accounts.all() as [Account];
    const triangles = findTriangles(core.markets).filter((legs) => startOf(legs) === 'USD');
    const gains: number[] = [];
    for (let ms = 0; ms < 180_000 && gains.length < 5; ms += 100) {
      clock.advanceTo(START_US + ms * 1_000);
      const open = triangles.find((legs) => (grossBps(legs) ?? -100) - feesBps(legs) > 2);
      if (open !== undefined) gains.push(walk(core, account, open, 100));
    }
    expect(gains).toHaveLength(5);
    for (const gain of gains) expect(gain).toBeGreaterThan(0);
  });

  it('is realistic: tight, deep, never crossed, trading, and coins move together', () => {
    const { clock, core } = simulate(2);
    const mids = new Map<string, number[]>();
    for (let second = 0; second < 600; second++) {
      clock.advanceTo(clock.nowUs() + 1_000_000);
      for (const market of core.markets) {
        const { bids, asks } = market.engine;
        expect(bids.best()?.price).toBeLessThan(asks.best()?.price as number);
        const series = mids.get(market.pair.symbol) ?? [];
        mids.set(market.pair.symbol, series);
        series.push(market.mid());
      }
    }
    for (const market of core.markets) {
      expect(market.engine.bids.depth).toBeGreaterThan(10);
      expect(market.stats.trades).toBeGreaterThan(20);
      const spread =
        (market.engine.asks.best()?.price as number) - (market.engine.bids.best()?.price as number);
      expect(spread <= 3 || spread / market.mid() < 0.0025).toBe(true);
    }
    expect(correlation(mids.get('BTC/USD') as number[], mids.get('ETH/USD') as number[])).toBeGreaterThan(
      0.4,
    );
  });
});

const CLIENT: AccountOptions = {
  name: 'client',
  key: 'client',
  secret: 'AAAA',
  balances: { USD: '10000', EUR: '1000' },
};

/** The asset that a walk leaves from. */
function startOf(legs: Triangle): string {
  const [{ market, side }] = legs;
  return side === 'sell' ? market.pair.base : market.pair.quote;
}

/** Walks a triangle with IOC orders at the best prices. @returns what came home, less what left, in USD. */
function walk(core: KrakenExchange, account: Account, legs: Triangle, startUsd: number): number {
  const before = account.ledger.balance('USD');
  let amount = new Decimal(startUsd);
  for (const { market, side } of legs) {
    const best = (side === 'sell' ? market.engine.bids : market.engine.asks).best()?.price as number;
    const price = fromUnits(best, market.pair.priceDecimals);
    const affordable = amount.div(price.times(market.takerFee.plus(1)));
    const qty = (side === 'sell' ? amount : affordable).toDecimalPlaces(market.pair.qtyDecimals);
    const order = core.desk.place(account, market, {
      side,
      type: 'limit',
      timeInForce: 'ioc',
      price: price.toFixed(),
      qty: qty.toFixed(),
    });
    expect(order.status).toBe('filled');
    amount = side === 'sell' ? order.cost.minus(order.fees) : qty;
  }
  return account.ledger.balance('USD').minus(before).toNumber();
}

type Edge = { openedUs: number; lastedUs: number; peakBps: number };

/** Watches every triangle at the top of the book, net of taker fees, through all events of some time. */
function watchEdges(
  markets: readonly Market[],
  core: KrakenExchange,
  clock: SimulatedClock,
  forUs: number,
): Edge[] {
  const triangles = findTriangles(markets).map((legs) => ({
    legs,
    fees: feesBps(legs),
    open: undefined as Edge | undefined,
  }));
  const edges: Edge[] = [];
  const touching = new Map(
    markets.map((market) => [
      market,
      triangles.filter(({ legs }) => legs.some((leg) => leg.market === market)),
    ]),
  );
  core.listen({
    onBook(market, _changes, atUs) {
      for (const triangle of touching.get(market) ?? []) {
        const net = (grossBps(triangle.legs) ?? -100) - triangle.fees;
        if (net > 0) {
          triangle.open ??= { openedUs: atUs, lastedUs: 0, peakBps: 0 };
          triangle.open.peakBps = Math.max(triangle.open.peakBps, net);
        } else if (triangle.open !== undefined) {
          edges.push({ ...triangle.open, lastedUs: atUs - triangle.open.openedUs });
          triangle.open = undefined;
        }
      }
    },
    onTrades: () => undefined,
    onExecution: () => undefined,
    onLedger: () => undefined,
    onStatus: () => undefined,
    onRow: () => undefined,
  });
  clock.advanceTo(START_US + forUs);
  return edges;
}

/** Returns over ten samples each. */
function returns(series: readonly number[]): number[] {
  return series.flatMap((value, i) =>
    i >= 10 && i % 10 === 0 ? [Math.log(value / (series[i - 10] as number))] : [],
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Pearson correlation of the returns of two series. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const x = returns(a);
  const y = returns(b);
  const [mx, my] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - mx) * ((y[i] as number) - my)));
  const spread = (values: readonly number[], middle: number): number =>
    Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
  return covariance / (spread(x, mx) * spread(y, my));
}
