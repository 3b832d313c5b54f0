/** Two exchanges that share a market, under a made clock: prices that move together, and differ for a while. */
import { afterEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { SeededRandom } from '../../lib/random.ts';
import { CommonMarket } from './core/flow/common-market.ts';
import { Outages } from './core/flow/outages.ts';
import type { Market } from './core/market.ts';
import type { RunningExchange } from './local-exchange.ts';
import { startSeveralExchanges } from './several-exchanges.ts';

const START_US = 1_780_000_000_000_000;
/** No mispriced triangles: what is left is the market of all, lag and noise. */
const QUIET = { updatesPerSecond: 60, edgeSeconds: 86_400, noiseBps: 1 } as const;
const running: RunningExchange[] = [];

afterEach(async () => {
  for (const exchange of running.splice(0)) await exchange.stop();
});

/** Middles of BTC/USDT at both, once a second. */
async function prices(seed: number, seconds: number, lagMs = 150): Promise<[number, number][]> {
  const clock = new SimulatedClock(START_US);
  const pairs = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC'];
  const exchanges = await startSeveralExchanges(
    [
      { venue: 'kraken', pairs, ...QUIET },
      { venue: 'binance', pairs, ...QUIET, lagMs },
    ],
    { seed, clock },
  );
  running.push(...exchanges);
  const rows: [number, number][] = [];
  // From the first quote on, before any time has passed.
  for (let second = 0; second < seconds; second++) {
    clock.advanceTo(START_US + second * 1_000_000);
    const [a, b] = exchanges.map(({ core }) => {
      const market = core.market('BTC/USDT');
      return market.mid() / 10 ** market.pair.priceDecimals;
    });
    rows.push([a ?? 0, b ?? 0]);
  }
  return rows;
}

/** Every one with every other, both ways. */
const pairsOf = (markets: readonly Market[]): [Market, Market][] =>
  markets.flatMap((from) => markets.filter((to) => to !== from).map((to): [Market, Market] => [from, to]));

function correlation(rows: readonly [number, number][], step: number): number {
  const changes = rows.slice(step).map(([a, b], index) => {
    const [before, after] = rows[index] as [number, number];
    return [Math.log(a / before), Math.log(b / after)] as const;
  });
  const mean = (pick: 0 | 1): number => changes.reduce((sum, row) => sum + row[pick], 0) / changes.length;
  const [meanA, meanB] = [mean(0), mean(1)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [a, b] of changes) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

describe('exchanges that share a market', () => {
  it('have prices that move together, differ by a few bps, and follow from one seed', async () => {
    const rows = await prices(11, 600);
    expect(correlation(rows, 60)).toBeGreaterThan(0.7);
    const gaps = rows.map(([a, b]) => Math.abs(Math.log(a / b)) * 10_000);
    expect(Math.max(...gaps)).toBeLessThan(60);
    // Never the same for long: that is what there is to trade.
    expect(gaps.filter((gap) => gap > 1).length).toBeGreaterThan(100);
    expect(await prices(11, 30)).toEqual(rows.slice(0, 30));
    expect(await prices(12, 30)).not.toEqual(rows.slice(0, 30));
  });

  it('quote what assets are worth from the first quote on', async () => {
    const clock = new SimulatedClock(START_US);
    const exchanges = await startSeveralExchanges([{ venue: 'kraken' }, { venue: 'binance' }], {
      seed: 3,
      clock,
    });
    running.push(...exchanges);
    const market = new CommonMarket({ seed: 3, ownSeed: 0, name: '', lagUs: 0, noiseBps: 0 });
    market.advance(START_US);
    for (const { core } of exchanges) {
      for (const { pair, engine } of core.markets) {
        const fair = market.price(pair.base, pair.quote) * 10 ** pair.priceDecimals;
        const [bid, ask] = [engine.bids.best()?.price ?? 0, engine.asks.best()?.price ?? 0];
        const offBps = Math.abs(Math.log((bid + ask) / 2 / fair)) * 10_000;
        // Noise, and a tick where it is coarse.
        expect(offBps, pair.symbol).toBeLessThan(20 + 10_000 / fair);
      }
    }
  });

  it('have ticks, lots, fees and ways to charge them of their own', async () => {
    const clock = new SimulatedClock(START_US);
    const pairs = ['BTC/USDT'];
    const exchanges = await startSeveralExchanges(
      [
        { venue: 'kraken', pairs, fees: 'real' },
        { venue: 'binance', pairs, fees: 'real', latencyMs: 20 },
      ],
      { clock },
    );
    running.push(...exchanges);
    const [kraken, binance] = exchanges.map(({ core }) => core.market('BTC/USDT'));
    expect([kraken?.pair.tickSize, binance?.pair.tickSize]).toEqual(['0.1', '0.01']);
    expect([kraken?.takerFee.toFixed(), binance?.takerFee.toFixed()]).toEqual(['0.004', '0.001']);
    expect(exchanges.map(({ core }) => core.faults.latencyUs)).toEqual([0, 20_000]);
    expect(new Set(exchanges.map(({ port }) => port)).size).toBe(2);
  });

  it('plant edges that pay a few bps after the fees of the route, whatever the others charge', async () => {
    const clock = new SimulatedClock(START_US);
    const pairs = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'BTC/EUR', 'ETH/EUR'];
    const common = { pairs, updatesPerSecond: 60, edgeSeconds: 3, noiseBps: 0, fees: 'real' } as const;
    // Takers pay 40, 10 and 120 bps.
    const exchanges = await startSeveralExchanges(
      [
        { venue: 'kraken', ...common },
        { venue: 'binance', ...common },
        { venue: 'coinbase', ...common },
      ],
      { seed: 4, clock },
    );
    running.push(...exchanges);
    const nets: number[] = [];
    const gross: number[] = [];
    for (let step = 1; step <= 600; step++) {
      clock.advanceTo(START_US + step * 250_000);
      for (const symbol of pairs) {
        for (const [from, to] of pairsOf(exchanges.map(({ core }) => core.market(symbol)))) {
          const ask = (from.engine.asks.best()?.price ?? 0) / 10 ** from.pair.priceDecimals;
          const bid = (to.engine.bids.best()?.price ?? 0) / 10 ** to.pair.priceDecimals;
          const edge = Math.log(bid / ask) * 10_000;
          gross.push(edge);
          nets.push(edge - (from.takerFee.toNumber() + to.takerFee.toNumber()) * 10_000);
        }
      }
    }
    // The widest needs what Coinbase charges, and still leaves no more than the narrowest.
    expect(Math.max(...gross)).toBeGreaterThan(120);
    expect(nets.filter((net) => net > 1).length).toBeGreaterThan(50);
    expect(Math.max(...nets)).toBeLessThan(20);
  });

  it('go out for some seconds now and then, where asked, and come back', async () => {
    const clock = new SimulatedClock(START_US);
    const states: boolean[] = [];
    const faults = { silence: (on: boolean) => states.push(on), dropConnections: () => undefined };
    const outages = new Outages(clock, faults, new SeededRandom(1, 5), 60);
    outages.start();
    clock.advanceTo(START_US + 29_000_000);
    expect(states).toEqual([]);
    clock.advanceTo(START_US + 1_200_000_000);
    expect(states.length).toBeGreaterThan(10);
    expect(states.every((on, at) => on === (at % 2 === 0))).toBe(true);
    const before = states.length;
    outages.stop();
    clock.advanceTo(START_US + 2_400_000_000);
    expect(states).toHaveLength(before);
  });

  it('refuse a lag beyond what is remembered, and leave none of them running', async () => {
    await expect(startSeveralExchanges([{ venue: 'kraken', lagMs: 60_001 }])).rejects.toThrow('lagMs');
    const taken = await startSeveralExchanges([{ venue: 'binance', updatesPerSecond: 0 }]);
    running.push(...taken);
    const port = taken[0]?.port ?? 0;
    await expect(
      startSeveralExchanges([
        { venue: 'kraken', updatesPerSecond: 0 },
        { venue: 'binance', updatesPerSecond: 0, port },
      ]),
    ).rejects.toThrow('in use');
  });
});
