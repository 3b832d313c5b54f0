/** The scorer on made records: it finds what loses where that follows from what was known, and says of chance that it is chance. */
import { expect, it } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import { LEAST_RECORDS, scoreTaken } from './scorer.ts';
import { SCORER_FEATURES, scorerRows, type TakenRecord } from './taken-record.ts';

/** @param loses whether one with such a book age and draw is unwound at a loss. */
function made(count: number, seed: number, loses: (ageUs: number, draw: number) => boolean): TakenRecord[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const ageUs = Math.floor(random.next() * 400_000);
    const isLost = loses(ageUs, random.next());
    const promisedHome = 0.5 + random.next();
    return {
      startedUs: at * 1_000_000,
      finishedUs: at * 1_000_000 + 400_000,
      cycle: `east ${at % 7}`,
      legs: 3,
      seenUs: 1_000,
      netBps: 4 + random.normal(),
      grossBps: 14,
      feesBps: -10,
      depthBps: 0,
      ageUs,
      peakNetBps: 6,
      promisedHome,
      profitHome: isLost ? -1.5 : promisedHome,
      isCaptured: !isLost,
    };
  });
}

it('raises the captured share where old books lose, with an interval above zero', () => {
  const found = scoreTaken(made(1_500, 1, (ageUs, draw) => draw < (ageUs > 300_000 ? 0.9 : 0.05)));
  expect(found.verdict).toBe('raises');
  expect(found.difference?.low).toBeGreaterThan(0.05);
  expect(found.gated).toBeGreaterThan(found.takeAll ?? 1);
  expect(found.skippedHome).toBeLessThan(0);
  expect(found.logLoss).toBeLessThan(found.baseLogLoss ?? 0);
  expect(found.weights[0]?.feature).toBe('book age');
  expect(scoreTaken(made(1_500, 1, (ageUs, draw) => draw < (ageUs > 300_000 ? 0.9 : 0.05)))).toEqual(found);
});

it('says of losses by chance that it does not raise it, in 40 of 40 markets but for its error rate', () => {
  const verdicts = Array.from(
    { length: 40 },
    (_, seed) => scoreTaken(made(LEAST_RECORDS, 100 + seed, (_age, draw) => draw < 0.25)).verdict,
  );
  // One in forty is above the upper end of a 95 % interval by chance.
  expect(verdicts.filter((verdict) => verdict === 'raises').length).toBeLessThanOrEqual(2);
});

it('keeps its error rate at the least size where rare gains pay for what looks like a loss, and nothing is to be won', () => {
  const verdicts = Array.from({ length: 60 }, (_, seed) => {
    const random = new SeededRandom(3_000 + seed);
    const records = made(LEAST_RECORDS, 500 + seed, () => false).map((record) => {
      // Of old books 96 in 100 lose one, and four gain as much as these lost. In a short record the gains are often missing.
      const isOld = random.next() < 0.4;
      const isCaptured = random.next() < (isOld ? 0.04 : 0.95);
      const gain = isOld ? 0.96 / 0.04 : 1;
      const ageUs = isOld ? 350_000 : 50_000;
      return { ...record, ageUs, isCaptured, promisedHome: 1, profitHome: isCaptured ? gain : -1 };
    });
    return scoreTaken(records).verdict;
  });
  // One in forty by the interval; of 200 executions, judged in five blocks, it would be nine of these sixty.
  expect(verdicts.filter((verdict) => verdict === 'raises').length).toBeLessThanOrEqual(4);
});

it('takes all where none loses, and says nothing of few', () => {
  expect(scoreTaken(made(LEAST_RECORDS, 3, () => false))).toMatchObject({
    verdict: 'does-not-raise',
    skipped: 0,
    text: expect.stringMatching(/captured 100\.0 % .* Go on taking all\.$/),
  });
  expect(scoreTaken(made(LEAST_RECORDS - 1, 3, () => true))).toMatchObject({
    verdict: 'too-few-records',
    text: expect.stringMatching(/^1199 usable executions decide nothing: at least 1200/),
  });
});

it('knows of an outcome from its end on, and of nothing later', () => {
  const records = made(60, 5, (_age, draw) => draw < 0.5);
  const width = SCORER_FEATURES.length;
  const whole = scorerRows(records);
  for (const cut of [1, 7, 30, 59]) {
    expect(scorerRows(records.slice(0, cut + 1))).toEqual(whole.slice(0, (cut + 1) * width));
    // Other outcomes from there on, and of what had not ended.
    const altered = records.map((record) =>
      record.finishedUs >= (records[cut]?.startedUs ?? 0)
        ? { ...record, isCaptured: !record.isCaptured, profitHome: -9 }
        : record,
    );
    expect(scorerRows(altered).slice(0, (cut + 1) * width)).toEqual(whole.slice(0, (cut + 1) * width));
  }
});
