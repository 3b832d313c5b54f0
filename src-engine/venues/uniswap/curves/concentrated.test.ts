import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN, knownPool, liquidityFor } from '../testing/known-pools.ts';
import { ConcentratedCurve, type ConcentratedPool, swap, tickAfter } from './concentrated.ts';
import { TickMap, ticksInWord, wordOf } from './tick-map.ts';
import { MAX_SQRT_PRICE, MAX_TICK, MIN_SQRT_PRICE, MIN_TICK, sqrtPriceAt, tickAt } from './tick-price.ts';

const E18 = 10n ** 18n;

describe('pools of concentrated liquidity', () => {
  it.each(KNOWN.v3)('swap as the contract did, one after the other, in the pool of the fee $fee', (known) => {
    const first = knownPool(known);
    let now: Pick<ConcentratedPool, 'sqrtPrice' | 'liquidity' | 'tick'> = first;
    for (const [isZeroIn, text, amountIn, amountOut, tick, crossed] of known.swaps) {
      const isExactIn = !text.startsWith('-');
      const amount = BigInt(isExactIn ? text : text.slice(1));
      const pool = { ...first, ...now };
      const curve = new ConcentratedCurve(pool, isZeroIn);
      expect(isExactIn ? curve.outFor(amount) : curve.inFor(amount)).toBe(
        BigInt(isExactIn ? amountOut : amountIn),
      );
      const done = swap(pool, { isZeroIn, amount, isExactIn });
      expect([done.amountIn, done.amountOut, tickAfter(done), done.crossed, done.ranOut]).toEqual([
        BigInt(amountIn),
        BigInt(amountOut),
        tick,
        crossed,
        false,
      ]);
      now = { sqrtPrice: done.sqrtPrice, liquidity: done.liquidity, tick };
    }
  });

  it('stop at a limit with a part, and give the price that was set', () => {
    const pool = knownPool({ fee: 500, spacing: 10 });
    const limit = sqrtPriceAt(1_220);
    const part = swap(pool, { isZeroIn: true, amount: 10n ** 24n, isExactIn: true, limit });
    expect([part.sqrtPrice, tickAfter(part), part.amountIn < 10n ** 24n]).toEqual([limit, 1_220, true]);
    const all = new ConcentratedCurve(pool, true);
    expect(all.outFor(part.amountIn)).toBe(part.amountOut);
    expect(() => swap(pool, { isZeroIn: false, amount: 1n, isExactIn: true, limit })).toThrow('wrong side');
    expect(() => swap(pool, { isZeroIn: false, amount: 0n, isExactIn: true })).toThrow('not above zero');
  });

  it('have no depth behind the words that were read, and more of it with more words', () => {
    const whole = knownPool({ fee: 3_000, spacing: 60 });
    const seen = (first: number, last: number): ConcentratedCurve => {
      const ticks = [-4_800, 660, 1_020, 1_320, 1_620, 7_200, 25_200, 25_260].filter((tick) => {
        const word = wordOf(tick, 60);
        return word >= first && word <= last;
      });
      const nets = ticks.map((tick) => ({ tick, liquidityNet: whole.ticks.next(tick, true)?.net ?? 0n }));
      return new ConcentratedCurve({ ...whole, ticks: new TickMap(60, nets, { first, last }) }, false);
    };
    const [near, far] = [seen(0, 0), seen(-1, 1)];
    const endOfWord = swap(whole, {
      isZeroIn: false,
      amount: 1n << 200n,
      isExactIn: true,
      limit: sqrtPriceAt(255 * 60),
    });
    expect([near.maxIn, near.maxOut]).toEqual([endOfWord.amountIn, endOfWord.amountOut]);
    expect(near.outFor(near.maxIn * 2n)).toBe(near.maxOut);
    expect(near.inFor(near.maxOut + 1n)).toBeUndefined();
    expect(far.maxIn).toBeGreaterThan(near.maxIn);
    expect(far.outFor(near.maxIn)).toBe(near.maxOut);
  });

  it('go over a gap without liquidity, and end where none comes after it', () => {
    const ticks = new TickMap(10, [
      { tick: -100, liquidityNet: E18 },
      { tick: 0, liquidityNet: -E18 },
      { tick: 500, liquidityNet: E18 },
      { tick: 600, liquidityNet: -E18 },
    ]);
    const pool: ConcentratedPool = {
      sqrtPrice: sqrtPriceAt(-50),
      tick: -50,
      liquidity: E18,
      fee: 500,
      ticks,
    };
    const up = new ConcentratedCurve(pool, false);
    const done = swap(pool, { isZeroIn: false, amount: up.maxIn, isExactIn: true });
    expect([done.crossed, up.maxOut]).toEqual([3, done.amountOut]);
    expect(tickAt(done.sqrtPrice)).toBeGreaterThanOrEqual(600);
    const down = new ConcentratedCurve(pool, true);
    expect(down.outFor(down.maxIn + E18)).toBe(down.maxOut);
  });

  it('refuse a state that no pool has', () => {
    const pool = knownPool({ fee: 500, spacing: 10 });
    expect(() => new ConcentratedCurve({ ...pool, tick: 99 }, true)).toThrow('not that of tick 99');
    expect(() => new ConcentratedCurve({ ...pool, liquidity: -1n }, true)).toThrow('liquidity');
    expect(() => new ConcentratedCurve({ ...pool, fee: 1_000_000 }, true)).toThrow('fee');
    expect(() => new ConcentratedCurve({ ...pool, liquidity: 0n }, false)).toThrow('below zero');
    expect(() => new TickMap(10, [{ tick: 5, liquidityNet: 1n }])).toThrow('no tick');
    expect(() => new TickMap(0, [])).toThrow('spacing');
  });

  it('never give more than the price of the first unit, nor less for more, and a way there and back loses', () => {
    const fees = fc.constantFrom({ fee: 500, spacing: 10 }, { fee: 3_000, spacing: 60 });
    const amounts = fc.bigInt({ min: 1n, max: 10n ** 23n });
    fc.assert(
      fc.property(fees, fc.boolean(), amounts, amounts, (kind, isZeroIn, x, more) => {
        const pool = knownPool(kind);
        const curve = new ConcentratedCurve(pool, isZeroIn);
        const there = swap(pool, { isZeroIn, amount: x, isExactIn: true });
        // The price of the first unit: what is left of it by the fee, at the price of the pool.
        const price = pool.sqrtPrice * pool.sqrtPrice;
        const kept = x * (1_000_000n - BigInt(pool.fee));
        const [out, most] = isZeroIn
          ? [there.amountOut << 192n, kept * price]
          : [there.amountOut * price, kept << 192n];
        expect(out * 1_000_000n <= most).toBe(true);
        expect(curve.outFor(x + more) >= there.amountOut).toBe(true);
        // A chord lies below the curve, but for what each of a few steps rounds away.
        expect(curve.outFor(2n * x) <= 2n * there.amountOut + 16n).toBe(true);
        if (there.amountOut === 0n) return;
        const after = {
          ...pool,
          sqrtPrice: there.sqrtPrice,
          liquidity: there.liquidity,
          tick: tickAfter(there),
        };
        const back = swap(after, { isZeroIn: !isZeroIn, amount: there.amountOut, isExactIn: true });
        expect(back.amountOut <= there.amountIn).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('ticks', () => {
  it('have the prices of the contract at both ends and in the middle', () => {
    expect([sqrtPriceAt(MIN_TICK), sqrtPriceAt(0), sqrtPriceAt(MAX_TICK)]).toEqual([
      MIN_SQRT_PRICE,
      1n << 96n,
      MAX_SQRT_PRICE,
    ]);
    expect(() => sqrtPriceAt(MAX_TICK + 1)).toThrow('no tick');
    expect(() => sqrtPriceAt(0.5)).toThrow('no tick');
    expect(() => tickAt(MAX_SQRT_PRICE)).toThrow('no square root');
    expect(tickAt(MAX_SQRT_PRICE - 1n)).toBe(MAX_TICK - 1);
  });

  it('are found again from their prices, and the price below one is of the tick below', () => {
    fc.assert(
      fc.property(fc.integer({ min: MIN_TICK + 1, max: MAX_TICK - 1 }), (tick) => {
        const price = sqrtPriceAt(tick);
        expect([tickAt(price), tickAt(price - 1n)]).toEqual([tick, tick - 1]);
      }),
    );
  });

  it('below zero belong to the word below', () => {
    expect([wordOf(-1, 60), wordOf(0, 60), wordOf(-60 * 256, 60), wordOf(-60 * 256 - 1, 60)]).toEqual([
      -1, 0, -1, -2,
    ]);
    expect(ticksInWord(-1, (1n << 255n) | 1n, 60)).toEqual([-256 * 60, -60]);
    expect(liquidityFor(sqrtPriceAt(0), -60, 60, E18)).toBeGreaterThan(E18);
  });

  it('are looked for within one word, whose end is a step of its own', () => {
    const map = new TickMap(10, [{ tick: -70, liquidityNet: 5n }]);
    expect(map.next(0, true)).toEqual({ tick: 0, net: undefined });
    expect(map.next(-1, true)).toEqual({ tick: -70, net: 5n });
    expect(map.next(-71, true)).toEqual({ tick: -2_560, net: undefined });
    expect(map.next(-70, false)).toEqual({ tick: -10, net: undefined });
    expect(map.next(-80, false)).toEqual({ tick: -70, net: 5n });
  });
});
