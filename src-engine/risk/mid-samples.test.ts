import { describe, expect, it } from 'vitest';
import { BookSync } from '../books/book-sync.ts';
import { OrderBook } from '../books/order-book.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { MidSamples } from './mid-samples.ts';

const START = 1_000_000_000_000;
const SECOND = 1_000_000;

/** Books of which a test sets the mid price, in whole cents. */
class Market {
  readonly syncs: BookSync[];
  readonly samples: MidSamples;
  nowUs = START;

  constructor(count: number) {
    this.syncs = Array.from({ length: count }, () => new BookSync(new OrderBook(5)));
    this.samples = new MidSamples(
      this.syncs,
      this.syncs.map(() => 2),
    );
  }

  set(id: number, mid: number): void {
    const update = new BookUpdate();
    update.reset(id, true, this.nowUs);
    update.pushBid(mid - 1, 10);
    update.pushAsk(mid + 1, 10);
    this.syncs[id]?.apply(update);
  }

  /** A second passes, in ticks. */
  second(): void {
    for (let i = 0; i < 10; i++) {
      this.nowUs += SECOND / 10;
      this.samples.onTick(this.nowUs);
    }
  }

  /** Mid prices of instrument 0, a second each. */
  walk(mids: readonly number[]): void {
    for (const mid of mids) {
      this.set(0, mid);
      this.second();
    }
  }
}

/** Standard deviation (n − 1) in bps of the log returns of `mids`. */
function stdev(mids: readonly number[]): number {
  const returns = mids.slice(1).map((mid, k) => Math.log(mid / (mids[k] ?? 1)));
  const mean = returns.reduce((sum, move) => sum + move, 0) / returns.length;
  const squares = returns.reduce((sum, move) => sum + (move - mean) ** 2, 0);
  return Math.sqrt(squares / (returns.length - 1)) * 10_000;
}

