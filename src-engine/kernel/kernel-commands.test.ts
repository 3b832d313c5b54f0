/** What an operator's commands and the runner's looks change, seen from outside of the kernel. */
import { describe, expect, it } from 'vitest';
import { BookUpdate } from '../domain/market-data.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { AccountRig, fillOf, VENUE } from '../testing/account-rig.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { sampleExecution } from '../testing/sample-events.ts';
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
    run.book('ETH/USD', [['2518', '50']], []);
    expect(best()).toBeLessThanOrEqual(1);
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
    rig.report({ kind: 'open-orders', venue: VENUE, count: 0, atUs: rig.nowUs });
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

describe('a command does one thing', () => {
  it('arms a canary that has completed its cycles in full only when that is asked for', () => {
    const run = new KernelHarness({ kernel: { mustArm: true } });
    const arming = run.kernel.armings.of('test');
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    const needed = arming.canary?.neededCycles ?? 0;
    for (let k = 0; k < needed; k++) arming.onFinished(sampleExecution({ outcome: 'completed' }));
    run.command({ type: 'arm', venue: 'test', lossBudget: '20' });
    expect(arming.state).toBe('canary');
    run.command({ type: 'armFully', venue: 'test' });
    expect(arming.state).toBe('armed');
  });

  it('disarms without a pause, pauses and resumes', () => {
    const run = new KernelHarness({ kernel: { mustArm: true } });
    run.command({ type: 'disarm', reason: 'enough for today', venue: 'test' });
    expect([run.kernel.paused, run.of('tradingHalted')]).toEqual([false, []]);
    run.command({ type: 'pause' });
    expect(run.kernel.paused).toBe(true);
    run.command({ type: 'resume' });
    expect(run.kernel.paused).toBe(false);
  });

  it('changes a setting and nothing of what risk keeps for a restart', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const before = run.of('riskRecorded').length;
    run.command({ type: 'setExecution', execution: { parallelLegs: true } });
    expect(run.kernel.execution.parallelLegs).toBe(true);
    run.command({ type: 'setDetection', detection: { minNetBps: 7 } });
    expect(run.of('riskRecorded')).toHaveLength(before);
  });

  it('is counted from the first change on where the history of the profile has none', () => {
    expect(new AccountRig().kernel.limitsVersion).toBe(0);
  });
});

describe('a kill', () => {
  it('gives up what has no way home at once, and not with the next tick', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const [first] = rig.placed;
    if (first === undefined) throw new Error('an order was placed');
    const { orderId, price, qty } = first;
    for (const instrumentId of [0, 1, 2])
      rig.step({ kind: 'book-lost', instrumentId, reason: 'gap', atUs: rig.nowUs });
    const fill = fillOf({ orderId, price: price.toString(), qty: qty.toString(), fee: '0' });
    rig.report({ kind: 'fill', orderId, fill, atUs: rig.nowUs });
    expect(rig.of('executionFinished')).toEqual([]);
    rig.command({ type: 'kill', reason: 'drill' });
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'stranded' } }]);
    expect(rig.kernel.blockers.of(VENUE)).toBe('the kill switch is on; re-arm to trade');
  });

  it('is sent again while a single order is still open', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.command({ type: 'kill', reason: 'drill' });
    const sent = (): number => rig.effects.filter(({ type }) => type === 'cancelAll').length;
    rig.report({ kind: 'open-orders', venue: VENUE, count: 1, atUs: rig.nowUs });
    rig.pass(1);
    expect(sent()).toBe(2);
    rig.report({ kind: 'open-orders', venue: VENUE, count: 0, atUs: rig.nowUs });
    rig.pass(5);
    expect(sent()).toBe(2);
  });

  it('that did not reach a venue halts trading with the reason, and no other time', () => {
    const rig = new AccountRig();
    rig.agree();
    const failed = (): void =>
      rig.report({ kind: 'cancel-all-failed', venue: VENUE, reason: 'EService:Busy', atUs: rig.nowUs });
    failed();
    expect([rig.of('tradingHalted'), rig.kernel.killSwitch.problem]).toEqual([[], '']);
    rig.command({ type: 'kill', reason: 'drill' });
    failed();
    expect(rig.of('tradingHalted')).toMatchObject([
      { code: 'kill-failed', reason: `the kill has not reached ${VENUE}; retrying: EService:Busy` },
    ]);
  });
});

