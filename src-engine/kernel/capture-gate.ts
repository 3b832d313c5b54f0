/**
 * Whether an opportunity is likely to be captured, by a model that came as an input and is a part of the session's log: a replay asks the same one. It is asked last, where every other
 * gate is open and risk has approved, so that it can keep the engine from a trade and never bring one about. In shadow all are taken; a gate does not take those below the threshold, but
 * for one life in five, by which it is known what the others would have earned. Without a model, or with an answer that is no probability, there is no gate.
 */
import {
  CAPTURE_FEATURES,
  CaptureHistory,
  type CaptureInput,
  captureKey,
} from '../detection/capture-features.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import type { Decision, OpportunityTracker } from '../detection/opportunity-tracker.ts';
import { type CaptureModel, MAX_CALIBRATOR_STEPS, scorerMark } from '../domain/capture-model.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { CycleId } from '../domain/ids.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import { formatTimeUs, type TimeUs } from '../domain/time.ts';
import { calibrated } from '../models/calibration.ts';

/** One life in so many that are below the threshold is taken all the same. */
export const CONTROL_EVERY = 5;
/** Lives whose verdict is remembered; beyond them all are forgotten. */
const MOST_LIVES = 10_000;
const TAKEN: Decision = { code: 'taken', detail: '' };

type Below = { readonly openedUs: TimeUs; readonly isControl: boolean; readonly refusal: Decision };

export class CaptureGate {
  readonly #settings: { readonly detection: DetectionSettings };
  readonly #tracker: Pick<OpportunityTracker, 'lifeOf'>;
  readonly #history = new CaptureHistory();
  readonly #row = new Float64Array(CAPTURE_FEATURES.length);
  /** Of the model: lives that it put below its threshold while a gate acted. */
  readonly #below = new Map<CycleId, Below>();
  #belowCount = 0;
  #model: CaptureModel | undefined;
  /** Of the model: how often it was asked, and how often its answer was a probability. */
  #asked = 0;
  #answered = 0;
  /** Why a model that was given is not asked; empty: it is, or none was given. */
  fault = '';
  /** Opportunities that it was asked of, lives that were refused, and answers that were none; of this session. */
  readonly counts = { asked: 0, refused: 0, unanswered: 0 };

  constructor(
    settings: { readonly detection: DetectionSettings },
    tracker: Pick<OpportunityTracker, 'lifeOf'>,
  ) {
    this.#settings = settings;
    this.#tracker = tracker;
  }

  get model(): CaptureModel | undefined {
    return this.#model;
  }

  /** Whether it keeps the engine from what is below the threshold. */
  get acts(): boolean {
    const { scoreOpportunities, scorerGate } = this.#settings.detection;
    return scoreOpportunities && scorerGate && this.#model?.mayGate === true;
  }

  /** Why a model that is there can keep the engine from nothing now: it is not asked, or none of its answers is a probability. Empty: nothing speaks against it. */
  silence(nowUs: TimeUs): string {
    const model = this.#model;
    if (model === undefined) return '';
    if (isOfLater(model, nowUs))
      return `it learnt from executions up to ${formatTimeUs(model.fittedToUs)}, which is later than now`;
    return this.#asked > 0 && this.#answered === 0 ? `no answer of ${this.#asked} was a probability` : '';
  }

  /** @param model undefined: none is asked from now on. One of other features, or with numbers that are none, is not asked either. */
  take(model: CaptureModel | undefined): void {
    this.fault = model === undefined ? '' : faultOf(model);
    this.#model = this.fault === '' ? model : undefined;
    this.#asked = 0;
    this.#answered = 0;
    this.#below.clear();
  }

