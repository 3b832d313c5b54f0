import { describe, expect, it } from 'vitest';
import { KernelHarness } from '../testing/kernel-harness.ts';
import { StageMeter } from './stage-meter.ts';

/** A run whose loop is behind, and whose turns end, when the test says so. */
function slowRun() {
  let nowNs = 0;
  const turns: (() => void)[] = [];
  const pace = {
    meter: new StageMeter(() => (nowNs += 100)),
    isBehind: false,
    stoodStill: false,
    hasStoodStill: () => pace.stoodStill,
    afterTurn: (run: () => void) => turns.push(run),
  };
  const run = new KernelHarness({ pace });
  run.fairBooks();
  return {
    run,
    pace,
    endTurn: () => {
      for (const turn of turns.splice(0)) turn();
    },
  };
}

describe('books of a live market', () => {
  it('are looked at one by one while the loop keeps up', () => {
    const { run } = slowRun();
    run.openEdge();
    expect(run.of('opportunityOpened')).toHaveLength(1);
    expect(run.runner.conflated).toBe(0);
  });

  it('are not traded when they are read after the loop was blocked: they were sent long ago', () => {
    const { run, pace, endTurn } = slowRun();
    pace.stoodStill = true;
    run.openEdge();
    endTurn();
    expect(run.of('opportunityOpened')).toEqual([]);
    const book = run.kernel.store.book(run.instrument('ETH/USD').id);
    expect(book.bidPrices[0]).toBe(251_800);
    pace.stoodStill = false;
    run.openEdge('0.6');
    expect(run.of('opportunityOpened')).toHaveLength(1);
  });

  it('go into their books at once while it is behind, and are looked at once for all that waited', () => {
    const { run, pace, endTurn } = slowRun();
    pace.isBehind = true;
    for (let i = 0; i < 50; i++) run.change('BTC/USD', [['49990', String(i + 1)]], []);
    run.openEdge();
    const book = run.kernel.store.book(run.instrument('BTC/USD').id);
    expect([book.bidCount, book.bidQtys[1]]).toEqual([2, 50e8]);
    expect(run.of('opportunityOpened')).toHaveLength(0);
    endTurn();
    expect(run.of('opportunityOpened')).toHaveLength(1);
    expect(run.of('orderCreated')).toHaveLength(1);
    expect(run.runner.conflated).toBe(49);
    pace.isBehind = false;
    run.fairBooks();
    expect(run.of('opportunityClosed')).toHaveLength(1);
  });

  it('never find what came and went while it was behind, nor trade a book that was lost meanwhile', () => {
    const { run, pace, endTurn } = slowRun();
    pace.isBehind = true;
    run.openEdge();
    run.fairBooks();
    endTurn();
    expect(run.of('opportunityOpened')).toHaveLength(0);
    run.openEdge();
    const { id } = run.instrument('ETH/USD');
    run.runner.submit({
      kind: 'book-lost',
      instrumentId: id,
      reason: 'unreadable',
      atUs: run.clock.nowUs(),
    });
    endTurn();
    expect(run.of('opportunityOpened')).toHaveLength(0);
  });

  it('that fail their checksum while it is behind are asked for again at once', () => {
    const { run, pace } = slowRun();
    pace.isBehind = true;
    run.change('BTC/USD', [['49990', '7']], [], 12_345);
    expect(run.resubscribed).toEqual([run.instrument('BTC/USD').id]);
    expect(run.of('bookStateChanged').at(-1)).toMatchObject({ symbol: 'BTC/USD', state: 'syncing' });
  });

  it('do not hold up orders and fills: these are taken at once', () => {
    const { run, pace } = slowRun();
    run.openEdge();
    pace.isBehind = true;
    run.pass(2_000);
    expect(run.of('executionFinished')).toHaveLength(1);
    expect(run.of('orderFilled').length).toBeGreaterThanOrEqual(3);
  });

  it('are timed stage by stage, one in eight of them, and every order that leaves', () => {
    const { run, pace } = slowRun();
    for (let i = 0; i < 80; i++) {
      pace.meter.frameReceived();
      run.change('BTC/USD', [['49990', String(i + 1)]], []);
    }
    const { totals } = pace.meter;
    expect([totals.parsed.count, totals.book.count, totals.decided.count]).toEqual([10, 10, 10]);
    expect(totals.parsed.maxNs).toBe(100);
    pace.meter.frameReceived();
    run.openEdge();
    run.pass(2_000);
    expect(totals.sent.count).toBe(run.placed.length);
    expect(run.placed.length).toBeGreaterThanOrEqual(3);
    expect(pace.meter.recent('book').count).toBe(10);
    pace.meter.turn();
    expect(pace.meter.recent('book').count).toBe(10);
    pace.meter.turn();
    expect([pace.meter.recent('book').count, totals.book.count]).toEqual([0, 10]);
  });
});
