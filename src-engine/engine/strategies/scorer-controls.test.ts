/** The state of the gate as a person sees it: that it gates is said only where it can. */
import { expect, it } from 'vitest';
import { CAPTURE_FEATURES } from '../../detection/capture-features.ts';
import type { CaptureModel } from '../../domain/capture-model.ts';
import { KernelHarness, START_US } from '../../testing/kernel-harness.ts';
import { gateOf } from './scorer-controls.ts';

const each = (value: number): number[] => CAPTURE_FEATURES.map(() => value);
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

const NO_REASON = { why: '', whyNoChallenger: '' };

function asked(model: Partial<CaptureModel>): KernelHarness {
  const harness = new KernelHarness({
    detection: { cooldownMs: 0, scoreOpportunities: true, scorerGate: true },
    kernel: { scorer: { ...MODEL, ...model } },
  });
  harness.fairBooks();
  harness.openEdge();
  return harness;
}

it('says that it gates where it does, and names the reason where nothing is asked or answered', () => {
  const nowUs = START_US + 60_000_000;
  expect(gateOf(asked({}).kernel, NO_REASON, nowUs)).toMatchObject({ state: 'gate', why: '', asked: 1 });
  const later = asked({ fittedToUs: Date.UTC(2050, 0, 1) * 1_000 });
  expect(gateOf(later.kernel, NO_REASON, nowUs)).toMatchObject({
    state: 'no-scorer',
    why: expect.stringMatching(/^it learnt from executions up to 2050-01-01T.*, which is later than now$/),
    asked: 0,
  });
  const overflowing = asked({ weights: each(1e308), deviations: each(1e-308) });
  expect(gateOf(overflowing.kernel, NO_REASON, nowUs)).toMatchObject({
    state: 'no-scorer',
    why: 'no answer of 1 was a probability',
    unanswered: 1,
  });
  // Another one that answers begins anew.
  overflowing.command({ type: 'setScorer', model: { ...MODEL, sha256: 'b'.repeat(64) } });
  expect(gateOf(overflowing.kernel, NO_REASON, nowUs).state).toBe('gate');
});
