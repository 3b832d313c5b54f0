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
    const market = { instruments, books: [], geometries: [], isLive: () => false };
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

describe('the cap on what is in flight', () => {
  it('keeps a cycle from beginning, with the numbers, while another one uses it up', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const { sequencer } = run.kernel.desk;
    const plan = {
      cycle: { path: ['USD', 'BTC', 'ETH'] },
      legs: [],
      startAmount: 20_000.01,
    } as unknown as CyclePlan;
    expect(sequencer.obstacleTo(plan)).toEqual({
      code: 'exposure-cap',
      detail: 'in flight would be 20000.01, allowed 20000.00',
    });
    expect(sequencer.obstacleTo({ ...plan, startAmount: 20_000 })).toBeUndefined();
  });
});
