/** What an operator's commands and the runner's looks change, seen from outside of the kernel. */
import { describe, expect, it } from 'vitest';
import { BookUpdate } from '../domain/market-data.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { AccountRig, VENUE } from '../testing/account-rig.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import type { FailedEffect } from './input.ts';

describe('whether limits were set by an operator', () => {
  it('is what the history of the profile says', () => {
    expect(new KernelHarness().kernel.areLimitsSet).toBe(false);
    expect(new KernelHarness({ kernel: { areLimitsSet: true } }).kernel.areLimitsSet).toBe(true);
    expect(new KernelHarness({ kernel: { areLimitsSet: false } }).kernel.areLimitsSet).toBe(false);
  });

  it('is so from the first change of a limit on, and by no other setting', () => {
    const harness = new KernelHarness({ limitsVersion: 4 });
    expect(harness.kernel.limitsVersion).toBe(4);
    harness.command({ type: 'setDetection', detection: { minNetBps: 7 } });
    expect([harness.kernel.areLimitsSet, harness.kernel.limitsVersion]).toEqual([false, 5]);
    expect(harness.kernel.detection.minNetBps).toBe(7);
    harness.command({ type: 'setLimits', limits: { maxOrdersPerSecond: DEFAULT_LIMITS.maxOrdersPerSecond } });
    expect(harness.kernel.areLimitsSet).toBe(false);
    harness.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 3 } });
    expect([harness.kernel.areLimitsSet, harness.kernel.limitsVersion]).toEqual([true, 6]);
  });
});

it('a new rate of messages holds from the command on', () => {
  const run = new KernelHarness();
  run.fairBooks();
  run.openEdge();
  const before = run.kernel.desk.reviewer.tokens('test', run.clock.nowUs());
  run.command({ type: 'setDetection', detection: { minNetBps: 1 } });
  expect(run.kernel.desk.reviewer.tokens('test', run.clock.nowUs())).toBe(before);
  run.command({ type: 'setLimits', limits: { maxOrdersPerSecond: 2 } });
  expect(before).toBeGreaterThan(2);
  expect(run.kernel.desk.reviewer.tokens('test', run.clock.nowUs())).toBeLessThanOrEqual(2);
});

describe('a book that was taken in while the engine was behind', () => {
  const edge = (run: KernelHarness): BookUpdate => {
    const update = new BookUpdate();
    update.reset(run.instrument('ETH/USD').id, true, run.clock.nowUs());
    update.pushBid(251_800, 5_000_000_000);
    update.pushAsk(251_900, 5_000_000_000);
    return update;
  };

  it('is traded when it is looked at, and not before', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const { id } = run.instrument('ETH/USD');
    expect(run.kernel.takeBook(edge(run))).toBe(true);
    expect(run.placed).toEqual([]);
    run.runner.submit({ kind: 'look', instrumentIds: [id], atUs: run.clock.nowUs() });
    expect(run.placed).toHaveLength(1);
  });

  it('is not looked at when it was lost meanwhile', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const { id } = run.instrument('ETH/USD');
    run.kernel.takeBook(edge(run));
    run.kernel.store.sync(id).desync('gap');
    run.runner.submit({ kind: 'look', instrumentIds: [id], atUs: run.clock.nowUs() });
    expect([run.placed, run.of('opportunityOpened')]).toEqual([[], []]);
  });
});

describe('a book that has lost a side', () => {
  it('pays for nothing: an edge over its bids is over, and no price of old is taken for an ask', () => {
    const run = new KernelHarness({ detection: { minNetBps: 1_000 } });
    run.fairBooks();
    run.openEdge();
    const { index } = run.kernel.desk;
    const best = (): number => Math.max(...index.cycles.map(({ id }) => index.product(id)));
    expect(best()).toBeGreaterThan(1);
    run.book('ETH/USD', [], [['2519', '50']]);
    expect(best()).toBeLessThanOrEqual(1);
    run.fairBooks();
    run.book('ETH/USD', [['2499', '50']], []);
    expect(best()).toBeLessThanOrEqual(1);
    expect(run.of('opportunityOpened')).toHaveLength(1);
    expect(run.of('opportunityClosed')).toHaveLength(1);
  });
});

it('a refusal of risk is reported once in the life of an edge, and again in the next one', () => {
  const run = new KernelHarness({ limits: { maxOrderNotional: '1' } });
  run.fairBooks();
  run.openEdge();
  run.openEdge('0.6');
  const denied = (): number => run.of('opportunityDenied').length;
  expect(denied()).toBe(1);
  run.fairBooks();
  run.openEdge();
  expect(denied()).toBe(2);
});

describe('an effect that no adapter took', () => {
  const failed = (rig: AccountRig, effect: FailedEffect): void =>
    rig.step({ kind: 'effect-failed', effect, reason: 'no such adapter', atUs: rig.nowUs });
  const halts = (rig: AccountRig) => rig.of('tradingHalted').map(({ code, reason }) => [code, reason]);

  it('halts trading with what was not done', () => {
    const rig = new AccountRig();
    rig.agree();
    failed(rig, { type: 'cancel', venue: VENUE, orderId: 'o' });
    expect(halts(rig)).toEqual([['effect-failed', 'cancel was not carried out: no such adapter']]);
    rig.openEdge();
    expect(rig.placed).toEqual([]);
  });

  it('leaves a kill unverified where it was to cancel everything, and only there', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.command({ type: 'kill', reason: 'test' });
    const { killSwitch } = rig.kernel;
    failed(rig, { type: 'cancel', venue: VENUE, orderId: 'o' });
    expect(killSwitch.problem).toBe('');
    failed(rig, { type: 'cancelAll', venue: VENUE });
    expect(killSwitch.problemOf(VENUE)).toBe('no such adapter');
    expect(killSwitch.verifiedOpenOrders).toBeUndefined();
  });

  it('is nothing that a lost connection is: a kill that reached the venue stays reached', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.command({ type: 'kill', reason: 'test' });
    rig.report({ kind: 'open-orders', venue: VENUE, orderIds: [], atUs: rig.nowUs });
    rig.report({ kind: 'link', venue: VENUE, state: 'down', reason: 'cut', atUs: rig.nowUs });
    expect(rig.kernel.killSwitch.verifiedOpenOrders).toBe(0);
    expect(halts(rig).map(([code]) => code)).not.toContain('kill-failed');
  });

  it('is an account that could not be asked where it was the question', () => {
    const rig = new AccountRig();
    failed(rig, { type: 'reconcile', venue: VENUE, sinceUs: 0, withHistory: true });
    expect(rig.kernel.orderEvents.reconciler.refusal(VENUE)).toMatch(/no such adapter/);
  });
});

it('an operator disarms an account, with his reason', () => {
  const run = new KernelHarness({ kernel: { mustArm: true } });
  run.fairBooks();
  run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
  run.command({ type: 'disarm', reason: 'enough for today', venue: 'test' });
  expect(run.of('armingChanged').map(({ to, reason }) => [to, reason])).toEqual([
    ['canary', expect.anything()],
    ['disarmed', 'enough for today'],
  ]);
});
