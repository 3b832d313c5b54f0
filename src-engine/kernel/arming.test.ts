/** Live trading is off until it is armed, small at first, and off again at the first doubt. */
import { describe, expect, it } from 'vitest';
import { KernelHarness, type HarnessOptions } from '../testing/kernel-harness.ts';

function rig(options: HarnessOptions = {}): KernelHarness {
  return new KernelHarness({ ...options, kernel: { mustArm: true, ...options.kernel } });
}

const ordersOf = (run: KernelHarness) => run.of('orderCreated').map(({ order }) => order);
const states = (run: KernelHarness) => run.of('armingChanged').map(({ to }) => to);

/** An edge opens, is traded to its end, and closes again. */
function trade(run: KernelHarness): void {
  run.openEdge('5');
  run.pass(300);
  run.fairBooks();
  run.pass(2_000);
}

describe('a run that must be armed', () => {
  it('takes nothing before it is, and says why', () => {
    const run = rig();
    run.fairBooks();
    run.openEdge();
    run.pass(1_000);
    expect(run.placed).toEqual([]);
    expect(run.of('opportunityOpened')[0]?.opportunity).toMatchObject({
      decision: 'not-armed',
      decisionDetail: 'live trading is disarmed: not armed since the start',
    });
  });

  it('sends its canary with a hundredth of what it may start with, and everything once it is armed in full', () => {
    const run = rig({ detection: { maxStartNotional: '4500' } });
    run.fairBooks();
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    run.command({ type: 'armFully', venue: 'test' });
    expect(states(run)).toEqual(['canary']);
    for (let k = 0; k < 5; k++) trade(run);
    const firsts = ordersOf(run).filter(({ symbol }) => symbol === 'BTC/USD');
    expect(firsts.length).toBeGreaterThanOrEqual(5);
    for (const { price, qty } of firsts) {
      expect(Number(price) * Number(qty)).toBeGreaterThan(30);
      expect(Number(price) * Number(qty)).toBeLessThanOrEqual(50);
    }
    expect(run.kernel.armings.of('test').canary?.completed).toBeGreaterThanOrEqual(5);
    run.command({ type: 'armFully', venue: 'test' });
    expect(states(run)).toEqual(['canary', 'armed']);
    trade(run);
    const last = ordersOf(run).findLast(({ symbol }) => symbol === 'BTC/USD');
    expect(Number(last?.price) * Number(last?.qty)).toBeGreaterThan(4_000);
  });

  it('brings what is under way to its end when it is disarmed, and begins nothing more', () => {
    const run = rig({ detection: { cooldownMs: 0 } });
    run.fairBooks();
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    run.openEdge('5');
    expect(ordersOf(run)).toHaveLength(1);
    run.command({ type: 'disarm', reason: 'enough' });
    run.pass(3_000);
    expect(run.of('executionFinished')).toMatchObject([{ execution: { outcome: 'completed' } }]);
    expect(ordersOf(run)).toHaveLength(3);
    expect(run.of('orderDenied')).toEqual([]);
  });

  it('is disarmed by a kill, and stays so when the switch is released', () => {
    const run = rig();
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    run.command({ type: 'kill', reason: 'drill' });
    expect(states(run)).toEqual(['canary', 'disarmed']);
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    run.command({ type: 'rearm' });
    expect(run.kernel.armings.of('test').state).toBe('disarmed');
    run.fairBooks();
    run.openEdge();
    expect(run.placed).toEqual([]);
  });

  it('calls a canary back that has lost its budget', () => {
    const run = rig({ detection: { cooldownMs: 0 } });
    run.fairBooks();
    run.command({ type: 'arm', venue: 'test', lossBudget: '0.01' });
    run.openEdge('5');
    // The way home has become a bad one before the cycle is through.
    run.book('ETH/USD', [['2400', '50']], [['2519', '50']]);
    run.pass(10_000);
    expect(run.of('executionFinished').length).toBeGreaterThan(0);
    expect(states(run)).toEqual(['canary', 'disarmed']);
    expect(run.kernel.armings.of('test').reason).toMatch(/^the canary lost \d+\.\d\d, its budget$/);
  });
});
