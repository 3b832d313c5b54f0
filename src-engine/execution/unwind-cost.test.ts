import { describe, expect, it } from 'vitest';
import { gridOf } from '../detection/instrument-grid.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { Side } from '../domain/order.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { worstUnwind } from './unwind-cost.ts';
import type { WaysHome } from './way-home.ts';

/** A fee of one percent: what a sign does is seen. */
const instruments = TRIANGLE.map((spec, id) => createInstrument({ ...spec, takerFee: '0.01' }, id, 'test'));
const grids = instruments.map(gridOf);

type Asked = {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly avoid: readonly number[];
  readonly enough: number | undefined;
};

/** Ways home that bring a fixed part of what is asked for, and a record of the questions. */
function ways(worth: Readonly<Record<string, number>>) {
  const asked: Asked[] = [];
  const cheapest: WaysHome['cheapest'] = (from, to, amount, avoid, _takes, enough) => {
    asked.push({ from, to, amount, avoid, enough });
    const each = worth[from];
    return each === undefined ? undefined : { legs: [], proceeds: amount * each };
  };
  return { asked, ways: { cheapest } as WaysHome };
}

type MadeLeg = readonly [instrumentId: number, side: Side, qty: string, limit: string];

function plan(path: readonly string[], legs: readonly MadeLeg[], startAmount: number): CyclePlan {
  return {
    cycle: { id: 0, venue: 'test', path, legs: legs.map(([instrumentId, side]) => ({ instrumentId, side })) },
    legs: legs.map(([instrumentId, side, qty, limit]) => ({
      instrumentId,
      symbol: instruments[instrumentId]?.symbol ?? '',
      side,
      qty: decimal(qty),
      limitPrice: decimal(limit),
    })),
    startAmount,
    endAmount: startAmount,
    waterfall: { grossBps: 0, feesBps: 0, depthBps: 0, roundingBps: 0, slippageBps: 0, netBps: 0, ageUs: 0 },
    obstacle: undefined,
  };
}

/** USD → ETH → BTC → USD: the second leg is a sale. */
const AROUND = plan(
  ['USD', 'ETH', 'BTC'],
  [
    [2, 'buy', '4', '2500'],
    [1, 'sell', '4', '0.05'],
    [0, 'sell', '0.2', '50000'],
  ],
  10_000,
);

describe('the price of the worst way out', () => {
  it('sends home what a purchase brings whole, and what a sale brings less its fee', () => {
    const { asked, ways: home } = ways({ ETH: 2_500, BTC: 50_000 });
    const worst = worstUnwind(AROUND, home, instruments, grids, 100);
    expect(asked.map(({ from, to }) => [from, to])).toEqual([
      ['ETH', 'USD'],
      ['BTC', 'USD'],
    ]);
    expect(asked[0]?.amount).toBe(4);
    // 4 × 0.05 less one percent.
    expect(asked[1]?.amount).toBeCloseTo(0.198, 12);
    expect(worst?.proceeds).toBeCloseTo(9_900, 9);
    expect(worst?.costBps).toBeCloseTo(100, 9);
    expect(worst?.symbol).toBe('BTC/USD');
    expect([worst?.amount.toPrecision(6), worst?.asset]).toEqual(['0.198000', 'BTC']);
  });

  it('sends home what a sale brings less what its order costs whatever its size', () => {
    const costly = TRIANGLE.map((spec, id) => createInstrument({ ...spec, orderCost: '0.05' }, id, 'test'));
    const { asked, ways: home } = ways({ ETH: 2_500, BTC: 50_000 });
    const worst = worstUnwind(AROUND, home, costly, costly.map(gridOf), 100);
    expect(asked[0]?.amount).toBe(4);
    const { fee } = gridOf(costly[1] as (typeof costly)[number]);
    expect(asked[1]?.amount).toBeCloseTo(0.2 * (1 - fee) - 0.05, 12);
    expect(worst?.symbol).toBe('BTC/USD');
  });

  it('avoids the instrument that failed, and ends a search that brings enough', () => {
    const { asked, ways: home } = ways({ ETH: 2_500, BTC: 50_000 });
    worstUnwind(AROUND, home, instruments, grids, 100);
    expect(asked.map(({ avoid }) => avoid)).toEqual([[1], [0]]);
    expect(asked.map(({ enough }) => enough)).toEqual([9_900, 9_900]);
  });

  it('is the worst of the legs, wherever it stands, and the first of two alike', () => {
    const first = ways({ ETH: 2_000, BTC: 50_000 });
    expect(worstUnwind(AROUND, first.ways, instruments, grids, 0)).toMatchObject({
      symbol: 'ETH/BTC',
      amount: 4,
      asset: 'ETH',
      proceeds: 8_000,
    });
    const alike = ways({});
    expect(worstUnwind(AROUND, alike.ways, instruments, grids, 0)?.symbol).toBe('ETH/BTC');
  });

  it('is everything where no way leads home', () => {
    const { ways: home } = ways({ ETH: 2_500 });
    const worst = worstUnwind(AROUND, home, instruments, grids, 0);
    expect([worst?.costBps, worst?.proceeds, worst?.symbol]).toEqual([10_000, 0, 'BTC/USD']);
  });

  it('is none for a plan of one leg: nothing is held before its last', () => {
    const single = plan(['USD', 'BTC'], [[0, 'buy', '1', '50000']], 50_000);
    expect(worstUnwind(single, ways({}).ways, instruments, grids, 0)).toBeUndefined();
  });
});
