/** What keeps a route from beginning: each of its venues must be armed, compared and free to trade; and what a restart finds of one. */
import { describe, expect, it } from 'vitest';
import type { FillRecord } from '../domain/event.ts';
import { sampleFill } from '../testing/sample-events.ts';
import { RouteRun, type RouteRunOptions } from '../testing/route-run.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };

function apart(kernel: RouteRunOptions['kernel'] = {}) {
  const run = new RouteRun({ specs: TRIANGLE.slice(0, 1), capital: HELD, kernel });
  for (const venue of ['east', 'west']) run.book(venue, 'BTC/USD', [['49995', '2']], [['50000', '2']]);
  run.pass(1_100);
  const open = (): void => {
    run.pass(200);
    run.book('west', 'BTC/USD', [['50500', '2']], [['50505', '2']]);
  };
  /** Of the life that is open: the first decision on it, as the best was then. */
  const decision = () => {
    run.book('west', 'BTC/USD', [['49995', '2']], [['50000', '2']]);
    open();
    const [found] = run.kernel.desk.tracker.open();
    return found === undefined ? 'nothing is open' : `${found.decision}: ${found.decisionDetail}`;
  };
  const placed = () =>
    run.of('orderCreated').map(({ order }) => `${order.side} ${order.qty} at ${order.venue}`);
  return { run, decision, placed };
}

describe('a route between accounts', () => {
  it('begins when both are armed, as small as the smaller arming allows, and counts for both canaries', () => {
    const { run, decision, placed } = apart({ mustArm: true });
    expect(decision()).toBe('not-armed: east: live trading is disarmed: not armed since the start');
    run.command({ type: 'arm', venue: 'east', lossBudget: '50' });
    expect(decision()).toBe('not-armed: west: live trading is disarmed: not armed since the start');
    expect(placed()).toEqual([]);
    run.command({ type: 'arm', venue: 'west', lossBudget: '50' });
    expect(decision()).toBe('taken: ');
    run.pass(200);
    expect(placed()).toEqual(['buy 0.0003998 at east', 'sell 0.0003998 at west']);
    const { armings } = run.kernel;
    expect(['east', 'west'].map((venue) => armings.of(venue).canary?.completed)).toEqual([1, 1]);
  });

  it('does not begin while one of them is halted, paused, killed, or stopped by a breaker, and cycles there are not asked', () => {
    const { run, decision, placed } = apart();
    run.kernel.halts.halt('test', 'a test', run.clock.nowUs(), 'west');
    expect(decision()).toBe('trading-paused: west: a test');
    run.command({ type: 'resume', venue: 'west' });
    run.command({ type: 'pause' });
    expect(decision()).toBe('trading-paused: east: paused by the operator');
    run.command({ type: 'resume' });
    for (let fault = 0; fault < 100; fault++)
      run.kernel.risk.breakers.fault('api-reliability', 'west', 'no answer', run.clock.nowUs());
    expect(decision()).toMatch(/^risk-denied: breaker-open: API reliability at west is open/);
    run.command({ type: 'kill', reason: 'test' });
    expect(decision()).toBe('killed: the kill switch is on; re-arm to trade');
    expect(placed()).toEqual([]);
  });

  it('is stopped like a cycle after losses in a row, by its venues and codes', () => {
    const { run, decision } = apart();
    const { repetitions } = run.kernel.risk;
    for (let loss = 0; loss < 50; loss++)
      repetitions.ended('east+west USD>BTC', false, run.clock.nowUs(), run.kernel.limits);
    expect(decision()).toMatch(/^risk-denied: strategy-stopped: east\+west USD>BTC/);
  });
});

describe('a route in the middle of which the engine ended', () => {
  const fill = (venue: string, side: 'buy' | 'sell', price: string): FillRecord =>
    sampleFill({
      fillId: `${venue}-${side}`,
      executionId: 'old-x1',
      venue,
      side,
      symbol: 'BTC/USD',
      price,
      qty: '0.04',
      fee: '1',
      feeAsset: `USD@${venue}`,
    });
  const left = (...unfinishedFills: FillRecord[]) => {
    const { run, placed } = apart({ unfinishedFills });
    return [run.of('executionAbandoned').map((event) => event.left), placed()];
  };

  it('left nothing where both legs had filled', () => {
    expect(left(fill('east', 'buy', '50000'), fill('west', 'sell', '50500'))).toEqual([[[]], []]);
  });

  it('left what it bought and did not sell: it is swept', () => {
    expect(left(fill('east', 'buy', '50000'))).toEqual([
      [[{ asset: 'BTC@east', amount: '0.04' }]],
      ['sell 0.04 at east'],
    ]);
  });

  it('lacks what it sold and did not buy: that is reported', () => {
    const half = { ...fill('east', 'buy', '50000'), qty: '0.01' };
    expect(left(half, fill('west', 'sell', '50500'))).toEqual([
      [[{ asset: 'BTC@west', amount: '-0.03' }]],
      [],
    ]);
  });
});
