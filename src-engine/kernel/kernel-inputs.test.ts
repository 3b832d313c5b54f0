/** Inputs of the kernel one by one: the facts that each one causes. */
import { describe, expect, it } from 'vitest';
import { decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import { AccountRig, VENUE } from '../testing/account-rig.ts';
import { KernelHarness } from '../testing/kernel-harness.ts';

const S = 1_000_000;
const halts = (events: readonly EngineEvent[]) =>
  events.flatMap((event) => (event.type === 'tradingHalted' ? [[event.code, event.reason]] : []));

const putOff = (rig: AccountRig): number => rig.effects.filter(({ type }) => type === 'keepAlive').length;

describe('what the hosts of the kernel report', () => {
  it('facts that were let go are counted in a fact', () => {
    const rig = new AccountRig();
    rig.step({ kind: 'facts-dropped', count: 12, atUs: rig.nowUs });
    expect(rig.of('factsDropped')).toEqual([{ type: 'factsDropped', atUs: rig.nowUs, count: 12 }]);
  });

  it('a watchdog that acted halts, and asks how the account stands', () => {
    const rig = new AccountRig();
    rig.agree();
    const deed = {
      venue: VENUE,
      actedUs: 5,
      cause: 'frozen',
      silentMs: 5_100,
      canceled: 2,
      verified: true,
      attempts: 1,
    };
    rig.step({ kind: 'watchdog-acted', deed: deed as never, atUs: rig.nowUs });
    expect(rig.of('watchdogActed')).toMatchObject([{ atUs: rig.nowUs, ...deed }]);
    expect(halts(rig.events)).toEqual([
      ['watchdog', `the engine was frozen, and the watchdog canceled 2 orders at ${VENUE}`],
    ]);
    expect(rig.asked).toBe(2);
    rig.agree();
    expect(rig.of('reconciled').at(-1)).toMatchObject({ cause: 'wake' });
  });

  it('a watchdog that is gone halts', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.step({ kind: 'watchdog-lost', venue: VENUE, reason: 'code 1', atUs: rig.nowUs });
    expect(rig.of('watchdogLost')).toMatchObject([{ venue: VENUE, reason: 'code 1' }]);
    expect(halts(rig.events)).toEqual([['watchdog', `the watchdog of ${VENUE} is not running: code 1`]]);
    rig.openEdge();
    expect(rig.placed).toEqual([]);
  });

  it('no resuming opens the gate before another watchdog watches, nor is the dead-man switch put off', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.step({
      kind: 'watchdog-lost',
      venue: VENUE,
      reason: 'it has not answered for 5000 ms',
      atUs: rig.nowUs,
    });
    rig.command({ type: 'resume' });
    rig.openEdge();
    expect([rig.placed, rig.kernel.haltReason]).toEqual([[], '']);
    expect(rig.kernel.orderEvents.unwatched(VENUE)).toBe(
      `the watchdog of ${VENUE} is not running: it has not answered for 5000 ms`,
    );
    const asked = putOff(rig);
    rig.pass(60);
    expect(putOff(rig)).toBe(asked);
    rig.step({ kind: 'watchdog-back', venue: VENUE, atUs: rig.nowUs });
    rig.pass(60);
    expect(putOff(rig)).toBeGreaterThan(asked);
    rig.agree();
    rig.quote(2, 249_000, 249_100, 5_000_000_000);
    rig.openEdge();
    expect(rig.placed.length).toBeGreaterThan(0);
  });

  it('a journal that fails halts once, and again when it fails in another way', () => {
    const rig = new AccountRig();
    rig.agree();
    for (const reason of ['disk full', 'disk full', 'disk gone']) {
      rig.step({ kind: 'journal-failed', reason, atUs: rig.nowUs });
    }
    expect(halts(rig.events)).toEqual([
      ['journal-failed', 'disk full'],
      ['journal-failed', 'disk gone'],
    ]);
  });

  it('an order that was not sent ends its cycle, and what it reserved is free again', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const [order] = rig.placed;
    expect(rig.kernel.portfolio.balances.free('USD').lt('10000')).toBe(true);
    const denial = { code: 'not-durable', detail: 'the disk is full' } as const;
    rig.step({ kind: 'withdrawn', orderId: order?.orderId ?? '', denial, atUs: rig.nowUs });
    expect(rig.of('orderDenied')).toMatchObject([{ code: 'not-durable', order: { state: 'denied' } }]);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'denied' } }]);
    expect(rig.kernel.portfolio.balances.free('USD').toString()).toBe('10000');
    expect(rig.kernel.desk.sequencer.activeCount).toBe(0);
  });
});

