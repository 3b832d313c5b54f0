/** The pairs rule: how often it is fooled, what it earns, when it stops, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { type PairBar, type PairsDecision, PairsRule, type PairsReason } from './pairs-rule.ts';
import type { PairsSettings } from './pairs-settings.ts';
import { rehearse } from './rehearsal.ts';
import { BEGIN_US, MINUTE_US, related, settingsOf, unrelated } from './testing/made-pairs.ts';

const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

/** Free trading and no least edge: the statistics alone keep it from entering. */
const FREE = settingsOf({ windowBars: 200, costBpsA: 0, costBpsB: 0, minEdgeBps: 0 });

describe('the pairs rule on two independent random walks', () => {
  it('trades in at most the stated share of 200 markets, though it tests each of them 13 times', () => {
    const runs = seeds(200).map((seed) => rehearse(unrelated(seed, 800), FREE));
    const traded = runs.filter(({ trades }) => trades.length > 0).length;
    expect(traded).toBeLessThanOrEqual(FREE.significance * runs.length);
    // The others were looked at to the end: no test was left out.
    expect(
      runs.filter(({ phase, tests }) => phase === 'candidate' && tests === 13).length,
    ).toBeGreaterThanOrEqual(190);
  });
});

describe('the pairs rule on a planted pair', () => {
  it.each(['regression', 'kalman'] as const)('earns net of costs with the spread of the %s', (spread) => {
    const runs = seeds(8).map((seed) => rehearse(related(seed, 1_500), settingsOf({ spread })));
    for (const { netBps, trades } of runs) {
      expect(trades.length).toBeGreaterThan(3);
      expect(netBps).toBeGreaterThan(0);
      for (const { grossBps, costBps, netBps: net } of trades) {
        expect(costBps).toBeGreaterThan(15);
        expect(net).toBe(grossBps - costBps);
      }
    }
    const trades = runs.flatMap((run) => run.trades);
    expect(trades.filter(({ left }) => left === 'returned').length).toBeGreaterThan(trades.length * 0.8);
    // One window alone errs by a third at times; over all of them the planted ratio is 1.2.
    const mean = trades.reduce((sum, { hedgeRatio }) => sum + hedgeRatio, 0) / trades.length;
    expect(Math.abs(mean - 1.2)).toBeLessThan(0.15);
  });

  it.each(['regression', 'kalman'] as const)('stops for good after a planted break (%s)', (spread) => {
    for (const seed of seeds(8)) {
      const run = rehearse(related(seed, 2_000, 1_000), settingsOf({ spread }));
      expect(run.phase).toBe('stopped');
      expect(['relation-broken', 'too-many-stops']).toContain(run.reason);
      // A window after the break at the latest, and with nothing held.
      for (const { fromUs, left } of run.trades) {
        expect(fromUs).toBeLessThan(BEGIN_US + 1_300 * MINUTE_US);
        expect(left).not.toBe('open');
      }
    }
  });

  it('does not enter where the costs of four fills leave less than the asked edge', () => {
    const decisions = decisionsOf([...related(1, 1_000)], settingsOf({ costBpsA: 60, costBpsB: 60 }));
    const reasons = new Set(decisions.map(({ reason }) => reason));
    expect(reasons).toContain('edge-too-small');
    expect(reasons).not.toContain('entered');
    for (const { reason, edgeBps } of decisions)
      if (reason === 'edge-too-small') expect(edgeBps).toBeLessThan(5);
    const cheap = decisionsOf([...related(1, 1_000)], settingsOf());
    const entered = cheap.filter(({ reason }) => reason === 'entered');
    expect(entered.length).toBeGreaterThan(3);
    for (const { edgeBps, zScore } of entered) {
      expect(edgeBps).toBeGreaterThanOrEqual(5);
      expect(Math.abs(zScore as number)).toBeGreaterThanOrEqual(2);
      expect(Math.abs(zScore as number)).toBeLessThan(4);
    }
  });
});

