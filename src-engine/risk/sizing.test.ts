import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_LIMITS, type RiskLimits } from '../domain/limits.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { RiskLevel } from '../domain/risk.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import type { Volatility } from './check.ts';
import type { Exposure } from './exposure.ts';
import { EMPTY_RECORD } from './kelly.ts';
import type { MidSamples } from './mid-samples.ts';
import { Sizing } from './sizing.ts';

const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));
const CYCLE: Cycle = {
  id: 0,
  venue: 'test',
  path: ['USD', 'BTC', 'ETH'],
  legs: [0, 1, 2].map((instrumentId) => ({ instrumentId, side: 'buy' })),
};

function rig(change: Partial<RiskLimits> = {}) {
  const limits = { ...DEFAULT_LIMITS, maxGrossExposurePct: 50, maxPositionPct: 10, ...change };
  const positions: Record<string, number> = { USD: 0, BTC: 0, ETH: 0 };
  const state = { gross: 0, asked: 0, moves: new Map<number, number>(), sampleCount: 1 };
  const exposure = {
    isCash: (asset: string): boolean => asset === 'USD',
    assets: () => new Set(Object.keys(positions)),
    position: (asset: string) => (asset === 'XYZ' ? undefined : decimal(String(positions[asset] ?? 0))),
    gross: () => decimal(String(state.gross)),
  } as Exposure;
  const samples = {
    get sampleCount() {
      return state.sampleCount;
    },
    volatility: (id: number): Volatility => {
      state.asked++;
      return { stdevBps: state.moves.get(id), ewmaBps: undefined, atrBps: undefined };
    },
  } as MidSamples;
  const sizing = new Sizing(instruments, exposure, samples, () => limits);
  const cap = (
    most: number,
    level: RiskLevel = 'normal',
    record = EMPTY_RECORD,
    equity: string | undefined = '10000',
  ) =>
    sizing.startCap(
      CYCLE,
      most,
      { equity: equity === undefined ? undefined : decimal(equity), level },
      record,
    );
  return { sizing, cap, positions, state };
}

describe('the start of a cycle', () => {
  it('is what was asked for where there is room', () => {
    const { cap } = rig();
    expect(cap(500)).toBe(500);
  });

  it('is what its position may still grow by, less a hundredth', () => {
    const { sizing, cap, positions } = rig();
    // 10 % of 10,000.
    expect(cap(5_000)).toBeCloseTo(990, 9);
    positions['ETH'] = 400;
    positions['SOL'] = 999;
    sizing.refresh(0);
    expect(cap(5_000)).toBeCloseTo(594, 9);
    positions['BTC'] = 700;
    sizing.refresh(0);
    expect(cap(5_000)).toBeCloseTo(297, 9);
  });

  it('is what all positions may still grow by', () => {
    const { sizing, cap, state } = rig();
    state.gross = 4_800;
    sizing.refresh(0);
    expect(cap(5_000)).toBeCloseTo(198, 9);
  });

  it('is not cut where there is no room at all: the checks say why', () => {
    const { sizing, cap, state } = rig();
    state.gross = 5_000;
    sizing.refresh(0);
    expect(cap(5_000)).toBe(5_000);
    state.gross = 6_000;
    sizing.refresh(0);
    expect(cap(5_000)).toBe(5_000);
  });

  it('is the stake that the record allows, and not cut while nothing is known of the account', () => {
    const record = { wins: 60, losses: 40, won: '60', lost: '40' };
    const { cap } = rig({ kellyFraction: 0.25 });
    // Kelly's fraction is 0.2, a quarter of it 5 %.
    expect(cap(5_000, 'normal', record)).toBeCloseTo(495, 6);
    const unknown = rig();
    expect(unknown.sizing.startCap(CYCLE, 5_000, { equity: undefined, level: 'normal' }, EMPTY_RECORD)).toBe(
      5_000,
    );
    expect(unknown.sizing.startCap(CYCLE, 5_000, { equity: undefined, level: 'caution' }, EMPTY_RECORD)).toBe(
      2_500,
    );
  });

  it('is half at the caution level, half where one price is restless, and a quarter where both are', () => {
    const { sizing, cap, state } = rig({ maxStdevBps: 60 });
    expect(cap(400, 'caution')).toBe(200);
    state.moves.set(1, 29.9);
    state.sampleCount++;
    expect(cap(400)).toBe(400);
    state.moves.set(1, 30);
    state.sampleCount++;
    expect(cap(400)).toBe(200);
    expect(cap(400, 'caution')).toBe(100);
    expect([sizing.factorOf(0, 'normal'), sizing.factorOf(2, 'normal')]).toEqual([1, 1]);
    expect(sizing.factorOf(1, 'normal')).toBe(0.5);
  });

  it('rests on figures of the last second, or of the last order', () => {
    const { sizing, cap, positions } = rig();
    sizing.onTick(10 * US_PER_SECOND);
    positions['BTC'] = 500;
    sizing.onTick(11 * US_PER_SECOND - 1);
    expect(cap(5_000)).toBeCloseTo(990, 9);
    sizing.onTick(11 * US_PER_SECOND);
    expect(cap(5_000)).toBeCloseTo(495, 9);
    positions['BTC'] = 600;
    sizing.stale();
    expect(cap(5_000)).toBeCloseTo(495, 9);
    sizing.onTick(11 * US_PER_SECOND + 1);
    expect(cap(5_000)).toBeCloseTo(396, 9);
  });

  it('asks how a price moves once a sample, and again when limits may have changed', () => {
    const { sizing, state } = rig();
    sizing.factorOf(0, 'normal');
    sizing.factorOf(0, 'normal');
    expect(state.asked).toBe(1);
    state.sampleCount++;
    sizing.factorOf(0, 'normal');
    expect(state.asked).toBe(2);
    sizing.refresh(0);
    sizing.factorOf(0, 'normal');
    expect(state.asked).toBe(3);
  });

  it('is less than one of the home currency where the account is worth so little', () => {
    const { cap } = rig();
    // 10 % of one bitcoin, say.
    expect(cap(5_000, 'normal', EMPTY_RECORD, '1')).toBeCloseTo(0.099, 12);
  });

  it('counts no position and no move before anything was seen', () => {
    const { cap, sizing, state } = rig({ maxPositionPct: 100, maxStdevBps: 60 });
    expect(cap(50_000)).toBeCloseTo(4_950, 9);
    state.moves.set(0, 30);
    sizing.refresh(0);
    expect(cap(100)).toBe(50);
  });

  it('counts a position that is gone no longer, and one without a price as none', () => {
    const { sizing, cap, positions } = rig();
    positions['BTC'] = 500;
    sizing.refresh(0);
    expect(cap(5_000)).toBeCloseTo(495, 9);
    delete positions['BTC'];
    sizing.refresh(0);
    expect(cap(5_000)).toBeCloseTo(990, 9);
    positions['XYZ'] = 0;
    sizing.refresh(0);
    const path = { ...CYCLE, path: ['USD', 'XYZ'] };
    expect(
      sizing.startCap(path, 5_000, { equity: decimal('10000'), level: 'normal' }, EMPTY_RECORD),
    ).toBeCloseTo(990, 12);
  });
});
