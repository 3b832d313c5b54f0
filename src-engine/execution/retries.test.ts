/** When a holding is given up: after five tries, or after its time. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { Holding } from './holding.ts';
import { newExecution } from './execution.ts';
import { afterDenial, afterRest, isBeyond, whileCompared } from './retries.ts';

const S = 1_000_000;

const holding = (attempts: number): Holding => ({
  asset: 'BTC',
  amount: decimal('1'),
  target: 'USD',
  want: undefined,
  route: [],
  openingQty: undefined,
  attempts,
  avoid: [],
  notBeforeUs: 0,
  key: 'k',
});

const rested = () => {
  const path = ['USD', 'BTC'];
  const what = { executionId: 'x', venue: 'test', cycle: undefined, path, startAsset: 'USD', startedUs: 0 };
  const execution = newExecution(what);
  const ports = { isKilled: () => false, isCompared: () => false };
  const rest = (atUs: number) => whileCompared(ports, execution, holding(1), atUs);
  return { execution, rest };
};

/** On its way home since `sinceUs`, with five seconds for it: whether it is beyond them `atUs`. */
function isLost(sinceUs: number | undefined, atUs: number, attempts = 0): boolean {
  const path = ['USD', 'BTC'];
  const what = { executionId: 'x', venue: 'test', cycle: undefined, path, startAsset: 'USD', startedUs: 0 };
  return isBeyond({ ...newExecution(what), unwindSinceUs: sinceUs }, holding(attempts), 5_000, atUs);
}

describe('a holding', () => {
  it('has its whole time, to the microsecond, from when the way home began', () => {
    expect(isLost(10 * S, 15 * S)).toBe(false);
    expect(isLost(10 * S, 15 * S + 1)).toBe(true);
    expect(isLost(undefined, 1_000 * S)).toBe(false);
  });

  it('has five tries', () => {
    expect(isLost(10 * S, 10 * S, 4)).toBe(false);
    expect(isLost(10 * S, 10 * S, 5)).toBe(true);
  });

  it('that was denied goes straight home at once, and rests a second after each further denial', () => {
    const first = afterDenial(holding(0), 'price-collar', 7 * S);
    expect(first).toMatchObject({ route: [], attempts: 1, notBeforeUs: 7 * S });
    expect(afterDenial(first, 'price-collar', 8 * S)).toMatchObject({ attempts: 2, notBeforeUs: 9 * S });
  });

  it('on its way home for which too few messages are left loses no try by it, and is asked about four times a second', () => {
    const late = afterDenial(holding(4), 'throttled', 8 * S);
    expect(late).toMatchObject({ attempts: 4, avoid: [], notBeforeUs: 8.25 * S });
    expect(afterDenial(late, 'throttled', 9 * S).attempts).toBe(4);
    // Over several venues another one has messages of its own.
    expect(afterDenial(holding(1), 'throttled', 8 * S, 5)).toMatchObject({ attempts: 2, avoid: [5] });
    // A leg of the plan goes home instead.
    expect(afterDenial(holding(0), 'throttled', 8 * S)).toMatchObject({ attempts: 1, notBeforeUs: 8 * S });
    const execution = { ...rested().execution, unwindSinceUs: 8 * S };
    expect([13, 13.1].map((s) => isBeyond(execution, late, 5_000, s * S))).toEqual([false, true]);
  });

  it('that was denied at one venue of a route tries elsewhere, beside all that it left alone before', () => {
    const left = { ...holding(0), avoid: [3] };
    expect(afterDenial(left, 'price-collar', 7 * S, 5).avoid).toEqual([3, 5]);
    expect(afterDenial(left, 'price-collar', 7 * S).avoid).toEqual([3]);
  });

  it('rests sixty times a second for an account that is not compared, whatever the time of day', () => {
    const { execution, rest } = rested();
    for (let nth = 0; nth < 60; nth++) expect(rest(nth * 3_600 * S)).toMatchObject({ attempts: 1 });
    expect(rest(60 * 3_600 * S)).toBeUndefined();
    // An order of it passed review meanwhile.
    execution.heldUpUs = 0;
    expect(rest(61 * 3_600 * S)).toMatchObject({ isRested: true, notBeforeUs: (61 * 3_600 + 1) * S });
  });

  it('shares its rest with others of its execution, and has its whole time after it', () => {
    const { execution, rest } = rested();
    for (const atUs of [0, 0.3 * S, 0.9 * S]) rest(atUs);
    expect(execution.heldUpUs).toBe(S);
    const next = afterRest(execution, rest(S) ?? holding(1), 500 * S);
    expect([execution.unwindSinceUs, next.isRested]).toEqual([500 * S, false]);
  });
});