describe('what the pairs rule wants', () => {
  it('is the spread against its deviation, held as it was entered until it is back', () => {
    let held: PairsDecision | undefined;
    for (const decision of decisionsOf([...related(3, 1_500)], settingsOf())) {
      const { a, b } = decision.wanted;
      if (decision.reason === 'entered') {
        expect(a).toBe((decision.zScore as number) < 0 ? 1 : -1);
        expect(Math.sign(b)).toBe(-a);
        held = decision;
      } else if (decision.reason === 'holding') expect(decision.wanted).toEqual(held?.wanted);
      else expect(decision.wanted).toEqual({ a: 0, b: 0 });
    }
    expect(held).toBeDefined();
  });

  it('is decided by earlier bars alone: a later one changes nothing, and the same bars give the same', () => {
    const bars = [...related(5, 700)];
    const whole = decisionsOf(bars, settingsOf());
    expect(decisionsOf(bars, settingsOf())).toEqual(whole);
    const other = bars.map((bar, at) => (at < 600 ? bar : { ...bar, a: bar.a * 3, b: bar.b / 2 }));
    expect(decisionsOf(other, settingsOf()).slice(0, 600)).toEqual(whole.slice(0, 600));
  });

  it('is nothing after a stop until the spread was near its mean once', () => {
    const { bars, entered } = upToEntry(7);
    const away = entered.wanted.a;
    const last = bars.at(-1) as PairBar;
    // The spread runs on against the position at once, and stays there.
    const shocked = seeds(30).map((step) => ({
      endUs: last.endUs + step * MINUTE_US,
      a: last.a * (1 - 0.02 * away),
      b: last.b,
    }));
    const decisions = decisionsOf([...bars, ...shocked], settingsOf({ maxStops: 5 })).slice(bars.length);
    expect(decisions[0]?.reason).toBe('stopped-out');
    const later: PairsReason[] = ['awaits-return', 'relation-broken'];
    for (const { reason, wanted } of decisions.slice(1)) {
      expect(later).toContain(reason);
      expect(wanted).toEqual({ a: 0, b: 0 });
    }
  });

  it('is nothing after an outage, and the window is gathered anew', () => {
    const { bars } = upToEntry(7);
    const last = bars.at(-1) as PairBar;
    const bridged = decisionsOf([...bars, { ...last, endUs: last.endUs + 10 * MINUTE_US }], settingsOf()).at(
      -1,
    );
    expect(bridged).toMatchObject({ reason: 'holding', phase: 'trading' });
    const after = decisionsOf(
      [...bars, ...[11, 12].map((step) => ({ ...last, endUs: last.endUs + step * MINUTE_US }))],
      settingsOf(),
    );
    expect(after.at(-2)).toMatchObject({ reason: 'gap', phase: 'gathering', wanted: { a: 0, b: 0 } });
    expect(after.at(-1)?.reason).toBe('gathering');
  });

  it('is nothing in a market that does not move', () => {
    const still = seeds(500).map((step) => ({ endUs: BEGIN_US + step * MINUTE_US, a: 100, b: 50 }));
    const rule = new PairsRule(settingsOf());
    for (const bar of still) expect(rule.onBar(bar).wanted).toEqual({ a: 0, b: 0 });
    expect(rule.phase).toBe('candidate');
    expect(rule.lastTest).toMatchObject({
      p: 1,
      fault: expect.stringContaining('has the same value in all 300') as string,
    });
  });
});

