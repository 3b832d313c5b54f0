/** What legs that were sent at once left open against each other: bought back, and no more than that. */
import { describe, expect, it } from 'vitest';
import { Decimal } from '../domain/decimal.ts';
import { DEFAULT_EXECUTION, DEFAULT_LIMITS, type ExecutionSettings } from '../domain/limits.ts';
import { AccountRig, fillOf } from '../testing/account-rig.ts';

const OPENING = [
  { asset: 'USD', total: '10000' },
  { asset: 'BTC', total: '1' },
  { asset: 'ETH', total: '20' },
];

/** A cycle whose three legs were sent at once: BTC/USD and ETH/BTC bought, ETH/USD sold. */
function atOnce(execution: Partial<ExecutionSettings> = {}) {
  const rig = new AccountRig({
    execution: { ...DEFAULT_EXECUTION, parallelLegs: true, ...execution },
    opening: { balances: OPENING, realizedPnl: '0', fees: '0' },
    limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000 },
  });
  rig.agree();
  rig.openEdge();
  // Of an account that holds more than dollars the worth is known now.
  rig.quote(2, 249_900, 250_100, 5_000_000_000);
  rig.pass(0.2);
  if (rig.placed.length === 0) rig.openEdge();
  expect(rig.placed).toHaveLength(3);
  const at = (nth: number) => {
    const order = rig.placed.at(nth);
    if (order === undefined) throw new Error(`order ${nth} was placed`);
    return order;
  };
  /** Fills this part of an order, at its limit or better. */
  const fill = (nth: number, part: number | string = 1, price = at(nth).price.toString()): void => {
    const { orderId, qty } = at(nth);
    const some = qty.times(part).toDecimalPlaces(8, Decimal.ROUND_DOWN).toString();
    const one = fillOf({ fillId: `${nth} ${part}`, orderId, qty: some, price, fee: '0' });
    rig.report({ kind: 'fill', orderId, fill: one, atUs: rig.nowUs });
  };
  const cancel = (nth: number): void =>
    rig.report({ kind: 'canceled', orderId: at(nth).orderId, reason: 'ioc', atUs: rig.nowUs });
  const name = (nth: number): string => `${at(nth).side} ${at(nth).symbol}`;
  const reserved = (asset: string): string => rig.kernel.portfolio.balances.reserved(asset).toString();
  return { rig, at, fill, cancel, name, reserved };
}

describe('legs that were sent at once', () => {
  it('are all under way: none is left to send', () => {
    expect(atOnce().rig.kernel.desk.sequencer.ordersAhead).toBe(0);
  });

  it('leave what came too much to another way home, at once, when the first finds nothing', () => {
    const { rig, fill, cancel, name } = atOnce();
    fill(0);
    cancel(1);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    cancel(2);
    expect(name(3)).toBe('sell BTC/USD');
    cancel(3);
    expect(name(4)).toBe('buy ETH/BTC');
    // That found nothing either: the market must move first.
    cancel(4);
    expect(rig.placed).toHaveLength(5);
    rig.pass(0.9);
    expect(rig.placed).toHaveLength(5);
    rig.pass(0.1);
    expect(name(5)).toBe('sell BTC/USD');
  });
});

/** Ether was sold and none bought, and the bitcoin for it came: the ether is to be bought back. */
function shortOfEther() {
  const made = atOnce();
  made.fill(0);
  made.cancel(1);
  made.rig.quote(2, 249_900, 250_100, 5_000_000_000);
  made.fill(2);
  expect([made.name(3), made.at(3).purpose]).toEqual(['buy ETH/BTC', 'unwind']);
  return made;
}

describe('what is missing', () => {
  it('is bought back once, even where an order brings part of it at a better price', () => {
    const { rig, at, fill, cancel, name } = shortOfEther();
    fill(3, 0.5, '0.04');
    cancel(3);
    // What the better price saved pays for no more ether than is still missing.
    expect(name(4)).toBe('buy ETH/BTC');
    const sold = at(2).filledQty;
    expect(at(4).qty.lte(sold.minus(at(3).received))).toBe(true);
    fill(4, 1, '0.04');
    for (let nth = 5; nth < rig.placed.length && nth < 9; nth++) fill(nth);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(Number(rig.total('ETH'))).toBeLessThanOrEqual(20);
    expect(Number(rig.total('ETH'))).toBeGreaterThan(19.999);
    expect(Number(rig.total('BTC'))).toBeCloseTo(1, 4);
  });

  it('is bought back with what the start asset made too much, which is kept for that order alone', () => {
    const { rig, at, fill, cancel, name, reserved } = atOnce();
    cancel(0);
    cancel(1);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    fill(2);
    expect([name(3), at(3).purpose]).toEqual(['buy ETH/USD', 'unwind']);
    const { portfolio, config } = rig.kernel;
    const [, , ethUsd] = config.instruments;
    if (ethUsd === undefined) throw new Error('the triangle has three pairs');
    expect(reserved('USD')).toBe(portfolio.requirement(at(3), ethUsd).amount.toString());
    fill(3, 0.4, '2400');
    cancel(3);
    // The better price leaves more dollars than the rest needs: they stay where they are.
    const missing = at(2).filledQty.minus(at(3).received);
    expect(at(4).qty.lte(missing)).toBe(true);
    fill(4, 1, '2400');
    expect(rig.placed).toHaveLength(5);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'unwound' } }]);
    expect(Number(rig.total('ETH'))).toBeCloseTo(20, 6);
    expect(Number(rig.total('ETH'))).toBeLessThanOrEqual(20);
    expect(reserved('USD')).toBe('0');
  });

  it('is not held for bought back by what only passes through it on its way home', () => {
    const { rig, at, fill, cancel, name } = atOnce();
    fill(0);
    cancel(1);
    fill(2, 0.5);
    rig.quote(2, 249_900, 250_100, 5_000_000_000);
    // Bitcoin that nothing is missing for goes home by ether, which brings more.
    rig.quote(0, 490_000, 500_050);
    cancel(2);
    expect(name(3)).toBe('buy ETH/BTC');
    fill(3);
    expect(name(4)).toBe('sell ETH/USD');
    cancel(4);
    const sold = at(2).filledQty;
    expect(name(5)).toBe('buy ETH/BTC');
    expect(at(5).qty.lte(sold)).toBe(true);
    expect(at(5).qty.gte(sold.times('0.98'))).toBe(true);
  });
});

