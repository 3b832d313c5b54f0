import { describe, expect, it } from 'vitest';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { decimal } from '../domain/decimal.ts';
import { createInstrument } from '../domain/instrument.ts';
import { KernelHarness, TRIANGLE } from '../testing/kernel-harness.ts';
import { newExecution } from './execution.ts';
import { orderOf } from './order-record.ts';
import { sampleOrder } from '../testing/sample-events.ts';
import { valueInFlight } from './start-gate.ts';

describe('value in flight', () => {
  it('is that of every cycle under way and of every order that belongs to none, at what is left of it', () => {
    const { kernel } = new KernelHarness();
    const instruments = TRIANGLE.map((spec, id) => createInstrument(spec, id, 'test'));
    const [btcUsd] = instruments;
    if (btcUsd === undefined) throw new Error('the triangle has instruments');
    const market = { instruments, books: [], grids: [], isLive: () => false };
    const plan = { startAmount: 700.5 } as CyclePlan;
    const cycle = { plan, opportunity: {} as never };
    const base = { venue: 'test', path: ['USD'], startAsset: 'USD', startedUs: 0 };
    const executions = [
      newExecution({ ...base, executionId: 'x1', cycle }),
      newExecution({ ...base, executionId: 'sweep', cycle: undefined }),
    ];
    const record = sampleOrder({ price: '50000', qty: '0.02', filledQty: '0.005' });
    const orders = ['lost', 'owned'].map((orderId) => orderOf({ ...record, orderId }, btcUsd));
    const ports = { market, portfolio: kernel.portfolio };
    const total = valueInFlight(executions, orders, (orderId) => orderId === 'owned', ports);
    expect(total.toString()).toBe(decimal('700.5').plus(750).toString());
  });
});

/** A cycle of the triangle as it is sized on the harness's books. */
function planOf(run: KernelHarness, startAmount: number): CyclePlan {
  const ids = ['BTC/USD', 'ETH/BTC', 'ETH/USD'].map((symbol) => run.instrument(symbol).id);
  const sides = ['buy', 'buy', 'sell'] as const;
  const qtys = [startAmount / 50_005, startAmount / 2_501.25, startAmount / 2_501.25];
  const limits = ['50005', '0.05002', '2499'];
  return {
    cycle: {
      id: 0,
      venue: 'test',
      path: ['USD', 'BTC', 'ETH'],
      legs: ids.map((instrumentId, k) => ({ instrumentId, side: sides[k] ?? 'buy' })),
    },
    legs: ids.map((instrumentId, k) => ({
      instrumentId,
      symbol: run.instruments[instrumentId]?.symbol ?? '',
      side: sides[k] ?? 'buy',
      qty: decimal((qtys[k] ?? 0).toFixed(8)),
      limitPrice: decimal(limits[k] ?? '0'),
    })),
    startAmount,
    endAmount: startAmount,
    waterfall: {
      grossBps: 30,
      feesBps: -15,
      depthBps: 0,
      roundingBps: 0,
      slippageBps: 0,
      netBps: 15,
      ageUs: 0,
    },
    obstacle: undefined,
  };
}

describe('the cap on what is in flight, and the price of the way out', () => {
  it('keeps a cycle from beginning, with the numbers, while another one uses it up', () => {
    const run = new KernelHarness({ execution: { maxUnwindBps: 10_000 } });
    run.fairBooks();
    const { sequencer } = run.kernel.desk;
    expect(sequencer.obstacleTo(planOf(run, 20_000.01))).toEqual({
      code: 'exposure-cap',
      detail: 'value in flight would be 20000.01, allowed 20000.00',
    });
    expect(sequencer.obstacleTo(planOf(run, 20_000))).toBeUndefined();
  });

  it('counts what is under way beside what would begin', () => {
    const run = new KernelHarness({ execution: { maxUnwindBps: 10_000 } });
    run.fairBooks();
    run.openEdge();
    const { sequencer } = run.kernel.desk;
    const inFlight = sequencer.inFlightHome();
    expect(inFlight.gt(0)).toBe(true);
    const room = decimal('20000').minus(inFlight);
    expect(sequencer.obstacleTo(planOf(run, room.toNumber() - 1))?.code).not.toBe('exposure-cap');
    expect(sequencer.obstacleTo(planOf(run, room.toNumber() + 1))).toEqual({
      code: 'exposure-cap',
      detail: 'value in flight would be 20001.00, allowed 20000.00',
    });
  });

  it('a start asset without a price counts as too much', () => {
    const run = new KernelHarness();
    expect(
      run.kernel.desk.sequencer.obstacleTo({
        ...planOf(run, 1),
        cycle: { ...planOf(run, 1).cycle, path: ['XYZ'] },
      }),
    ).toEqual({
      code: 'exposure-cap',
      detail: 'value in flight would be an unknown amount, allowed 20000.00',
    });
  });

  it('a way out of one of its legs that costs too much keeps it back, with the leg that must fail for it', () => {
    const run = new KernelHarness({ execution: { maxUnwindBps: 50 } });
    run.fairBooks();
    expect(run.kernel.desk.sequencer.obstacleTo(planOf(run, 1_000))).toBeUndefined();
    // Bitcoin can be sold at a hundredth less only: ether, which goes home by it, suffers more than bitcoin itself.
    run.book('BTC/USD', [['49500', '2']], [['50005', '2']]);
    const obstacle = run.kernel.desk.sequencer.obstacleTo(planOf(run, 1_000));
    expect(obstacle?.code).toBe('unwind-too-costly');
    expect(obstacle?.detail).toMatch(
      /^if ETH\/USD fails, unwinding 0\.399800 ETH returns 988\.120 of 1000\.00 USD: cost 118\.8 bps, allowed 50 bps$/,
    );
  });

  it('is borne where it costs exactly what the operator allows: all of it', () => {
    const without = (maxUnwindBps: number): string | undefined => {
      const run = new KernelHarness({ execution: { maxUnwindBps } });
      run.fairBooks();
      // No bids for bitcoin or ether against dollars: no leg has a way home.
      run.book('BTC/USD', [], [['50005', '2']]);
      run.book('ETH/USD', [], [['2501', '50']]);
      return run.kernel.desk.sequencer.obstacleTo(planOf(run, 1_000))?.code;
    };
    expect(without(10_000)).toBeUndefined();
    expect(without(9_999)).toBe('unwind-too-costly');
  });
});