describe('what the pairs rule refuses', () => {
  it.each<[Partial<PairBar>, RegExp]>([
    [{ a: Number.NaN }, /^a: "NaN" is not a price above zero/],
    [{ b: 0 }, /^b: "0" is not a price/],
    [{ a: Number.POSITIVE_INFINITY }, /^a: "Infinity"/],
    [{ endUs: BEGIN_US }, /^endUs: "2023-11-14T22:14:00\.000000Z" is not after the last bar/],
    [{ endUs: 0.5 }, /^endUs: "0\.5" is not a time/],
  ])('the bar %j, and is as before then', (change, message) => {
    const bars = [...related(5, 400)];
    const rule = new PairsRule(settingsOf());
    const decisions = bars.map((bar, at) => {
      if (at === 200 || at === 350) expect(() => rule.onBar({ ...bar, ...change })).toThrow(message);
      return rule.onBar(bar);
    });
    expect(decisions).toEqual(decisionsOf(bars, settingsOf()));
  });

  it.each<[Partial<PairsSettings>, RegExp]>([
    [{ windowBars: 10 }, /^windowBars: "10" is not from 60 to 5000/],
    [{ windowBars: 100.5 }, /^windowBars: "100\.5" is not a whole number/],
    [{ retestBars: 301 }, /^retestBars: "301" is not from 1 to 300/],
    [{ significance: 0 }, /^significance: "0" is not above 0, and 0\.2 at most/],
    [{ breakP: 0.01 }, /^breakP: "0\.01" is not from 0\.05 to 0\.5/],
    [{ exitZ: -1 }, /^exitZ: "-1"/],
    [{ entryZ: 0.5 }, /^entryZ: "0\.5" is not above exitZ/],
    [{ stopZ: 2 }, /^stopZ: "2" is not above entryZ/],
    [{ maxHalfLife: Number.NaN }, /^maxHalfLife: "NaN"/],
    [{ costBpsA: -1 }, /^costBpsA: "-1" is not from 0 to 1000/],
    [{ maxStops: 0 }, /^maxStops: "0"/],
    [{ spread: 'other' as never }, /^spread: "other" is neither/],
  ])('the settings %j', (change, message) => {
    expect(() => new PairsRule(settingsOf(change))).toThrow(message);
  });
});

describe('a rehearsal', () => {
  it('trades at the close after a decision, and values what is open at the end', () => {
    const { bars, entered } = upToEntry(7);
    const last = bars.at(-1) as PairBar;
    const next = { endUs: last.endUs + MINUTE_US, a: last.a * 1.001, b: last.b };
    const after = { endUs: last.endUs + 2 * MINUTE_US, a: last.a * 1.002, b: last.b };
    expect(rehearse([...bars, next], settingsOf()).trades.at(-1)?.left).not.toBe('open');
    const trade = rehearse([...bars, next, after], settingsOf()).trades.at(-1);
    expect(trade).toMatchObject({ left: 'open', fromUs: next.endUs, toUs: after.endUs });
    const move = (after.a / next.a - 1) * 10_000 * entered.wanted.a;
    expect(trade?.grossBps).toBeCloseTo(move, 9);
    expect(trade?.costBps).toBeCloseTo(5 * (1 + after.a / next.a) + 10 * Math.abs(entered.wanted.b), 9);
  });

  it('of no bars is nothing', () => {
    expect(rehearse([], settingsOf())).toEqual({
      bars: 0,
      phase: 'gathering',
      reason: null,
      tests: 0,
      trades: [],
      netBps: 0,
    });
  });
});

function decisionsOf(bars: readonly PairBar[], settings: PairsSettings): PairsDecision[] {
  const rule = new PairsRule(settings);
  return bars.map((bar) => rule.onBar(bar));
}

/** The bars up to the third entry, and what was decided there. */
function upToEntry(seed: number): { readonly bars: readonly PairBar[]; readonly entered: PairsDecision } {
  const bars = [...related(seed, 1_500)];
  const decisions = decisionsOf(bars, settingsOf());
  let left = 3;
  const at = decisions.findIndex(({ reason }) => reason === 'entered' && --left === 0);
  expect(at).toBeGreaterThan(0);
  return { bars: bars.slice(0, at + 1), entered: decisions[at] as PairsDecision };
}
