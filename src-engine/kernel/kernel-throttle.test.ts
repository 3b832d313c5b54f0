/** Limits that would stop a cycle half done must speak before its first order. */
import { describe, expect, it } from 'vitest';
import type { InstrumentSpec } from '../domain/instrument.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';

/** A second triangle like it, of other coins: its cycles share no instrument with the first. */
const renamed = (asset: string): string => ({ BTC: 'XBT', ETH: 'XET' })[asset] ?? asset;
const SECOND: readonly InstrumentSpec[] = TRIANGLE.map((spec) => {
  const [base, quote] = [renamed(spec.base), renamed(spec.quote)];
  return { ...spec, symbol: `${base}/${quote}`, base, quote };
});

function openBoth(maxOrdersPerSecond: number): KernelHarness {
  const run = new KernelHarness({ specs: [...TRIANGLE, ...SECOND], limits: { maxOrdersPerSecond } });
  run.fairBooks();
  run.book('XBT/USD', [['49995', '2']], [['50005', '2']]);
  run.book('XET/XBT', [['0.04998', '50']], [['0.05002', '50']]);
  run.book('XET/USD', [['2499', '50']], [['2501', '50']]);
  run.openEdge('0.2');
  run.book('XET/USD', [['2518', '0.2']], [['2519', '50']]);
  return run;
}

describe('the message throttle', () => {
  it('keeps the placements that a cycle under way still needs', () => {
    const run = openBoth(5);
    const decisions = run.of('opportunityOpened').map(({ opportunity }) => opportunity);
    expect(decisions.map(({ decision }) => decision)).toEqual(['taken', 'risk-denied']);
    expect(decisions[1]?.decisionDetail).toMatch(/^throttled: /);
    run.pass(1_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
    expect(run.of('orderDenied')).toEqual([]);
  });

  it('lets two cycles run side by side where it has room for both', () => {
    const run = openBoth(6);
    run.pass(1_000);
    const outcomes = run.of('executionFinished').map(({ execution }) => execution.outcome);
    expect(outcomes).toEqual(['completed', 'completed']);
  });
});

describe('the reserve for cancels', () => {
  it('is never used by placements, and cancels are sent whatever is left', () => {
    const run = new KernelHarness({
      specs: [...TRIANGLE, ...SECOND],
      limits: { maxOrdersPerSecond: 7, cancelReserve: 4 },
    });
    run.fairBooks();
    run.openEdge('0.2');
    // Three of seven messages are for placements: one cycle takes them all.
    expect(run.placed).toHaveLength(1);
    const tokens = (): number => run.kernel.desk.reviewer.tokens('test', run.clock.nowUs());
    expect(tokens()).toBe(6);
    for (let i = 0; i < 9; i++) run.kernel.desk.reviewer.onCancel('test', run.clock.nowUs());
    expect(tokens()).toBe(-3);
    run.command({ type: 'kill', reason: 'test' });
    run.pass(200);
    expect(run.of('killVerified')).toMatchObject([{ openOrders: 0 }]);
  });

  it('lets no cycle begin that would need it', () => {
    const run = new KernelHarness({ limits: { maxOrdersPerSecond: 6, cancelReserve: 4 } });
    run.fairBooks();
    run.openEdge('0.2');
    expect(run.placed).toEqual([]);
    const [denied] = run.of('opportunityDenied');
    expect(denied).toMatchObject({ code: 'throttled' });
    expect(denied?.detail).toBe(
      '6.00 messages are left, an order needs 1 above the 6 that are reserved (6 a second)',
    );
  });
});

describe('a tight price collar', () => {
  it('does not keep a failed leg from going home', () => {
    const run = new KernelHarness({ limits: { priceCollarBps: 5 } });
    run.fairBooks();
    run.openEdge();
    run.book('ETH/BTC', [['0.0519', '50']], [['0.0520', '50']]);
    run.pass(2_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(run.of('orderDenied')).toEqual([]);
    expect(run.total('BTC')).toBe('0');
  });
});