/** Pearson's correlation of the log returns of two series. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a, b].map((mids) => {
    const returns = mids.slice(1).map((mid, k) => Math.log(mid / (mids[k] ?? 1)));
    const mean = returns.reduce((sum, move) => sum + move, 0) / returns.length;
    return returns.map((move) => move - mean);
  }) as [number[], number[]];
  const dot = (p: readonly number[], q: readonly number[]): number =>
    p.reduce((sum, move, k) => sum + move * (q[k] ?? 0), 0);
  return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
}

const wave = Array.from({ length: 40 }, (_, k) => 100_000 + 50 * (k % 5) - 30 * (k % 3));

describe('sampled mid prices', () => {
  it('are references with an age, from live books alone', () => {
    const market = new Market(1);
    expect(market.samples.reference(0, market.nowUs)).toBeUndefined();
    market.samples.onLive(0, market.nowUs);
    expect(market.samples.reference(0, market.nowUs)).toBeUndefined();
    market.set(0, 100_000);
    market.samples.onLive(0, market.nowUs);
    expect(market.samples.reference(0, market.nowUs)).toEqual({ price: 1_000, ageUs: 0 });
    market.syncs[0]?.desync('lost');
    market.second();
    expect(market.samples.reference(0, market.nowUs)?.ageUs).toBe(SECOND);
  });

  it('give the standard deviation of their returns', () => {
    const market = new Market(1);
    market.walk(wave.slice(0, 10));
    expect(market.samples.volatility(0).stdevBps).toBeUndefined();
    market.walk(wave.slice(10));
    expect(market.samples.volatility(0).stdevBps).toBeCloseTo(stdev(wave), 6);
  });

  it('give the EWMA of squared returns with a decay of 0.94', () => {
    const market = new Market(1);
    market.walk(wave);
    let variance = Number.NaN;
    for (const [k, mid] of wave.slice(1).entries()) {
      const square = Math.log(mid / (wave[k] ?? 1)) ** 2;
      variance = Number.isNaN(variance) ? square : 0.94 * variance + 0.06 * square;
    }
    expect(market.samples.volatility(0).ewmaBps).toBeCloseTo(Math.sqrt(variance) * 10_000, 6);
  });

  it('give the average true range of bars of ten seconds', () => {
    const market = new Market(1);
    const steady = Array.from({ length: 150 }, (_, k) => (k % 10 === 5 ? 100_100 : 100_000));
    market.walk(steady.slice(0, 130));
    expect(market.samples.volatility(0).atrBps).toBeUndefined();
    market.walk(steady.slice(130));
    expect(market.samples.volatility(0).atrBps).toBeCloseTo(10, 6);
    // Wilder: the next bar counts a fourteenth.
    market.walk(Array.from({ length: 10 }, (_, k) => (k === 5 ? 101_500 : 100_000)));
    expect(market.samples.volatility(0).atrBps).toBeCloseTo(10 + (150 - 10) / 14, 6);
  });

  it('count a price that fell within a bar and came back as the bar’s lowest', () => {
    const market = new Market(1);
    for (let k = 0; k < 15; k++)
      market.walk(Array.from({ length: 10 }, (_, second) => (second === 4 ? 99_000 : 100_000)));
    expect(market.samples.volatility(0).atrBps).toBeCloseTo(100, 6);
  });

  it('give no price of a book with one side', () => {
    const market = new Market(2);
    for (const id of [0, 1]) {
      const update = new BookUpdate();
      update.reset(id, true, market.nowUs);
      if (id === 0) update.pushBid(100_000, 10);
      else update.pushAsk(100_000, 10);
      market.syncs[id]?.apply(update);
      market.samples.onLive(id, market.nowUs);
      expect(market.samples.reference(id, market.nowUs)).toBeUndefined();
    }
  });

  it('count a step between two bars in the average true range, and each bar for itself', () => {
    const market = new Market(1);
    const bar = (mid: number): void => market.walk(Array.from({ length: 10 }, () => mid));
    for (let k = 0; k < 14; k++) bar(100_000);
    expect(market.samples.volatility(0).atrBps).toBe(0);
    bar(100_500);
    expect(market.samples.volatility(0).atrBps).toBeCloseTo((500 / 14 / 100_500) * 10_000, 9);
    bar(100_500);
    expect(market.samples.volatility(0).atrBps).toBeCloseTo(((500 / 14) * (13 / 14) * 10_000) / 100_500, 9);
    bar(100_000);
    const before = (500 / 14) * (13 / 14);
    expect(market.samples.volatility(0).atrBps).toBeCloseTo(
      ((before + (500 - before) / 14) * 10_000) / 100_000,
      9,
    );
  });

  it('rest on the last two minutes, and on nothing that was before', () => {
    const market = new Market(2);
    // A trend: the step from the oldest sample to the newest one would be the largest of all.
    const mids = Array.from({ length: 150 }, (_, k) => 100_000 + 200 * k + 150 * ((k * 7) % 5));
    const others = Array.from({ length: 150 }, (_, k) => 200_000 + 300 * k + 400 * ((k * 3) % 4));
    for (const [k, mid] of mids.entries()) {
      market.set(0, mid);
      market.set(1, others[k] ?? 0);
      market.second();
    }
    expect(market.samples.volatility(0).stdevBps).toBeCloseTo(stdev(mids.slice(-120)), 6);
    expect(market.samples.correlation(0, 1)).toBeCloseTo(
      correlation(mids.slice(-120), others.slice(-120)),
      6,
    );
  });

  it.each([
    ['across a gap', 60],
    ['where a tick comes one whole second late', 2],
  ])('see no return %s', (_where, seconds) => {
    const market = new Market(1);
    market.walk(wave.slice(0, 30));
    const before = market.samples.volatility(0);
    market.nowUs += seconds * SECOND;
    market.set(0, 200_000);
    market.samples.onTick(market.nowUs);
    expect(market.samples.volatility(0)).toEqual(before);
  });

  it('give nothing before twenty returns, and something with the twentieth', () => {
    const market = new Market(2);
    const next = (k: number): void => {
      market.set(0, 100_000 + 50 * (k % 3));
      market.set(1, 50_000 + 25 * (k % 3));
      market.second();
    };
    const { samples } = market;
    let known = 0;
    while (samples.volatility(0).stdevBps === undefined && known < 60) {
      expect(samples.correlation(0, 1)).toBeUndefined();
      expect(samples.volatility(0).ewmaBps).toBeUndefined();
      next(known++);
    }
    expect(known).toBe(21);
    expect(samples.correlation(0, 1)).toBeCloseTo(1, 6);
    expect(samples.volatility(0).ewmaBps).toBeDefined();
  });

  it('show which prices move together', () => {
    const market = new Market(3);
    for (const [k, mid] of wave.entries()) {
      market.set(0, mid);
      market.set(1, mid * 2);
      market.set(2, 300_000 - mid + (k % 2));
      market.second();
    }
    expect(market.samples.correlation(0, 1)).toBeCloseTo(1, 6);
    expect(market.samples.correlation(0, 2)).toBeLessThan(-0.9);
    expect(market.samples.correlation(2, 0)).toBe(market.samples.correlation(0, 2));
    expect(new Market(2).samples.correlation(0, 1)).toBeUndefined();
  });

  it('are counted one a second', () => {
    const market = new Market(1);
    expect(market.samples.sampleCount).toBe(0);
    market.walk([100_000, 100_000]);
    expect(market.samples.sampleCount).toBe(2);
  });

  it('are references below one too', () => {
    const market = new Market(1);
    market.set(0, 50);
    market.samples.onLive(0, market.nowUs);
    expect(market.samples.reference(0, market.nowUs)?.price).toBe(0.5);
  });

  it('are taken every second where ticks fall between the seconds', () => {
    const market = new Market(1);
    market.nowUs += SECOND / 20;
    market.walk(wave.slice(0, 22));
    expect(market.samples.volatility(0).stdevBps).toBeDefined();
  });

  it('give nothing of a book that is not live: a price that has not changed since then is not calm', () => {
    const market = new Market(1);
    market.walk(wave.slice(0, 10));
    market.syncs[0]?.desync('lost');
    for (let k = 0; k < 30; k++) market.second();
    expect(market.samples.volatility(0)).toEqual({
      stdevBps: undefined,
      ewmaBps: undefined,
      atrBps: undefined,
    });
  });

  it('are correlated where both books were live, and not at all where a price never moved', () => {
    const market = new Market(2);
    const both: [number, number][] = [];
    for (const [k, mid] of wave.entries()) {
      market.set(0, mid);
      if (k < 10) market.syncs[1]?.desync('lost');
      else market.set(1, 200_000 + 70 * (k % 4));
      market.second();
      if (k >= 10) both.push([mid, 200_000 + 70 * (k % 4)]);
    }
    expect(market.samples.correlation(0, 1)).toBeCloseTo(
      correlation(
        both.map(([a]) => a),
        both.map(([, b]) => b),
      ),
      6,
    );
    const flat = new Market(2);
    for (const mid of wave) {
      flat.set(0, mid);
      flat.set(1, 100_000);
      flat.second();
    }
    expect(flat.samples.correlation(0, 1)).toBeUndefined();
  });

  it('give the average true range from the fourteenth bar on, of a coin at 1.00 too', () => {
    const market = new Market(1);
    const bar = (mid: number): void => market.walk(Array.from({ length: 10 }, () => mid));
    for (let k = 0; k < 13; k++) bar(100);
    market.walk(Array.from({ length: 9 }, () => 105));
    expect(market.samples.volatility(0).atrBps).toBeUndefined();
    market.walk([105]);
    // The step from 1.00 to 1.05 is the range of the fourteenth bar.
    expect(market.samples.volatility(0).atrBps).toBeCloseTo((0.05 / 14 / 1.05) * 10_000, 6);
    const fallen = new Market(1);
    fallen.walk(Array.from({ length: 140 }, (_, k) => (k < 130 ? 100 : 95)));
    expect(fallen.samples.volatility(0).atrBps).toBeCloseTo((0.05 / 14 / 0.95) * 10_000, 6);
  });

  it('count no bar of a time without a price', () => {
    const market = new Market(1);
    const bar = (mid: number): void => market.walk(Array.from({ length: 10 }, () => mid));
    for (let k = 0; k < 13; k++) bar(100_000);
    market.syncs[0]?.desync('lost');
    for (let k = 0; k < 20; k++) market.second();
    expect(market.samples.volatility(0).atrBps).toBeUndefined();
    bar(100_000);
    expect(market.samples.volatility(0).atrBps).toBe(0);
  });
});