describe('a leg that filled after it was called over', () => {
  /** What the account holds at the end, once everything that is sent fills in full. */
  function end({ rig, fill }: ReturnType<typeof atOnce>, from: number) {
    for (let nth = from; nth < rig.placed.length && nth < 12; nth++) fill(nth);
    rig.pass(5);
    expect(rig.of('executionFinished')).toHaveLength(1);
    expect(Number(rig.total('BTC'))).toBeCloseTo(1, 3);
    expect(Number(rig.total('ETH'))).toBeCloseTo(20, 2);
    for (const asset of ['USD', 'BTC', 'ETH'])
      expect(rig.kernel.portfolio.balances.reserved(asset).toString()).toBe('0');
    return rig.placed.length;
  }

  it('while others are under way is one of the cycle’s legs: nothing is sent home', () => {
    const made = atOnce();
    made.fill(0);
    made.cancel(1);
    made.fill(1);
    made.fill(2);
    expect(end(made, 3)).toBe(3);
  });

  it('is counted against what was sent to buy back the same: when that finds nothing, nothing more is missing', () => {
    const made = shortOfEther();
    made.fill(1);
    made.cancel(3);
    expect(end(made, 4)).toBe(4);
  });

  it('is counted against what was sent to buy back the same: what came twice is sold for what it cost', () => {
    const made = shortOfEther();
    made.fill(1);
    made.fill(3);
    end(made, 4);
    expect(made.rig.placed.slice(4).map(({ side, symbol }) => `${side} ${symbol}`)).toContain('sell ETH/BTC');
  });

  it('ends a wait for a better moment to buy back the same', () => {
    const made = shortOfEther();
    made.cancel(3);
    for (let nth = 4; made.rig.placed.length > nth; nth++) made.cancel(nth);
    const sent = made.rig.placed.length;
    made.fill(1);
    expect(end(made, sent)).toBe(sent);
  });
});

describe('what was given up', () => {
  /** Ether was sold, half of the bitcoin for it came and no ether: of both that are open one is given up, and half of the ether comes late. */
  function lateAfterGivenUp(unwindDeadlineMs: number) {
    const made = atOnce({ unwindDeadlineMs });
    const { rig, fill, cancel } = made;
    fill(0, 0.5);
    cancel(0);
    cancel(1);
    fill(2);
    for (let nth = 3; nth < 20 && rig.of('tradingHalted').length === 0; nth++) {
      if (nth > 3) rig.pass(1);
      cancel(nth);
    }
    expect(rig.of('tradingHalted')).toMatchObject([{ code: 'stranded' }]);
    expect(rig.of('executionFinished')).toEqual([]);
    const sent = rig.placed.length;
    fill(1, 0.5);
    return { ...made, sent };
  }
  const ended = ({ rig }: ReturnType<typeof atOnce>) =>
    rig.of('executionFinished').map(({ execution }) => `${execution.outcome}: ${execution.detail}`);

  it('is no longer stranded where a late fill evened it out, and the rest is bought back', () => {
    const made = lateAfterGivenUp(60_000);
    const { rig, fill, sent, reserved } = made;
    for (let nth = sent; nth < rig.placed.length && nth < sent + 5; nth++) fill(nth);
    expect(ended(made)).toEqual(['unwound: ']);
    expect(['USD', 'BTC', 'ETH'].map(reserved)).toEqual(['0', '0', '0']);
  });

  it('is no longer named where the time for the rest is over: that alone is stranded', () => {
    expect(ended(lateAfterGivenUp(5_000))).toEqual([
      expect.stringMatching(/^stranded: missing ETH was not bought back for 1005\.\d+ USD \([^;]*\)$/),
    ]);
  });
});
