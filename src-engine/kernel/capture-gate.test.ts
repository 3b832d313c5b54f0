/** The scorer before an opportunity is taken: off, in shadow, as a gate, and where it has no answer. */
import { expect, it } from 'vitest';
import { CAPTURE_FEATURES, CaptureHistory, captureKey } from '../detection/capture-features.ts';
import { type CaptureModel, CONTROL_EVERY, MAX_CALIBRATOR_STEPS } from '../domain/capture-model.ts';
import type { DetectionSettings, RiskLimits } from '../domain/limits.ts';
import { logistic } from '../lib/elementary.ts';
import { KernelHarness, START_US } from '../testing/kernel-harness.ts';

const each = (value: number): number[] => CAPTURE_FEATURES.map(() => value);
/** Says 12 % of everything, with a threshold of 50 %. */
const MODEL: CaptureModel = {
  name: 'scorer-demo',
  sha256: 'abcdef0123456789'.repeat(4),
  means: each(0),
  deviations: each(1),
  weights: each(0),
  intercept: -2,
  calibrator: { kind: 'platt', a: -1, b: 0 },
  threshold: 0.5,
  fittedToUs: START_US - 1,
  mayGate: true,
};
const STEPS = Array.from({ length: MAX_CALIBRATOR_STEPS + 1 }, (_, at) => at);
const GATE = { scoreOpportunities: true, scorerGate: true };

function run(
  model: Partial<CaptureModel> | undefined,
  detection: Partial<DetectionSettings> = GATE,
  limits: Partial<RiskLimits> = {},
): KernelHarness {
  const scorer = model === undefined ? undefined : { ...MODEL, ...model };
  const harness = new KernelHarness({
    detection: { cooldownMs: 0, ...detection },
    limits,
    kernel: { scorer },
  });
  harness.fairBooks();
  return harness;
}

/** One life of the edge after the other. */
function lives(harness: KernelHarness, count: number): void {
  for (let life = 0; life < count; life++) {
    harness.openEdge();
    harness.pass(1_000);
    harness.fairBooks();
    harness.pass(200);
  }
}

