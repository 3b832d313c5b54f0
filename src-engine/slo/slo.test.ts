import { beforeEach, describe, expect, it } from 'vitest';
import type { SloName, SloStanding } from '../contract/slo-operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { MINUTE_US, SloBook, type SloSample, type StoredSlos, storedSlos } from './slo-book.ts';
import { SloWatch } from './slo-watch.ts';

const DAY_US = 24 * 60 * MINUTE_US;
const START_US = 20_000 * DAY_US;
const GOOD: SloSample = { isReady: true, calls: 10, goodCalls: 10, isTracked: true };

/** Minutes one after the other. */
function minutes(book: SloBook, fromUs: number, count: number, change: Partial<SloSample> = {}): number {
  for (let n = 1; n <= count; n++) book.add(fromUs + n * MINUTE_US, { ...GOOD, ...change });
  return fromUs + count * MINUTE_US;
}
const standing = (book: SloBook, nowUs: number, name: SloName = 'availability'): SloStanding =>
  book.read(nowUs).slos.find((one) => one.name === name) ?? (undefined as never);

describe('service levels', () => {
  it('are shares of minutes and calls, with what is left of the budget and how fast it is used', () => {
    const book = new SloBook(undefined, START_US);
    expect(standing(book, START_US)).toMatchObject({
      total: 0,
      ratio: null,
      budgetLeft: null,
      burnHour: null,
    });
    let nowUs = minutes(book, START_US, 990);
    nowUs = minutes(book, nowUs, 10, { isReady: false, goodCalls: 5, isTracked: undefined });
    const availability = standing(book, nowUs);
    expect(availability).toMatchObject({
      unit: 'minutes',
      total: 1_000,
      good: 990,
      ratio: 0.99,
      target: 0.995,
    });
    // Twice what may be bad was: one whole budget is missing.
    expect(availability.budgetLeft).toBeCloseTo(-1, 10);
    expect(availability.isMissed).toBe(true);
    // As bad, of too little to say so.
    const young = new SloBook(undefined, START_US);
    minutes(young, minutes(young, START_US, 98), 1, { isReady: false });
    expect(standing(young, START_US + 99 * MINUTE_US)).toMatchObject({
      total: 99,
      good: 98,
      isMissed: false,
    });
    expect(standing(book, nowUs, 'api')).toMatchObject({
      unit: 'calls',
      total: 10_000,
      good: 9_950,
      ratio: 0.995,
    });
    // Nor do minutes in which no plan was chosen.
    book.add(nowUs + 1, { ...GOOD, isReady: undefined, calls: 0, goodCalls: 0, isTracked: undefined });
    expect(standing(book, nowUs).total).toBe(1_000);
    // Minutes without pairs enough say nothing.
    expect(standing(book, nowUs, 'tracking')).toMatchObject({
      total: 990,
      good: 990,
      ratio: 1,
      budgetLeft: 1,
    });
    // Of the last 50 to 60 minutes ten were bad.
    expect(availability.burnHour).toBeGreaterThan(10 / 60 / 0.005 - 0.01);
    expect(availability.burnHour).toBeLessThan(10 / 50 / 0.005 + 0.01);
    expect(availability.burnSixHours).toBeLessThan(availability.burnHour ?? 0);
  });

  it('forget what is older than 30 days, and nothing before', () => {
    const book = new SloBook(undefined, START_US);
    minutes(book, START_US, 60, { isReady: false });
    const laterUs = START_US + 29 * DAY_US;
    minutes(book, laterUs, 60);
    expect(standing(book, laterUs + 60 * MINUTE_US)).toMatchObject({ total: 120, good: 60 });
    const lastUs = START_US + 30 * DAY_US + 120 * MINUTE_US;
    minutes(book, lastUs, 1);
    expect(standing(book, lastUs + MINUTE_US)).toMatchObject({ total: 61, good: 61 });
    expect(standing(book, lastUs + 40 * DAY_US)).toMatchObject({ total: 0, ratio: null });
    // What is kept is bounded.
    expect(book.stored(false).hours.length).toBeLessThanOrEqual(3);
  });

  it('go on after a restart; the time after an engine that ended by itself was no readiness, that after a stop is not counted', () => {
    const book = new SloBook(undefined, START_US);
    const nowUs = minutes(book, START_US, 100);
    const stopped = storedSlos.parse(JSON.parse(JSON.stringify(book.stored(true))));
    const backUs = nowUs + 90 * MINUTE_US;
    expect(standing(new SloBook(stopped, backUs), backUs)).toMatchObject({ total: 100, good: 100 });
    const crashed: StoredSlos = { ...stopped, isStopped: false };
    expect(standing(new SloBook(crashed, backUs), backUs)).toMatchObject({ total: 190, good: 100 });
    // What a clock that was ahead left takes no minutes of a clock that is right again.
    const beforeUs = START_US - 60 * MINUTE_US;
    const back = new SloBook(book.stored(true), beforeUs);
    expect(standing(back, minutes(back, beforeUs, 3, { isReady: false }))).toMatchObject({
      burnHour: expect.closeTo(200, 6),
    });
    // Years later no more than what is kept.
    const old = new SloBook(crashed, nowUs + 3_000 * DAY_US);
    expect(standing(old, nowUs + 3_000 * DAY_US).total).toBeLessThanOrEqual(30 * 24 * 60 + 60);
  });
});

