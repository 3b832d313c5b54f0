import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostCurve } from './curves/cost-curve.ts';
import { ConcentratedCurve } from './curves/concentrated.ts';
import { ConstantProductCurve } from './curves/constant-product.ts';
import { asksOf, bidsOf, type Level, type LadderGrid, LADDER_LEVELS, plain } from './ladder.ts';
import { knownPool } from './testing/known-pools.ts';

/** 1,000 ETH and 3,000,000 USDC. */
const [ETH, USDC] = [1_000n * 10n ** 18n, 3_000_000n * 10n ** 6n];
const GRID: LadderGrid = { baseDecimals: 18, quoteDecimals: 6, priceDecimals: 4, qtyDecimals: 8 };
const SELL = new ConstantProductCurve(ETH, USDC);
const BUY = new ConstantProductCurve(USDC, ETH);

const scaled = (text: string): bigint => BigInt(text.replace('.', ''));

/** Quote that these levels show for so much base, in its smallest units times 10^(digits of the book). */
function shown(levels: readonly Level[], base: bigint, grid: LadderGrid): bigint {
  let left = base;
  let value = 0n;
  for (const [price, qty] of levels) {
    const offered = scaled(qty) * 10n ** BigInt(grid.baseDecimals - grid.qtyDecimals);
    const taken = left < offered ? left : offered;
    value += taken * scaled(price);
    left -= taken;
  }
  return value;
}

function inBook(quote: bigint, grid: LadderGrid): bigint {
  return quote * 10n ** BigInt(grid.baseDecimals - grid.quoteDecimals + grid.priceDecimals);
}

const total = (levels: readonly Level[], grid: LadderGrid): bigint =>
  levels.reduce((sum, [, qty]) => sum + scaled(qty), 0n) *
  10n ** BigInt(grid.baseDecimals - grid.qtyDecimals);

function expectNoMoreThanPool(
  sell: CostCurve,
  buy: CostCurve,
  depth: bigint,
  grid: LadderGrid,
  share: number,
): void {
  const [bids, asks] = [bidsOf(sell, depth, grid), asksOf(buy, depth, grid)];
  const [sold, bought] = [bids, asks].map((side) => (total(side, grid) * BigInt(share)) / 1_000_000n) as [
    bigint,
    bigint,
  ];
  expect(shown(bids, sold, grid) <= inBook(sell.outFor(sold), grid)).toBe(true);
  const cost = buy.inFor(bought);
  expect(cost !== undefined && shown(asks, bought, grid) >= inBook(cost, grid)).toBe(true);
}

