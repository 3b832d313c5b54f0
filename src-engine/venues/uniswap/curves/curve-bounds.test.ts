/** The very bounds of a pool's state and of what can be asked of it, and the steps that only dust or enormous amounts take. */
import { expect, it } from 'vitest';
import { ConcentratedCurve, type ConcentratedPool, swap } from './concentrated.ts';
import { ConstantProductCurve } from './constant-product.ts';
import { swapStep } from './swap-step.ts';
import { TickMap } from './tick-map.ts';
import { MAX_SQRT_PRICE, MAX_TICK, MIN_SQRT_PRICE, MIN_TICK, sqrtPriceAt } from './tick-price.ts';

const ONE = 1n << 96n;
const L = 10n ** 18n;
/** All liquidity between ticks −600 and 600, at a price of 1. */
function poolWith(change: Partial<ConcentratedPool> = {}): ConcentratedPool {
  const ticks = new TickMap(60, [
    { tick: -600, liquidityNet: L },
    { tick: 600, liquidityNet: -L },
  ]);
  return { sqrtPrice: ONE, tick: 0, liquidity: L, fee: 3_000, ticks, ...change };
}

it('a map of ticks takes each spacing and tick that a pool can have, each once', () => {
  for (const spacing of [1, 16_384]) expect(new TickMap(spacing, []).spacing).toBe(spacing);
  for (const spacing of [0, 16_385, 1.5]) expect(() => new TickMap(spacing, [])).toThrow('tick spacing');
  const at = (...ticks: number[]): TickMap =>
    new TickMap(
      1,
      ticks.map((tick) => ({ tick, liquidityNet: 1n })),
    );
  expect(at(MAX_TICK, MIN_TICK).next(0, true)).toBeDefined();
  for (const tick of [MAX_TICK + 1, MIN_TICK - 1, 0.5]) expect(() => at(tick)).toThrow('no tick of a pool');
  expect(() => at(7, 3, 7)).toThrow('tick 7 stands twice');
});

it('a limit lies between the price and the last price that a pool can have', () => {
  const order = { amount: 1n << 100n, isExactIn: true };
  const down = (limit: bigint) => swap(poolWith(), { ...order, isZeroIn: true, limit });
  const up = (limit: bigint) => swap(poolWith(), { ...order, isZeroIn: false, limit });
  for (const limit of [ONE, MIN_SQRT_PRICE]) expect(() => down(limit)).toThrow('wrong side');
  for (const limit of [ONE, MAX_SQRT_PRICE]) expect(() => up(limit)).toThrow('wrong side');
  expect([down(ONE - 1n).sqrtPrice, up(ONE + 1n).sqrtPrice]).toEqual([ONE - 1n, ONE + 1n]);
  expect([down(MIN_SQRT_PRICE + 1n).sqrtPrice, up(MAX_SQRT_PRICE - 1n).sqrtPrice]).toEqual([
    MIN_SQRT_PRICE + 1n,
    MAX_SQRT_PRICE - 1n,
  ]);
});

it('a state that no pool can have is refused, and the last that one can have is not', () => {
  const made = (change: Partial<ConcentratedPool>) => () => new ConcentratedCurve(poolWith(change), true);
  for (const fee of [0, 999_999]) expect(made({ fee })).not.toThrow();
  for (const fee of [-1, 1_000_000, 0.5]) expect(made({ fee })).toThrow('fee');
  const none = new TickMap(60, []);
  for (const liquidity of [0n, (1n << 128n) - 1n]) expect(made({ liquidity, ticks: none })).not.toThrow();
  for (const liquidity of [-1n, 1n << 128n]) expect(made({ liquidity, ticks: none })).toThrow('liquidity');
  // A swap that ended at a tick's own price downwards stores the tick below.
  for (const tick of [-1, 0]) expect(made({ tick })).not.toThrow();
  for (const tick of [-2, 1, 2]) expect(made({ tick })).toThrow('not that of tick');
  expect(made({ sqrtPrice: ONE + 1n, tick: -1 })).toThrow('not that of tick');
  const ends = [
    [MIN_TICK, sqrtPriceAt(MIN_TICK)],
    [MAX_TICK - 1, MAX_SQRT_PRICE - 1n],
  ] as const;
  for (const [tick, sqrtPrice] of ends) expect(made({ tick, sqrtPrice, ticks: none })).not.toThrow();
});

it('a curve gives nothing for nothing, all that it has for what it can take, and no unit more', () => {
  const curve = new ConcentratedCurve(poolWith(), true);
  const { maxIn, maxOut } = curve;
  expect([curve.outFor(0n), curve.inFor(0n), curve.crossedFor(0n, true)]).toEqual([0n, 0n, 0]);
  expect([curve.outFor(maxIn), curve.outFor(maxIn + 10n ** 30n)]).toEqual([maxOut, maxOut]);
  expect(curve.inFor(maxOut)).toBeLessThanOrEqual(maxIn);
  expect(curve.inFor(maxOut + 1n)).toBeUndefined();
  expect(curve.crossedFor(maxOut, false)).toBe(1);
  // At the last price nothing is left on that side.
  const spent = { sqrtPrice: MIN_SQRT_PRICE + 1n, tick: MIN_TICK, liquidity: 0n };
  const last = new ConcentratedCurve(poolWith(spent), true);
  expect([last.maxIn, last.maxOut, last.outFor(5n), last.inFor(5n)]).toEqual([0n, 0n, 0n, undefined]);
});

it('a pool of a constant product takes the very last unit that it can store', () => {
  const most = (1n << 112n) - 1n;
  const reserveIn = most - 3n;
  const curve = new ConstantProductCurve(reserveIn, 1n + (reserveIn * 1_000n) / 2_493n);
  expect([curve.maxIn, curve.inFor(1n)]).toEqual([3n, 3n]);
  expect(curve.inFor(2n)).toBeUndefined();
  expect([curve.outFor(3n), curve.outFor(1_000n)]).toEqual([curve.maxOut, curve.maxOut]);
  expect(() => new ConstantProductCurve(most, most)).not.toThrow();
});

it('a step of dust moves no price, one of an enormous amount takes the coarser formula, and an exact amount out its own', () => {
  // Less than its own fee: all of it is the pool's.
  expect(swapStep(ONE, ONE / 2n, L, 1n, true, 3_000n)).toEqual({
    sqrtPrice: ONE,
    amountIn: 0n,
    amountOut: 0n,
    feeAmount: 1n,
  });
  // amount × price is beyond 256 bits: ceil(scaled / (scaled / price + amount)).
  const [price, liquidity, amount] = [1n << 150n, 1n << 120n, 1n << 140n];
  const below = (1n << 66n) + amount;
  const coarse = swapStep(price, MIN_SQRT_PRICE, liquidity, amount, true, 0n);
  expect(coarse.sqrtPrice).toBe(((1n << 216n) + below - 1n) / below);
  // Token 0 comes out at a price of 1: ceil(L × 2^96 / (L − amount)).
  const out = 10n ** 15n;
  const exact = swapStep(ONE, ONE * 2n, L, out, false, 0n);
  expect(exact.sqrtPrice).toBe((L * ONE + (L - out) - 1n) / (L - out));
  expect(exact.amountOut).toBe(out);
});