describe('the watch', () => {
  let clock: ManualClock;
  let saved: StoredSlos[];
  beforeEach(() => {
    clock = new ManualClock();
    saved = [];
  });
  const minute = async (): Promise<void> => {
    clock.advanceMs(60_000);
    await until(() => clock.pending === 1);
  };

  it('counts each minute and its calls once, survives a question that fails and a database that refuses, and stores its end', async () => {
    let isFailing = false;
    const notes: string[] = [];
    const watch = new SloWatch({
      clock,
      stored: undefined,
      save: (slos) => {
        if (isFailing) return Promise.reject(new Error('full'));
        saved.push(structuredClone(slos));
        return Promise.resolve();
      },
      isReady: () => (isFailing ? Promise.reject(new Error('busy')) : Promise.resolve(true)),
      tracking: () => ({ pairs: 20, trackingErrorBps: isFailing ? 25 : 5 }),
      note: (text) => notes.push(text),
    });
    watch.start();
    // Before its first minute: one that ends by itself within it was no stop.
    await until(() => saved.length === 1);
    expect(saved[0]).toMatchObject({ isStopped: false, lastUs: clock.nowUs() });
    for (const us of [10, 999_999, 1_000_000]) watch.called(us, 'answered');
    await minute();
    await until(() => saved.length === 2);
    isFailing = true;
    for (let n = 0; n < 5; n++) await minute();
    expect(notes).toEqual(['the service levels could not be stored: Error: full']);
    isFailing = false;
    await watch.stop();
    expect(saved.at(-1)?.isStopped).toBe(true);
    const [availability, api, tracking] = watch.read().slos;
    expect([availability, api, tracking].map((one) => [one?.total, one?.good])).toEqual([
      [6, 1],
      [3, 2],
      [6, 1],
    ]);
    clock.advanceMs(600_000);
    expect(watch.read().slos[0]?.total).toBe(6);
  });

  it('counts minutes while a disk hangs; a call that fails or was given up late is bad, one given up at once is none', async () => {
    const watch = new SloWatch({
      clock,
      stored: undefined,
      save: () => new Promise(() => undefined),
      isReady: () => Promise.resolve(true),
      tracking: () => undefined,
      note: () => undefined,
    });
    watch.start();
    watch.called(2_000, 'failed');
    watch.called(2_000_000, 'givenUp');
    watch.called(2_000, 'givenUp');
    for (let n = 0; n < 3; n++) await minute();
    const [availability, api] = watch.read().slos;
    expect([availability?.total, api?.total, api?.good]).toEqual([3, 2, 0]);
  });
});
