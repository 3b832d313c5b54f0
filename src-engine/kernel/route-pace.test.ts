/** When a route is looked at and tried again: at once where it got better, and never within the rest after an attempt. */
import { describe, expect, it } from 'vitest';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { FREE_ROUTES, RouteRun, type RouteRunOptions } from '../testing/route-run.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };

/** BTC costs 50,000 in the east; `west` sets what it brings there. */
function apart(options: Partial<RouteRunOptions> = {}) {
  const run = new RouteRun({ specs: TRIANGLE.slice(0, 1), capital: HELD, ...options });
  const west = (bid: number): void =>
    run.book('west', 'BTC/USD', [[String(bid), '2']], [[String(bid + 5), '2']]);
  run.book('east', 'BTC/USD', [['49995', '2']], [['50000', '2']]);
  west(49_995);
  run.pass(1_100);
  const placed = () =>
    run.of('orderCreated').map(({ order }) => `${order.side} ${order.qty} at ${order.venue}`);
  const decided = () => {
    const [found] = run.kernel.desk.tracker.open();
    return found === undefined ? 'nothing is open' : `${found.decision}: ${found.decisionDetail}`;
  };
  return { run, west, placed, decided };
}

describe('a route that was refused', () => {
  it('for too small an edge is taken as soon as the edge is large enough', () => {
    const { run, west, placed, decided } = apart({ detection: { ...FREE_ROUTES, minNetBps: 50 } });
    west(50_200);
    expect(decided()).toMatch(/^edge-below-threshold: net 29\.\d+ bps, the minimum is 50 bps$/);
    run.pass(10);
    west(50_500);
    expect(decided()).toBe('taken: ');
    expect(placed()).toEqual(['buy 0.03998 at east', 'sell 0.03998 at west']);
  });

  it('says why each time that it got better, and never that it was attempted', () => {
    const { run, west, placed, decided } = apart({ capital: { ...HELD, 'BTC@west': '0' } });
    for (const bid of [50_500, 50_510, 50_520]) {
      west(bid);
      expect(decided()).toMatch(/^no-balance: too little BTC at west/);
      run.pass(10);
    }
    expect(placed()).toEqual([]);
  });
});
