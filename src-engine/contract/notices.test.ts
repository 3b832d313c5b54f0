import { describe, expect, it } from 'vitest';
import { GAP_MS, MAX_A_MINUTE, type Notice, NoticeBoard, noticesOf, type Standing } from './notices.ts';

const CALM: Standing = { killed: false, haltReason: '', isSilent: false, arming: null, feeds: [] };
const feed = (venue: string, isLive: boolean) => ({ venue, isLive });
const titles = (before: Standing | undefined, now: Standing): string[] =>
  noticesOf(before, now).map(({ title }) => title);

describe('what begins', () => {
  it('is noticed once, and not at the first look', () => {
    const killed = { ...CALM, killed: true };
    expect(titles(undefined, killed)).toEqual([]);
    expect(titles(CALM, killed)).toEqual(['Killed']);
    expect(titles(killed, killed)).toEqual([]);
    expect(titles(killed, CALM)).toEqual([]);
  });

  it('a kill that also halts is one thing; another reason to halt is another', () => {
    expect(titles(CALM, { ...CALM, killed: true, haltReason: 'daily loss' })).toEqual(['Killed']);
    const halted = { ...CALM, haltReason: 'drawdown' };
    expect(noticesOf(CALM, halted)).toMatchObject([{ title: 'Trading halted', body: 'drawdown' }]);
    expect(titles(halted, { ...CALM, haltReason: 'journal' })).toEqual(['Trading halted']);
  });

  it('a silent engine, and live trading armed and disarmed', () => {
    expect(titles(CALM, { ...CALM, isSilent: true })).toEqual(['The engine does not answer']);
    const disarmed = { ...CALM, arming: 'disarmed' as const };
    const canary = { ...CALM, arming: 'canary' as const };
    const armed = { ...CALM, arming: 'armed' as const };
    expect(titles(disarmed, canary)).toEqual(['Live trading is armed']);
    expect(titles(canary, armed)).toEqual([]);
    expect(titles(armed, disarmed)).toEqual(['Live trading is disarmed']);
  });

  it('a feed is lost when it had live books; one that still syncs, or was left, is not', () => {
    const live = { ...CALM, feeds: [feed('kraken', true), feed('simulated', true)] };
    const dark = { ...CALM, feeds: [feed('kraken', false), feed('simulated', true)] };
    expect(noticesOf(live, dark)).toMatchObject([{ title: 'Feed lost', body: 'No live book of kraken.' }]);
    expect(titles(CALM, dark)).toEqual([]);
    expect(titles(dark, dark)).toEqual([]);
    expect(titles(live, { ...CALM, feeds: [feed('simulated', true)] })).toEqual([]);
  });

  it('all at once has the worst first', () => {
    const before = { ...CALM, arming: 'armed' as const, feeds: [feed('kraken', true)] };
    const now: Standing = {
      killed: true,
      haltReason: 'x',
      isSilent: true,
      arming: 'disarmed',
      feeds: [feed('kraken', false)],
    };
    expect(noticesOf(before, now).map(({ kind }) => kind)).toEqual([
      'killed',
      'silent',
      'feed-lost',
      'disarmed',
    ]);
  });
});

describe('the board', () => {
  const notice = (kind: Notice['kind'], body = ''): Notice => ({ kind, title: kind, body });

  it('shows the first at once, and what follows closely as one, the worst in its title', () => {
    const board = new NoticeBoard();
    board.add([notice('armed')]);
    expect(board.take(0)).toEqual(notice('armed'));
    board.add([notice('feed-lost', 'kraken'), notice('halted', 'journal')]);
    expect(board.take(1)).toBeUndefined();
    board.add([notice('killed', 'stopped'), notice('feed-lost', 'again')]);
    expect(board.waitMs(1)).toBe(GAP_MS - 1);
    expect(board.take(GAP_MS)).toEqual({
      kind: 'killed',
      title: 'killed',
      body: 'stopped Also: halted, feed-lost (2 times).',
    });
    expect(board.isEmpty).toBe(true);
    expect(board.take(60_000)).toBeUndefined();
  });

  it('a storm of an hour is bounded, and its end is noticed', () => {
    const board = new NoticeBoard();
    const shown: { atMs: number; title: string }[] = [];
    for (let atMs = 0; atMs < 3_600_000; atMs += 100) {
      board.add([notice('silent')]);
      const next = board.take(atMs);
      if (next !== undefined) shown.push({ atMs, title: next.title });
    }
    for (const { atMs } of shown) {
      const within = shown.filter((each) => each.atMs > atMs - 60_000 && each.atMs <= atMs);
      expect(within.length).toBeLessThanOrEqual(MAX_A_MINUTE);
    }
    const last = board.take(3_600_000 + 60_000);
    expect(last?.kind).toBe('silent');
    const all = [...shown.map(({ title }) => title), last?.title ?? ''];
    const times = all.map((title) => Number(/\((\d+) times\)/.exec(title)?.[1] ?? '1'));
    expect(times.reduce((sum, each) => sum + each, 0)).toBe(36_000);
  });
});