describe('facts of a step', () => {
  it('are seen by risk where the run begins and ends', () => {
    const rig = new AccountRig();
    expect(rig.of('riskRecorded')).toHaveLength(1);
    const run = new KernelHarness({ capital: { USD: '5000', BTC: '0.1' } });
    run.fairBooks();
    run.pass(200);
    run.book('BTC/USD', [['9995', '2']], [['10005', '2']]);
    const { kernel } = run;
    kernel.outbox.events = [];
    kernel.end(run.clock.nowUs());
    expect(kernel.outbox.events.map(({ type }) => type)).toContain('riskLevelChanged');
  });

  it('are recorded with a message of a book that opens a breaker', () => {
    const run = new KernelHarness({ limits: { maxBookFaultsPerMinute: 1 } });
    run.fairBooks();
    const before = run.of('riskRecorded').length;
    run.book('BTC/USD', [['49995', '2']], [['50005', '2']], 12_345);
    expect(run.of('breakerChanged')).toMatchObject([{ breaker: 'data-quality', state: 'open' }]);
    expect(run.of('riskRecorded').length).toBe(before + 1);
  });

  it('are none of a venue or an instrument that the run does not have', () => {
    const rig = new AccountRig();
    const { length } = rig.events;
    const atUs = rig.nowUs;
    rig.step({ kind: 'feed', venue: 'other', state: 'closed', venueStatus: '', reason: 'cut', atUs });
    rig.step({ kind: 'alive', venue: 'other', receivedUs: atUs });
    rig.step({ kind: 'instrument-status', instrumentId: 99, status: 'cancel_only', atUs });
    expect(rig.events).toHaveLength(length);
  });

  it('count messages to a venue for the throttle: cancels, and no question or placement twice', () => {
    const rig = new AccountRig();
    const tokens = (): number => rig.kernel.desk.reviewer.tokens(VENUE, rig.nowUs);
    const all = tokens();
    rig.agree();
    rig.command({ type: 'reconcile' });
    expect(tokens()).toBe(all);
    rig.command({ type: 'kill', reason: 'drill' });
    expect(tokens()).toBe(all - 1);
  });
});

it('what stood in the session before goes on from the first event of this one', () => {
  const standing = { isPaused: true, reason: 'the clock was set', ofVenues: [] };
  const rig = new AccountRig({ standing });
  expect([rig.kernel.paused, rig.kernel.haltReason]).toEqual([true, 'the clock was set']);
  expect(rig.of('tradingHalted').map(({ code }) => code)).toEqual(['paused', 'restart']);
});

describe('an order of unknown fate', () => {
  it('is settled by an operator once there is no obstacle to it, which is named until then', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const orderId = rig.placed[0]?.orderId ?? '';
    const obstacle = (): string | undefined => rig.kernel.orderEvents.settlementObstacle(orderId, rig.nowUs);
    expect(obstacle()).toBe('the order is created: the venue will report its end');
    rig.command({ type: 'settleOrder', orderId });
    expect(rig.of('orderSettled')).toEqual([]);
    rig.report({ kind: 'unknown', orderId, reason: 'cut', atUs: rig.nowUs });
    rig.pass(61);
    expect(obstacle()).toBeUndefined();
    rig.command({ type: 'settleOrder', orderId });
    expect(rig.of('orderSettled')).toMatchObject([{ order: { orderId, state: 'canceled' } }]);
  });
});
