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

  it('see no return across a gap', () => {
    const market = new Market(1);
    market.walk(wave.slice(0, 30));
    const before = market.samples.volatility(0);
    market.nowUs += 60 * SECOND;
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

  it('tell which prices move together', () => {
    const market = new Market(3);
    for (const [k, mid] of wave.entries()) {
      market.set(0, mid);
      market.set(1, mid * 2);
      market.set(2, 300_000 - mid + (k % 2));
      market.second();
    }
    expect(market.samples.correlation(0, 1)).toBeCloseTo(1, 6);
    expect(market.samples.correlation(0, 2)).toBeLessThan(-0.9);
    expect(new Market(2).samples.correlation(0, 1)).toBeUndefined();
  });
});