describe('a pool as a book', () => {
  it('has its fee in the prices: 0.3 % below and above the middle, and a few hundredths of a bp more', () => {
    const [bid, ask] = [bidsOf(SELL, ETH, GRID)[0]?.[0], asksOf(BUY, ETH, GRID)[0]?.[0]];
    expect(Number(bid)).toBeGreaterThan(2_990.9);
    expect(Number(bid)).toBeLessThan(2_991);
    expect(Number(ask)).toBeGreaterThan(3_009.02);
    expect(Number(ask)).toBeLessThan(3_009.1);
  });

  it('has levels that get worse, the last of them more than a percent away, and no more than it says', () => {
    for (const [side, worse] of [
      [bidsOf(SELL, ETH, GRID), -1],
      [asksOf(BUY, ETH, GRID), 1],
    ] as const) {
      expect(side.length).toBeGreaterThan(LADDER_LEVELS / 2);
      expect(side.length).toBeLessThanOrEqual(LADDER_LEVELS);
      const prices = side.map(([price]) => Number(price));
      expect(prices).toEqual(prices.toSorted((a, b) => worse * (a - b)));
      expect(new Set(prices).size).toBe(prices.length);
      expect(worse * ((prices.at(-1) as number) / (prices[0] as number) - 1)).toBeGreaterThan(0.01);
    }
  });

  it('never shows more than the pool gives, whatever part of it is taken', () => {
    const reserve = fc.bigInt({ min: 10n ** 15n, max: 10n ** 26n });
    const share = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(reserve, reserve, share, (base, quote, part) => {
        const price = Number(quote) / Number(base);
        const digits = Math.min(12, Math.max(0, 7 - Math.floor(Math.log10(price))));
        const grid = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: digits, qtyDecimals: 8 };
        const [sell, buy] = [new ConstantProductCurve(base, quote), new ConstantProductCurve(quote, base)];
        expectNoMoreThanPool(sell, buy, base, grid, part);
      }),
    );
    const pool = knownPool({ fee: 500, spacing: 10 });
    const depth = (pool.liquidity << 96n) / pool.sqrtPrice;
    const [sell, buy] = [new ConcentratedCurve(pool, true), new ConcentratedCurve(pool, false)];
    const grid = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: 7, qtyDecimals: 8 };
    fc.assert(
      fc.property(share, (part) => expectNoMoreThanPool(sell, buy, depth, grid, part)),
      { numRuns: 25 },
    );
  });

  it('has the gas of each tick that a swap goes over, but for the first, in the levels behind it', () => {
    const pool = knownPool({ fee: 500, spacing: 10 });
    const depth = (pool.liquidity << 96n) / pool.sqrtPrice;
    const [sell, buy] = [new ConcentratedCurve(pool, true), new ConcentratedCurve(pool, false)];
    const grid = { baseDecimals: 18, quoteDecimals: 18, priceDecimals: 7, qtyDecimals: 8 };
    const gas = { free: 1, each: 3n * 10n ** 18n };
    const bids = bidsOf(sell, depth, grid, { ...gas, over: (base) => sell.crossedFor(base, true) });
    const asks = asksOf(buy, depth, grid, { ...gas, over: (base) => buy.crossedFor(base, false) });
    const charged = (ticks: number): bigint => gas.each * BigInt(Math.max(0, ticks - gas.free));
    for (const [side, worse] of [
      [bids, -1],
      [asks, 1],
    ] as const) {
      const prices = side.map(([price]) => Number(price));
      expect(prices).toEqual(prices.toSorted((a, b) => worse * (a - b)));
    }
    let most = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (share) => {
        const [sold, bought] = [bids, asks].map(
          (side) => (total(side, grid) * BigInt(share)) / 1_000_000n,
        ) as [bigint, bigint];
        const ticks = sell.crossedFor(sold, true);
        most = Math.max(most, ticks);
        const got = sell.outFor(sold) - charged(ticks);
        const paid = (buy.inFor(bought) ?? 0n) + charged(buy.crossedFor(bought, false));
        expect(shown(bids, sold, grid) <= inBook(got > 0n ? got : 0n, grid)).toBe(true);
        expect(shown(asks, bought, grid) >= inBook(paid, grid)).toBe(true);
      }),
      { numRuns: 40, examples: [[1_000_000]] },
    );
    expect(most).toBeGreaterThan(1);
  });

  it('ends where the pool is known no further, and shows nothing of a pool that is too small for its units', () => {
    const short: CostCurve = {
      maxIn: ETH / 1_000n,
      maxOut: USDC / 1_000n,
      outFor: (amount) => SELL.outFor(amount),
      inFor: (amount) => (amount > ETH / 1_000n ? undefined : BUY.inFor(amount)),
    };
    expect(total(bidsOf(short, ETH, GRID), GRID)).toBeLessThanOrEqual(ETH / 1_000n);
    expect(total(asksOf(short, ETH, GRID), GRID)).toBeLessThanOrEqual(ETH / 1_000n);
    expect(bidsOf(new ConstantProductCurve(900n, 900n), 900n, GRID)).toEqual([]);
    expect([plain(5n, 0), plain(5n, 2), plain(12_345n, 2)]).toEqual(['5', '0.05', '123.45']);
  });
});