describe('a book that is lost', () => {
  it('is reported once, takes its cycles out, and each fault counts for the venue', () => {
    const run = new KernelHarness({ detection: { minNetBps: 900 }, limits: { maxBookFaultsPerMinute: 3 } });
    run.fairBooks();
    run.openEdge();
    expect(run.of('opportunityOpened')).toHaveLength(1);
    const { id } = run.instrument('ETH/USD');
    const before = run.of('bookStateChanged').length;
    const lose = (): void => {
      run.runner.submit({
        kind: 'book-lost',
        instrumentId: id,
        reason: 'unreadable',
        atUs: run.clock.nowUs(),
      });
    };
    lose();
    expect(run.of('bookStateChanged').slice(before)).toMatchObject([
      { symbol: 'ETH/USD', state: 'syncing', reason: 'unreadable' },
    ]);
    expect(run.of('opportunityClosed')).toHaveLength(1);
    lose();
    expect(run.of('bookStateChanged')).toHaveLength(before + 1);
    expect(run.of('breakerChanged')).toEqual([]);
    lose();
    expect(run.of('breakerChanged')).toMatchObject([
      { breaker: 'data-quality', venue: 'test', state: 'open' },
    ]);
  });
});

describe('the feed of a venue', () => {
  it('counts messages and mismatches, and knows when data and when any sign of life came', () => {
    const run = new KernelHarness();
    const startUs = run.clock.nowUs();
    run.fairBooks();
    const feed = run.kernel.feeds.get('test');
    expect(feed).toMatchObject({ messages: 3, mismatches: 0, lastDataUs: startUs, lastAliveUs: startUs });
    run.clock.advanceTo(startUs + S);
    run.runner.submit({ kind: 'alive', venue: 'test', receivedUs: startUs + S });
    run.runner.submit({ kind: 'alive', venue: 'elsewhere', receivedUs: startUs + 2 * S });
    expect(feed).toMatchObject({ lastDataUs: startUs, lastAliveUs: startUs + S });
    run.clock.advanceTo(startUs + 2 * S);
    run.book('BTC/USD', [['49995', '2']], [['50005', '2']], 1);
    expect(feed).toMatchObject({
      messages: 4,
      mismatches: 1,
      lastDataUs: startUs + 2 * S,
      lastAliveUs: startUs + 2 * S,
    });
    run.runner.submit({
      kind: 'trade',
      instrumentId: 0,
      price: decimal('1'),
      qty: decimal('1'),
      side: 'buy',
      venueUs: 0,
      receivedUs: startUs + 3 * S,
    } as never);
    expect(feed).toMatchObject({ messages: 4, lastDataUs: startUs + 3 * S });
  });

  it('that closes takes all of its books out, with its reason, and is reported', () => {
    const run = new KernelHarness();
    run.fairBooks();
    const report = (state: 'closed' | 'open', reason: string): void => {
      run.runner.submit({
        kind: 'feed',
        venue: 'test',
        state,
        venueStatus: '',
        reason,
        atUs: run.clock.nowUs(),
      });
    };
    report('closed', 'cut');
    expect(run.of('feedChanged').at(-1)).toMatchObject({ venue: 'test', state: 'closed', reason: 'cut' });
    expect(
      run
        .of('bookStateChanged')
        .slice(-3)
        .map(({ state, reason }) => [state, reason]),
    ).toEqual(Array.from({ length: 3 }, () => ['syncing', 'cut']));
    const before = run.of('bookStateChanged').length;
    report('open', '');
    expect(run.of('bookStateChanged')).toHaveLength(before);
    run.fairBooks();
    report('closed', '');
    expect(run.of('bookStateChanged').at(-1)?.reason).toBe('feed closed');
  });
});

describe('an operator', () => {
  const ACTOR = { kind: 'operator', via: 'test' };

  it('pauses and resumes, each reported with who did it', () => {
    const run = new KernelHarness();
    run.command({ type: 'pause' });
    expect(run.of('tradingHalted')).toMatchObject([{ code: 'paused' }]);
    run.command({ type: 'resume' });
    expect(run.of('tradingResumed')).toMatchObject([{ actor: ACTOR }]);
    run.fairBooks();
    run.openEdge();
    expect(run.placed).toHaveLength(1);
  });

  it('changes limits, each change one version more', () => {
    const run = new KernelHarness();
    expect(run.kernel.limitsVersion).toBe(0);
    run.command({ type: 'setLimits', limits: { maxOrderNotional: '1234' } });
    expect([run.kernel.limitsVersion, run.kernel.limits.maxOrderNotional]).toEqual([1, '1234']);
    expect(run.of('limitsChanged')).toMatchObject([{ version: 1, actor: ACTOR }]);
  });

  it('settles an order of unknown fate: its cycle goes on to its end', () => {
    const rig = new AccountRig();
    rig.agree();
    rig.openEdge();
    const orderId = rig.placed[0]?.orderId ?? '';
    rig.report({ kind: 'unknown', orderId, reason: 'timeout', atUs: rig.nowUs });
    for (let looks = 0; looks < 70; looks++) {
      rig.pass(1);
      rig.agree();
    }
    expect(rig.of('executionFinished')).toEqual([]);
    rig.command({ type: 'settleOrder', orderId });
    expect(rig.of('orderSettled')).toMatchObject([{ order: { orderId } }]);
    expect(rig.of('executionFinished')).toMatchObject([{ execution: { outcome: 'missed' } }]);
    expect(rig.kernel.portfolio.balances.free('USD').toString()).toBe('10000');
  });
});

