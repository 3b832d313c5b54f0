/** The kernel's side of the kill switch, with a venue whose answers the test gives. */
import { describe, expect, it } from 'vitest';
import type { Effect } from '../domain/effect.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { KernelHarness, START_US, TRIANGLE } from '../testing/kernel-harness.ts';
import { Kernel } from './kernel.ts';

const OPERATOR = { kind: 'operator', via: 'test' } as const;
const MS = 1_000;

/** A kernel alone, over two venues, each with the same three instruments. */
function twoVenues() {
  const instruments = ['one', 'two'].flatMap((venue, v) =>
    TRIANGLE.map((spec, k) => createInstrument(spec, v * TRIANGLE.length + k, venue)),
  );
  const kernel = new Kernel({
    runId: 'run',
    mode: 'paper',
    simulatedMarket: true,
    seed: 1,
    homeAsset: 'USD',
    instruments,
    bookDepth: 10,
    limits: DEFAULT_LIMITS,
    detection: DEFAULT_DETECTION,
    opening: { balances: [{ asset: 'USD', total: '100' }], realizedPnl: '0', fees: '0' },
    killed: false,
  });
  const take = (): { effects: Effect[]; types: string[] } => {
    const { effects, events } = kernel.outbox;
    kernel.outbox.effects = [];
    kernel.outbox.events = [];
    return { effects, types: events.map(({ type }) => type) };
  };
  const tick = (ms: number) => {
    kernel.step({ kind: 'tick', atUs: START_US + ms * MS });
    return take();
  };
  const answer = (venue: string, count: number) => {
    kernel.step({ kind: 'order', event: { kind: 'open-orders', venue, count, atUs: START_US } });
    return take();
  };
  const command = (type: 'kill' | 'rearm') => {
    const what = type === 'kill' ? ({ type, reason: 'drill' } as const) : ({ type } as const);
    kernel.step({ kind: 'command', command: what, actor: OPERATOR, atUs: START_US });
    return take();
  };
  return { kernel, tick, answer, command };
}

const CANCEL_ALL = [
  { type: 'cancelAll', venue: 'one' },
  { type: 'cancelAll', venue: 'two' },
];

describe('a kill', () => {
  it('cancels at every venue, and each second again at those that have not shown that nothing is open', () => {
    const { tick, answer, command } = twoVenues();
    const killed = command('kill');
    expect(killed.effects).toEqual(CANCEL_ALL);
    expect(killed.types).toEqual(['killed']);
    expect(tick(999).effects).toEqual([]);
    expect(tick(1_000).effects).toEqual(CANCEL_ALL);

    expect(answer('one', 0).types).toEqual([]);
    expect(tick(1_999).effects).toEqual([]);
    expect(tick(2_000).effects).toEqual([{ type: 'cancelAll', venue: 'two' }]);
    expect(answer('two', 2).types).toEqual(['killVerified']);
    expect(tick(3_000).effects).toEqual([{ type: 'cancelAll', venue: 'two' }]);
    expect(answer('two', 0).types).toEqual(['killVerified']);
    expect(tick(4_000).effects).toEqual([]);
    expect(tick(60_000).effects).toEqual([]);
  });

  it('that is repeated is carried out again, though the last one was verified', () => {
    const { kernel, tick, answer, command } = twoVenues();
    command('kill');
    answer('one', 0);
    answer('two', 0);
    expect(command('kill').effects).toEqual(CANCEL_ALL);
    expect(kernel.killSwitch.verifiedOpenOrders).toBeUndefined();
    expect(tick(1_000).effects).toEqual(CANCEL_ALL);
  });

  it('is over when it is re-armed: nothing is canceled, and late answers mean nothing', () => {
    const { kernel, tick, answer, command } = twoVenues();
    command('kill');
    expect(command('rearm').types).toEqual(['rearmed']);
    expect(answer('one', 1).types).toEqual([]);
    expect(tick(5_000).effects).toEqual([]);
    expect(kernel.killSwitch.isOn).toBe(false);
  });
});

describe('after a kill, whatever comes', () => {
  it('no order is asked for: not by books, fills, time, resuming or new limits', () => {
    const run = new KernelHarness();
    run.fairBooks();
    run.openEdge();
    for (let ms = 0; ms < 200 && run.of('orderFilled').length === 0; ms++) {
      run.clock.advanceTo(run.clock.nowUs() + MS);
    }
    run.command({ type: 'kill', reason: 'drill' });
    const created = run.of('orderCreated').length;
    run.command({ type: 'resume' });
    run.command({ type: 'setLimits', limits: { maxOrderNotional: '100000' } });
    run.command({ type: 'setDetection', detection: { minNetBps: 0.1 } });
    for (let round = 0; round < 20; round++) {
      run.fairBooks();
      run.openEdge(String(round / 10 + 0.1));
      run.pass(700);
    }
    expect(run.of('orderCreated')).toHaveLength(created);
    expect(run.kernel.orders.openCount).toBe(0);
    expect(run.kernel.killSwitch.isOn).toBe(true);
  });
});
