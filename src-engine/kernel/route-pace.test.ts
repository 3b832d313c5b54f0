/** When a route is looked at and tried again: at once where it got better, and never within the rest after an attempt. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { FREE_ROUTES, RouteRun, type RouteRunOptions } from '../testing/route-run.ts';
import { RouteTrader, type Shortage } from './route-trader.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };

afterEach(() => {
  vi.restoreAllMocks();
});

/** BTC costs 50,000 in the east; `west` sets what it brings there. */
function apart(options: Partial<RouteRunOptions> = {}) {
  const run = new RouteRun({ specs: TRIANGLE.slice(0, 1), capital: HELD, ...options });
  const west = (bid: number, qty = '2'): void =>
    run.book('west', 'BTC/USD', [[String(bid), qty]], [[String(bid + 5), '2']]);
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

describe('a route that pays as before, or less', () => {
  it('is looked at again 100 ms after it was refused, with the next change of a book, and then taken', () => {
    const { run, west, placed, decided } = apart({ capital: { ...HELD, 'BTC@west': '0' } });
    west(50_500);
    expect(decided()).toMatch(/^no-balance/);
    run.kernel.portfolio.adopt('BTC@west', decimal('1'));
    run.pass(90);
    west(50_450);
    expect(placed()).toEqual([]);
    run.pass(10);
    west(50_450);
    expect(placed()).toHaveLength(2);
  });

  it('is not planned again while it is only watched, nor while it does not bring what is asked', () => {
    for (const detection of [{ tradeCrossVenue: false }, { minNetBps: 95 }]) {
      const { run, west, decided } = apart({ detection: { ...FREE_ROUTES, ...detection } });
      const observe = vi.spyOn(run.kernel.desk.tracker, 'observe');
      west(50_500);
      expect(observe).toHaveBeenCalledTimes(1);
      run.pass(200);
      west(50_450);
      expect(observe).toHaveBeenCalledTimes(1);
      west(50_510);
      expect(observe).toHaveBeenCalledTimes(2);
      expect(decided()).not.toMatch(/^taken/);
    }
  });

  it('rests for the cooldown after it was taken, and goes on then', () => {
    const { run, west, placed } = apart({ detection: { ...FREE_ROUTES, cooldownMs: 1_000 } });
    west(50_500);
    run.pass(100);
    const ended = run.of('executionFinished').map(({ execution }) => execution.finishedUs);
    expect(ended).toHaveLength(1);
    const leftMs = (): number => ((ended[0] ?? 0) + 1_000_000 - run.clock.nowUs()) / 1_000;
    run.pass(Math.floor(leftMs() / 10) * 10 - 10);
    west(50_490);
    expect(placed()).toHaveLength(2);
    run.pass(20);
    west(50_490);
    expect(placed()).toHaveLength(4);
  });

  it('is tried again in its next life where the last attempt was not filled', () => {
    const { run, west, placed } = apart({ missesPct: { west: 100 } });
    west(50_500, '0.03');
    run.pass(3_000);
    west(50_510, '0.03');
    expect(placed()).toEqual(['sell 0.03 at west']);
    west(49_995);
    west(50_500, '0.03');
    expect(placed()).toHaveLength(2);
  });

  it('is refused by risk once in its life, and anew in the next', () => {
    const { run, west, decided } = apart();
    const { repetitions } = run.kernel.risk;
    for (let loss = 0; loss < 50; loss++)
      repetitions.ended('east+west USD>BTC', false, run.clock.nowUs(), run.kernel.limits);
    for (const bid of [50_500, 50_510, 50_520]) {
      west(bid);
      run.pass(200);
    }
    expect(decided()).toMatch(/^risk-denied: strategy-stopped/);
    expect(run.of('opportunityDenied')).toMatchObject([{ code: 'strategy-stopped', venue: 'east+west' }]);
    west(49_995);
    west(50_500);
    expect(run.of('opportunityDenied')).toHaveLength(2);
  });
});

describe('a route that its venues cannot pay for in full', () => {
  it('names what is missing of the whole where what lies there is below a minimum', () => {
    const { west, placed, decided } = apart({ capital: { ...HELD, 'BTC@west': '0.00001' } });
    west(50_500);
    expect(decided()).toBe(
      'no-balance: too little BTC at west: the sale of BTC/USD needs 0.03998 BTC at west, free are 0.00001',
    );
    expect(placed()).toEqual([]);
  });

  it('is refused for its own obstacle before anything is missing', () => {
    const { west, decided } = apart({ capital: { ...HELD, 'BTC@west': '0' } });
    west(50_500, '0.00005');
    expect(decided()).toMatch(/^below-min-qty: BTC\/USD at /);
  });

  it('is made smaller by the part that there is, again where that is still too much, and three times at most', () => {
    const half: Shortage = { share: 0.5, detail: 'too little BTC' };
    for (const times of [1, 3, 4]) {
      const { run, west, placed, decided } = apart();
      const shortage = vi.spyOn(RouteTrader.prototype, 'shortage');
      for (let k = 0; k < times; k++) shortage.mockReturnValueOnce(half);
      west(50_500);
      if (times === 4) {
        expect([placed(), decided()]).toEqual([[], 'no-balance: too little BTC']);
        expect(shortage).toHaveBeenCalledTimes(4);
        const [found] = run.kernel.desk.tracker.open();
        expect(found?.legs[0]?.qty).toBe('0.03998');
      } else {
        const [order] = run.of('orderCreated');
        expect(Number(order?.order.qty) / (0.03998 * 0.5 ** times)).toBeCloseTo(1, 3);
        expect(shortage).toHaveBeenCalledTimes(times + 1);
      }
      shortage.mockRestore();
    }
  });

  it('is paid for by what lies there also where its book has cheap levels and dear ones', () => {
    const { run, placed } = apart({ capital: { ...HELD, 'USD@east': '600' } });
    run.book(
      'east',
      'BTC/USD',
      [['49995', '2']],
      [
        ['50000', '0.005'],
        ['50400', '2'],
      ],
    );
    run.book('west', 'BTC/USD', [['50600', '2']], [['50605', '2']]);
    run.pass(200);
    expect(placed()).toHaveLength(2);
    const [spent] = run.of('executionFinished').map(({ execution }) => execution.outcome);
    expect(spent).toBe('completed');
    expect(run.total('USD@east').gte(0)).toBe(true);
    expect(run.reserved.toString()).toBe('0');
  });
});