describe('a decision not to trade', () => {
  it('takes a book that is exactly as old as it may be', () => {
    const run = new KernelHarness({ limits: { maxBookAgeMs: 500 } });
    run.fairBooks();
    run.clock.advanceTo(run.clock.nowUs() + 500_000);
    run.openEdge();
    expect(run.of('opportunityOpened')[0]?.opportunity.decision).toBe('taken');
  });

  it('names a book that is too old, with the limit', () => {
    const run = new KernelHarness({ limits: { maxBookAgeMs: 500 } });
    run.fairBooks();
    run.clock.advanceTo(run.clock.nowUs() + 600_000);
    run.openEdge();
    expect(run.of('opportunityOpened')[0]?.opportunity).toMatchObject({
      decision: 'book-stale',
      decisionDetail: 'a book is 600 ms old, the limit is 500 ms',
    });
    expect(run.placed).toEqual([]);
  });

  it('names an edge below the threshold, the kill switch, and a pause', () => {
    const low = new KernelHarness({ detection: { minNetBps: 900 } });
    low.fairBooks();
    low.openEdge();
    expect(low.of('opportunityOpened')[0]?.opportunity.decision).toBe('edge-below-threshold');
    expect(low.of('opportunityOpened')[0]?.opportunity.decisionDetail).toMatch(
      /^net \d+\.\d\d bps, the minimum is 900 bps$/,
    );
    const killed = new KernelHarness({ killed: true });
    killed.fairBooks();
    killed.openEdge();
    expect(killed.of('opportunityOpened')[0]?.opportunity.decision).toBe('killed');
    const paused = new KernelHarness();
    paused.fairBooks();
    paused.command({ type: 'pause' });
    paused.openEdge();
    expect(paused.of('opportunityOpened')[0]?.opportunity).toMatchObject({
      decision: 'trading-paused',
      decisionDetail: 'paused by the operator',
    });
    expect([low.placed, killed.placed, paused.placed]).toEqual([[], [], []]);
  });

  it('rests a cycle for its time after a try that went well, and takes it again then', () => {
    const run = new KernelHarness({ detection: { cooldownMs: 2_000 } });
    run.fairBooks();
    run.openEdge('0.3');
    run.pass(500);
    expect(run.of('executionFinished')).toHaveLength(1);
    run.fairBooks();
    run.openEdge('0.3');
    expect(run.of('opportunityOpened').at(-1)?.opportunity).toMatchObject({
      decision: 'cooling-down',
      decisionDetail: 'attempted a moment ago',
    });
    const [finished] = run.of('executionFinished').map(({ execution }) => execution.finishedUs);
    run.pass(1_000);
    const placed = run.placed.length;
    run.clock.advanceTo((finished ?? 0) + 2 * S - 1);
    run.openEdge('0.3');
    expect(run.placed).toHaveLength(placed);
    run.clock.advanceTo((finished ?? 0) + 2 * S);
    run.openEdge('0.31');
    expect(run.placed).toHaveLength(placed + 1);
  });
});

describe('one order', () => {
  it('needs one message beyond those kept for cancels, and no more', () => {
    const run = new KernelHarness({
      capital: { USD: '10000', ETH: '5' },
      limits: { maxOrdersPerSecond: 6, cancelReserve: 4 },
    });
    run.fairBooks();
    run.pass(200);
    const { id } = run.instrument('ETH/USD');
    const ask = (n: number): string => {
      const answer = run.kernel.desk.reviewer.reviewOrder(
        {
          intentId: `i${n}`,
          executionId: `x${n}`,
          venue: 'test',
          instrumentId: id,
          symbol: 'ETH/USD',
          side: 'sell',
          price: decimal('2499'),
          qty: decimal('0.1'),
          timeInForce: 'ioc',
          purpose: 'open',
        },
        run.clock.nowUs(),
      );
      return answer.ok ? 'approved' : answer.denial.code;
    };
    expect([ask(1), ask(1), ask(2), ask(3)]).toEqual([
      'approved',
      'duplicate-intent',
      'approved',
      'throttled',
    ]);
  });
});