it('changes nothing until it is turned on, and nothing but the records in shadow', () => {
  const trades = (harness: KernelHarness) => {
    lives(harness, 3);
    const stripped = harness.events.map((event) =>
      JSON.stringify(event, (key, value: unknown) => (key === 'capture' ? undefined : value)),
    );
    return stripped.map((text) => text.replaceAll(/"decisionDetail":"[^"]*"/g, ''));
  };
  const without = run(undefined);
  const plain = trades(without);
  expect(without.of('executionFinished').length).toBeGreaterThan(0);
  const off = run({}, {});
  expect(trades(off)).toEqual(plain);
  expect(off.of('executionStarted')[0]?.opportunity.capture).toBeUndefined();
  for (const shadow of [run({}, { scoreOpportunities: true }), run({ mayGate: false })]) {
    expect(trades(shadow)).toEqual(plain);
    const [first] = shadow.of('executionStarted');
    expect(first?.opportunity).toMatchObject({
      decision: 'taken',
      decisionDetail: 'capture 11.9 %, below 50.0 % (scorer abcdef01, shadow)',
      capture: { p: logistic(-2), threshold: 0.5, model: MODEL.sha256, verdict: 'shadow' },
    });
  }
});

it('as a gate leaves lives below the threshold, but for one in five, and says so beside each', () => {
  const harness = run({});
  lives(harness, 2 * CONTROL_EVERY);
  const closed = harness.of('opportunityClosed').map(({ opportunity }) => opportunity);
  const refused = closed.filter(({ decision }) => decision === 'capture-unlikely');
  expect([closed.length, refused.length]).toEqual([10, 8]);
  expect(refused[0]?.capture?.verdict).toBe('refused');
  expect(refused[0]?.decisionDetail).toBe('capture 11.9 %, below 50.0 % (scorer abcdef01)');
  const started = harness.of('executionStarted');
  expect(started.length).toBeGreaterThan(0);
  expect(new Set(started.map(({ opportunity }) => opportunity.capture?.verdict))).toEqual(
    new Set(['control']),
  );
  expect(new Set(started.map(({ opportunity }) => opportunity.opportunityId)).size).toBe(2);
  expect(harness.kernel.desk.capture.counts).toMatchObject({ refused: 8, unanswered: 0 });
  // The same inputs come to the same decisions, of a model that went through a log.
  const again = run(JSON.parse(JSON.stringify(MODEL)) as CaptureModel);
  lives(again, 2 * CONTROL_EVERY);
  expect(again.events).toEqual(harness.events);
});

it('refuses a life once: a better moment of it is not asked again, and an operator may take it all the same', () => {
  const harness = run({});
  harness.openEdge('0.2');
  for (const qty of ['0.3', '0.4', '0.5', '0.6']) harness.openEdge(qty);
  const { capture, tracker } = harness.kernel.desk;
  expect(capture.counts).toMatchObject({ asked: 1, refused: 1 });
  const [open] = tracker.open();
  expect(open?.decision).toBe('capture-unlikely');
  expect(harness.placed).toEqual([]);
  harness.command({ type: 'takeOpportunity', opportunityId: open?.opportunityId ?? '', minNetBps: 0 });
  expect(harness.placed).toHaveLength(1);
  expect(tracker.open()[0]?.decision).toBe('taken');
});

it('keeps what it refused while the same model stays, and asks anew of another one', () => {
  const harness = run({});
  harness.openEdge('0.2');
  const { capture } = harness.kernel.desk;
  // A training of another challenger, a look at the registry: the champion is the same.
  harness.command({
    type: 'setScorer',
    model: { ...MODEL },
    challenger: { ...MODEL, sha256: 'c'.repeat(64) },
  });
  harness.openEdge('0.3');
  expect(capture.counts).toMatchObject({ asked: 1, refused: 1 });
  harness.command({ type: 'setScorer', model: { ...MODEL, sha256: 'd'.repeat(64) } });
  harness.openEdge('0.4');
  expect(capture.counts).toMatchObject({ asked: 2, refused: 2 });
  expect(harness.placed).toEqual([]);
});

it('asks a challenger beside the champion of the same row, and lets it decide nothing', () => {
  const harness = run({ intercept: 9 });
  const challenger = { ...MODEL, sha256: 'c'.repeat(64), threshold: 0.9, mayGate: false };
  harness.command({ type: 'setScorer', model: { ...MODEL, intercept: 9 }, challenger });
  harness.openEdge();
  expect(harness.of('executionStarted')[0]?.opportunity.capture).toMatchObject({
    verdict: 'above',
    model: MODEL.sha256,
    challenger: { p: logistic(-2), threshold: 0.9, model: challenger.sha256 },
  });
  const { capture } = harness.kernel.desk;
  harness.command({
    type: 'setScorer',
    model: MODEL,
    challenger: { ...challenger, weights: [1] },
  });
  expect([capture.model?.sha256, capture.challenger, capture.challengerFault]).toEqual([
    MODEL.sha256,
    undefined,
    'it was fitted with other features',
  ]);
});

it('takes its first control early in one run and late in another, so that short runs have some too', () => {
  const first = (runId: string): number => {
    const harness = new KernelHarness({
      detection: { cooldownMs: 0, ...GATE },
      kernel: { scorer: MODEL, runId },
    });
    harness.fairBooks();
    lives(harness, CONTROL_EVERY);
    return harness
      .of('opportunityClosed')
      .findIndex(({ opportunity }) => opportunity.capture?.verdict === 'control');
  };
  const firsts = ['a', 'b', 'c', 'd', 'e'].map(first);
  expect(new Set(firsts)).toEqual(new Set([0, 1, 2, 3, 4]));
  expect(first('a')).toBe(firsts[0]);
});

it('is asked last: what risk or another gate refuses is refused by that, and never taken for a high probability', () => {
  const denied = run({ intercept: 9 }, GATE, { maxOrderNotional: '1' });
  denied.openEdge();
  expect(denied.kernel.desk.tracker.open()[0]?.decision).toBe('risk-denied');
  const small = run({ intercept: 9 }, { ...GATE, minNetBps: 900 });
  small.openEdge();
  expect(small.kernel.desk.tracker.open()[0]?.decision).toBe('edge-below-threshold');
  for (const harness of [denied, small]) {
    expect(harness.placed).toEqual([]);
    expect(harness.kernel.desk.capture.counts.asked).toBe(0);
  }
  const likely = run({ intercept: 9 });
  likely.openEdge();
  expect(likely.of('executionStarted')[0]?.opportunity.capture?.verdict).toBe('above');
});

it.each<[string, Partial<CaptureModel>]>([
  ['learnt from what ended later', { fittedToUs: START_US + 3_600_000_000 }],
  ['overflows', { weights: each(1e308), deviations: each(1e-308) }],
  ['is of other features', { weights: [1] }],
  ['has a number that is none', { intercept: Number.NaN }],
  ['has a threshold that is no probability', { threshold: 2 }],
  ['has no calibrator, in a log', { calibrator: undefined as unknown as CaptureModel['calibrator'] }],
  ['has no calibration', { calibrator: { kind: 'isotonic', scores: [], values: [] } }],
  ['has a calibration of endless steps', { calibrator: { kind: 'isotonic', scores: STEPS, values: STEPS } }],
])('gates nothing where it %s', (_what, model) => {
  const harness = run(model);
  harness.openEdge();
  expect(harness.placed).toHaveLength(1);
  expect(harness.of('executionStarted')[0]?.opportunity.capture).toBeUndefined();
  const { capture } = harness.kernel.desk;
  expect([capture.fault !== '', capture.counts.unanswered > 0, model.fittedToUs !== undefined]).toContain(
    true,
  );
});

it('takes another model, or none, by a command, and asks as its training does', () => {
  const harness = run(undefined);
  harness.command({
    type: 'setScorer',
    model: { ...MODEL, weights: each(0.01), means: each(3), threshold: 0 },
  });
  harness.openEdge();
  const [opened] = harness.of('executionStarted');
  const { waterfall, venue, path, openedUs, legs, expectedProfit } = (opened as NonNullable<typeof opened>)
    .opportunity;
  const row = new Float64Array(CAPTURE_FEATURES.length);
  new CaptureHistory().write(
    {
      ...waterfall,
      startedUs: openedUs,
      cycle: captureKey(venue, path),
      legs: legs.length,
      seenUs: 0,
      peakNetBps: waterfall.netBps,
      promisedHome: Number(expectedProfit),
    },
    row,
  );
  const score = row.reduce((sum, value) => sum + (value - 3) * 0.01, -2);
  expect(opened?.opportunity.capture?.p).toBeCloseTo(logistic(score), 9);
  harness.command({ type: 'setScorer', model: null });
  expect(harness.kernel.desk.capture.model).toBeUndefined();
});