  /** What a plan that every other gate lets pass is decided to be. @param price of its start asset in the home currency. */
  decide(plan: CyclePlan, price: number, nowUs: TimeUs): Decision {
    const model = this.#model;
    if (!this.#settings.detection.scoreOpportunities || model === undefined || isOfLater(model, nowUs))
      return TAKEN;
    const life = this.#tracker.lifeOf(plan.cycle.id);
    const openedUs = life?.openedUs ?? nowUs;
    const known = this.acts ? this.#below.get(plan.cycle.id) : undefined;
    const same = known?.openedUs === openedUs ? known : undefined;
    // A life is refused as a whole: asked at each change of its books, one would be taken in the end.
    if (same?.isControl === false) return same.refusal;
    this.#history.write(inputOf(plan, openedUs, life?.peakNetBps, price, nowUs), this.#row);
    const p = probabilityOf(model, this.#row);
    this.counts.asked++;
    this.#asked++;
    if (!(p >= 0 && p <= 1)) {
      this.counts.unanswered++;
      return TAKEN;
    }
    this.#answered++;
    const { threshold, sha256 } = model;
    const said = { p, threshold, model: sha256 };
    const by = scorerMark(sha256);
    if (p >= threshold)
      return {
        code: 'taken',
        detail: `capture ${percent(p)} (${by})`,
        capture: { ...said, verdict: 'above' },
      };
    const words = `capture ${percent(p)}, below ${percent(threshold)}`;
    if (!this.acts)
      return { code: 'taken', detail: `${words} (${by}, shadow)`, capture: { ...said, verdict: 'shadow' } };
    if (same?.isControl ?? this.#begins(plan.cycle.id, openedUs, `${words} (${by})`, said))
      return { code: 'taken', detail: `${words} (${by}, control)`, capture: { ...said, verdict: 'control' } };
    this.counts.refused++;
    return (this.#below.get(plan.cycle.id) as Below).refusal;
  }

  onStarted(nowUs: TimeUs): void {
    this.#history.began(nowUs);
  }

  onFinished({ venue, path, startedUs, outcome, profitHome }: ExecutionRecord): void {
    const isCaptured = outcome === 'denied' ? undefined : outcome === 'completed' && Number(profitHome) > 0;
    this.#history.ended(captureKey(venue, path), startedUs, isCaptured);
  }

  /** A life is below the threshold for the first time. @returns whether it is a control. */
  #begins(
    cycleId: CycleId,
    openedUs: TimeUs,
    detail: string,
    said: { readonly p: number; readonly threshold: number; readonly model: string },
  ): boolean {
    const isControl = ++this.#belowCount % CONTROL_EVERY === 0;
    if (this.#below.size >= MOST_LIVES) this.#below.clear();
    const refusal = { code: 'capture-unlikely', detail, capture: { ...said, verdict: 'refused' } } as const;
    this.#below.set(cycleId, { openedUs, isControl, refusal });
    return isControl;
  }
}

/** What it learnt from had not ended before: to ask it would be to look ahead. */
const isOfLater = ({ fittedToUs }: CaptureModel, nowUs: TimeUs): boolean => nowUs <= fittedToUs;

function inputOf(
  plan: CyclePlan,
  openedUs: TimeUs,
  peakNetBps: number | undefined,
  price: number,
  nowUs: TimeUs,
): CaptureInput {
  const { cycle, legs, waterfall, profit, startAmount } = plan;
  const { netBps, grossBps, feesBps, depthBps, ageUs } = waterfall;
  const promised = profit === undefined ? (startAmount * netBps) / 10_000 : Number(profit);
  return {
    startedUs: nowUs,
    cycle: captureKey(cycle.venue, cycle.path),
    legs: legs.length,
    seenUs: nowUs - openedUs,
    netBps,
    grossBps,
    feesBps,
    depthBps,
    ageUs,
    peakNetBps: Math.max(netBps, peakNetBps ?? netBps),
    promisedHome: Math.max(0, promised * price),
  };
}

/** As training/model-file.ts answers, in the same order of sums. */
function probabilityOf(
  { means, deviations, weights, intercept, calibrator }: CaptureModel,
  row: Float64Array,
): number {
  let score = intercept;
  for (let at = 0; at < row.length; at++)
    score +=
      (((row[at] as number) - (means[at] as number)) / (deviations[at] as number)) * (weights[at] as number);
  return Number.isFinite(score) ? calibrated(calibrator, score) : Number.NaN;
}

function faultOf({
  means,
  deviations,
  weights,
  intercept,
  calibrator,
  threshold,
  fittedToUs,
}: CaptureModel): string {
  const lists = [means, deviations, weights];
  // Before anything is gone through: this is in the step that trades.
  if (calibrator.kind === 'isotonic' && calibrator.scores.length > MAX_CALIBRATOR_STEPS)
    return `its calibrator has more than ${MAX_CALIBRATOR_STEPS} steps`;
  if (lists.some(({ length }) => length !== CAPTURE_FEATURES.length)) return 'it is of other features';
  const ends =
    calibrator.kind === 'platt' ? [calibrator.a, calibrator.b] : [...calibrator.scores, ...calibrator.values];
  const numbers = [...lists.flat(), intercept, threshold, fittedToUs, ...ends];
  if (ends.length === 0 || !numbers.every(Number.isFinite) || !Number.isSafeInteger(fittedToUs))
    return 'a number of it is none';
  return threshold < 0 || threshold > 1 ? 'its threshold is no probability' : '';
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
