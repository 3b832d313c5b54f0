/** The scorer on made records: it finds what loses where that follows from what was known, and says of chance that it is chance. */
import { expect, it } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import { MAX_CALIBRATOR_STEPS } from '../../domain/capture-model.ts';
import { CAPTURE_FEATURES, CaptureHistory } from '../../detection/capture-features.ts';
import { NOTHING_TRIED } from '../../backtest/strategy/tried-data.ts';
import { answerOf, modelText, parseModel } from '../model-file.ts';
import { SCORER_EVIDENCE, scorerGates } from '../scorer-gates.ts';
import { LEAST_RECORDS, scorerDataset, scorerRolls, scoreTaken } from './scorer.ts';
import { challengedOf, effectOf, type Scored } from './scorer-effect.ts';
import { captureModelOf, fitScorer } from './scorer-model.ts';
import { scorerRows, type Taken, type TakenRecord, takenRecords } from './taken-record.ts';

/** @param loses whether one with such a book age and draw is unwound at a loss. */
function made(count: number, seed: number, loses: (ageUs: number, draw: number) => boolean): TakenRecord[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: count }, (_, at) => {
    const ageUs = Math.floor(random.next() * 400_000);
    const isLost = loses(ageUs, random.next());
    const promisedHome = 0.5 + random.next();
    return {
      run: 'a',
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
      weight: 1,
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

it('counts a control of a gate as those that it stands for: what is left then is no sample of the market', () => {
  const all = made(6_000, 11, (ageUs, draw) => draw < (ageUs > 300_000 ? 0.9 : 0.05));
  // A gate took one in five of the old ones.
  let old = 0;
  const isOld = ({ ageUs }: TakenRecord): boolean => ageUs > 300_000;
  const left = all.filter((record) => !isOld(record) || ++old % 5 === 0);
  const whole = scoreTaken(all);
  const weighed = scoreTaken(left.map((record) => (isOld(record) ? { ...record, weight: 5 } : record)));
  const selected = scoreTaken(left);
  const gain = ({ difference }: typeof whole): number => difference?.value ?? 0;
  expect(gain(whole)).toBeGreaterThan(0.2);
  expect(Math.abs(gain(weighed) - gain(whole))).toBeLessThan(0.05);
  expect(gain(selected)).toBeLessThan(gain(whole) / 2);
  expect(Math.abs((weighed.takeAll ?? 0) - (whole.takeAll ?? 0))).toBeLessThan(0.05);
  expect(weighed.controls).toBeGreaterThan(50);
  expect(weighed.text).toMatch(
    /\(\d+ of them are controls of a gate that acted meanwhile, and each counts as 5\)/,
  );
  expect(
    fitScorer(
      left.map((record) => (isOld(record) ? { ...record, weight: 5 } : record)),
      'demo',
    ).scorer?.threshold,
  ).toBeGreaterThan(0);
});

it('leaves the form of its calibrator to the data from 1,000 outcomes on, however many each stands for', () => {
  const records = made(2_000, 1, (ageUs, draw) => draw < (ageUs > 300_000 ? 0.9 : 0.05));
  const weighed = records.map((record) => ({ ...record, weight: 5 }));
  expect(fitScorer(weighed, 'demo').calibrator?.kind).toBe('platt');
});

it('knows an execution of a life as a control from its first verdict below the threshold on', () => {
  const take = (at: number, life: string, verdict?: 'above' | 'control' | 'shadow'): Taken =>
    ({
      opportunity: {
        opportunityId: `run-${life}`,
        path: ['USD'],
        legs: [],
        venue: 'east',
        openedUs: 0,
        expectedProfit: '1',
        waterfall: {},
        capture: verdict && { p: 0.5, threshold: 0.5, model: 'm', verdict },
      },
      execution: {
        outcome: 'completed',
        profit: '1',
        profitHome: '1',
        dust: [],
        startedUs: at,
        finishedUs: at,
      },
    }) as unknown as Taken;
  const taken = [
    take(1, 'a', 'above'),
    take(2, 'a', 'control'),
    take(3, 'b', 'shadow'),
    take(4, 'a', 'above'),
    take(5, 'c'),
  ];
  expect(takenRecords(taken, 'USD').map(({ weight }) => weight)).toEqual([1, 5, 1, 5, 1]);
});

it('learns of none that ended in a judged piece, however long ago it began', () => {
  const records = made(400, 1, () => false);
  const [first] = scorerRolls(scorerDataset(records, new Uint8Array(400)));
  const cut = first?.calibrate.from ?? 0;
  const long = records.map((record, at) =>
    at === cut - 30 ? { ...record, finishedUs: (records[cut + 5] as TakenRecord).startedUs } : record,
  );
  const [roll] = scorerRolls(scorerDataset(long, new Uint8Array(400)));
  expect(roll?.fit.to).toBeLessThanOrEqual(cut - 30);
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
  const width = CAPTURE_FEATURES.length;
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

it('knows nothing of another session: each begins without outcomes', () => {
  const records = made(60, 5, (_age, draw) => draw < 0.5).map((record, at) => ({
    ...record,
    run: at < 30 ? 'a' : 'b',
  }));
  const width = CAPTURE_FEATURES.length;
  expect(scorerRows(records).slice(30 * width)).toEqual(scorerRows(records.slice(30)));
});

it('is a model of the registry that finds what loses, and passes its gates where walk-forward does', () => {
  const records = made(1_500, 1, (ageUs, draw) => draw < (ageUs > 300_000 ? 0.9 : 0.05));
  const model = parseModel(modelText(fitScorer(records, 'demo')), 'scorer-demo');
  const rows = scorerRows(records);
  const said = records.map(
    (_, at) =>
      answerOf(
        model,
        rows.subarray(at * CAPTURE_FEATURES.length, (at + 1) * CAPTURE_FEATURES.length),
      )[0] as number,
  );
  const { threshold = 0 } = model.scorer ?? {};
  const isOld = ({ ageUs }: TakenRecord): boolean => ageUs > 320_000;
  const below = records.filter((_, at) => (said[at] as number) < threshold);
  expect(below.filter(isOld).length / below.length).toBeGreaterThan(0.5);
  const asked = captureModelOf(model, { name: 'scorer-demo', sha256: 'a'.repeat(64), mayGate: true });
  expect(asked).toMatchObject({ threshold, fittedToUs: records.at(-1)?.finishedUs });
  expect(() => captureModelOf({ ...model, featureSetId: 'b'.repeat(64) }, asked)).toThrow(/other features/);
  expect(() => captureModelOf({ ...model, scorer: undefined }, asked)).toThrow(/is no scorer/);
  expect(() => captureModelOf(model, { ...asked, name: 'scorer-plan' })).toThrow(/of the profile demo/);
  const steps = Array.from({ length: MAX_CALIBRATOR_STEPS + 1 }, (_, at) => at);
  const endless = { ...model, calibrator: { kind: 'isotonic' as const, scores: steps, values: steps } };
  expect(() => captureModelOf(endless, asked)).toThrow(/more than 10000 steps/);
  const evidence = { kind: 'scorer', dataSha256: 'c'.repeat(64), threshold, report: scoreTaken(records) };
  const parsed = SCORER_EVIDENCE.parse(JSON.parse(JSON.stringify(evidence)));
  const failedOf = (given: typeof parsed, trials = 1): string[] =>
    scorerGates(given, { ...NOTHING_TRIED, trials, trainings: trials }).flatMap(({ gate, passes }) =>
      passes ? [] : [gate],
    );
  // Losses that begin at one age are no line: what it says of them is off.
  expect(failedOf(parsed)).toEqual(['calibration']);
  const reliability = [{ said: 0.8, came: 0.82, count: 700 }];
  expect(failedOf({ ...parsed, report: { ...parsed.report, reliability } })).toEqual([]);
  const chance = scoreTaken(made(LEAST_RECORDS, 100, (_age, draw) => draw < 0.25));
  expect(failedOf({ ...parsed, report: chance })).toContain('raises the captured share');
  // What is certain once is not after so many looks.
  const difference = { value: 0.02, low: 0.001, high: 0.039 };
  const close = { ...parsed, report: { ...parsed.report, reliability, difference } };
  expect([failedOf(close), failedOf(close, 30)]).toEqual([[], ['better than chance']]);
  expect(() =>
    fitScorer(
      made(LEAST_RECORDS, 3, () => false),
      'demo',
    ),
  ).toThrow(/were all captured/);
});

it('reckons what refused opportunities would have earned by their controls alone', () => {
  let lives = 0;
  const scored = (verdict: Scored['capture']['verdict'], profitHome: string): Scored => ({
    opportunityId: `run-o${++lives}`,
    capture: { p: 0.25, threshold: 0.5, model: 'm', verdict },
    execution: { outcome: 'completed', profitHome },
  });
  const controls = Array.from({ length: 12 }, (_, at) => scored('control', at % 2 === 0 ? '1' : '-3'));
  expect(effectOf([...controls.slice(0, 9), scored('above', '99')], 40)).toMatchObject({
    above: { count: 1, captured: 1, profitHome: 99 },
    control: { count: 9, captured: 5, profitHome: -7 },
    refusedHome: null,
  });
  const { refusedHome, said, came } = effectOf(controls, 40);
  expect(refusedHome?.value).toBeCloseTo(-40, 9);
  expect(refusedHome?.low).toBeLessThan(-80);
  expect(refusedHome?.high).toBeGreaterThan(0);
  expect([said, came]).toEqual([0.25, 0.5]);
  // A life that was taken nine times is one control, and of twelve lives one that risk denied earned nothing.
  const repeated = Array.from({ length: 9 }, () => ({ ...scored('control', '1'), opportunityId: 'run-x' }));
  expect(effectOf([...repeated, scored('control', '-5')], 8).refusedHome).toBeNull();
  const denied: Scored = { ...scored('control', '0'), execution: { outcome: 'denied', profitHome: '0' } };
  const mixed = [...repeated, ...controls.slice(0, 10), denied];
  expect(effectOf(mixed, 12)).toMatchObject({ control: { count: 19 } });
  // 9 of one life, −10 of ten, and 0 of the denied one: −1 in twelve lives, times twelve.
  expect(effectOf(mixed, 12).refusedHome?.value).toBeCloseTo(-1, 9);
});

it('holds the newest challenger against what was taken beside the champion, by its own threshold', () => {
  const scored = (model: string, p: number, profitHome: string): Scored => ({
    opportunityId: `run-o${p}`,
    capture: {
      p: 0.9,
      threshold: 0.5,
      model: 'champion',
      verdict: 'above',
      challenger: { p, threshold: 0.6, model },
    },
    execution: { outcome: 'completed', profitHome },
  });
  const all = [scored('older', 0.1, '-9'), scored('newest', 0.7, '2'), scored('newest', 0.3, '-1')];
  expect(effectOf(challengedOf(all), 0)).toMatchObject({
    above: { count: 1, profitHome: 2 },
    shadow: { count: 1, captured: 0, profitHome: -1 },
    control: { count: 0 },
  });
  expect(
    challengedOf([
      { ...scored('m', 0.5, '1'), capture: { p: 1, threshold: 0, model: 'm', verdict: 'above' } },
    ]),
  ).toEqual([]);
});

it('knows nothing of what risk denied before an order left: its training has none of these', () => {
  const [without, denied] = [new CaptureHistory(), new CaptureHistory()];
  const [first, later] = made(2, 1, () => false) as [TakenRecord, TakenRecord];
  const rowOf = (history: CaptureHistory): readonly number[] => {
    const row = new Float64Array(CAPTURE_FEATURES.length);
    history.write(later, row);
    return [...row];
  };
  for (const history of [without, denied]) {
    history.began(first.startedUs);
    history.ended(first.cycle, first.startedUs, true);
  }
  for (const startedUs of [first.startedUs + 500_000, first.startedUs + 900_000]) {
    denied.began(startedUs);
    denied.ended('east', startedUs, undefined);
  }
  expect(rowOf(denied)).toEqual(rowOf(without));
});
