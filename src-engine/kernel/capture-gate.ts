/**
 * Whether an opportunity is likely to be captured, by a model that came as an input and is a part of the session's log: a replay asks the same one. It is asked last, where every other
 * gate is open and risk has approved, so that it can keep the engine from a trade and never bring one about. In shadow all are taken; a gate does not take those below the threshold, but
 * for one life in five, by which it is known what the others would have earned. Without a model, or with an answer that is no probability, there is no gate. A challenger is asked beside the
 * champion, and decides nothing.
 */
import {
  CAPTURE_FEATURES,
  CaptureHistory,
  type CaptureInput,
  captureKey,
  isCaptured,
} from '../detection/capture-features.ts';
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decision, type OpportunityTracker, promisedBy } from '../detection/opportunity-tracker.ts';
import {
  type Calibrator,
  type CaptureModel,
  CONTROL_EVERY,
  MAX_CALIBRATOR_STEPS,
  scorerMark,
} from '../domain/capture-model.ts';
import type { ExecutionRecord } from '../domain/event.ts';
import type { CycleId } from '../domain/ids.ts';
import type { Capture } from '../domain/opportunity.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import { formatTimeUs, type TimeUs } from '../domain/time.ts';
import { calibrated } from '../models/calibration.ts';
import { linearScore } from '../models/linear-score.ts';

/** Lives whose verdict is remembered; beyond them those that are over are forgotten, and of all no more than half are kept. */
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
  #belowCount: number;
  #model: CaptureModel | undefined;
  #challenger: CaptureModel | undefined;
  /** Of the model: how often it was asked, and how often its answer was a probability. */
  #asked = 0;
  #answered = 0;
  /** Why a model that was given is not asked; empty: it is, or none was given. */
  fault = '';
  /** The same of the challenger. */
  challengerFault = '';
  /** How often it was asked, opportunities that were refused from then on, and answers that were none; of this session. */
  readonly counts = { asked: 0, refused: 0, unanswered: 0 };

  /** @param runId says which of the first lives below the threshold is a control: a run with fewer than five of them may have one. */
  constructor(
    settings: { readonly detection: DetectionSettings },
    tracker: Pick<OpportunityTracker, 'lifeOf'>,
    runId: string,
  ) {
    this.#settings = settings;
    this.#tracker = tracker;
    this.#belowCount = turnOf(runId);
  }

  get model(): CaptureModel | undefined {
    return this.#model;
  }

  /** Asked in shadow beside a champion. */
  get challenger(): CaptureModel | undefined {
    return this.#challenger;
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

  /**
   * What is below the threshold of the same model stays so. @param model undefined: none is asked from now on. One of other features, or with numbers that are none, is not asked either.
   * @param challenger of a champion; undefined: there is none.
   */
  take(model: CaptureModel | undefined, challenger?: CaptureModel): void {
    const before = this.#model;
    this.fault = model === undefined ? '' : faultOf(model);
    this.#model = this.fault === '' ? model : undefined;
    this.challengerFault = challenger === undefined ? '' : faultOf(challenger);
    this.#challenger = this.challengerFault === '' ? challenger : undefined;
    if (before?.sha256 === this.#model?.sha256 && before?.mayGate === this.#model?.mayGate) return;
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
    const said = { p, threshold, model: sha256, ...this.#challenged(nowUs) };
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

  onFinished(execution: ExecutionRecord): void {
    const { venue, path, startedUs, outcome } = execution;
    this.#history.ended(
      captureKey(venue, path),
      startedUs,
      outcome === 'denied' ? undefined : isCaptured(execution),
    );
  }

  /** What the challenger says of the row that the model was asked of. */
  #challenged(nowUs: TimeUs): Pick<Capture, 'challenger'> {
    const model = this.#challenger;
    if (model === undefined || isOfLater(model, nowUs)) return {};
    const p = probabilityOf(model, this.#row);
    return p >= 0 && p <= 1 ? { challenger: { p, threshold: model.threshold, model: model.sha256 } } : {};
  }

  /** A life is below the threshold for the first time. @returns whether it is a control. */
  #begins(cycleId: CycleId, openedUs: TimeUs, detail: string, said: Omit<Capture, 'verdict'>): boolean {
    const isControl = ++this.#belowCount % CONTROL_EVERY === 0;
    if (this.#below.size >= MOST_LIVES) this.#forget();
    const refusal = { code: 'capture-unlikely', detail, capture: { ...said, verdict: 'refused' } } as const;
    this.#below.set(cycleId, { openedUs, isControl, refusal });
    return isControl;
  }

  #forget(): void {
    for (const [cycleId, { openedUs }] of this.#below)
      if (this.#tracker.lifeOf(cycleId)?.openedUs !== openedUs) this.#below.delete(cycleId);
    // So many at once are not refused for long: the older ones are asked again, and so many that this walk is rare.
    for (const cycleId of this.#below.keys()) {
      if (this.#below.size <= MOST_LIVES / 2) return;
      this.#below.delete(cycleId);
    }
  }
}

/** From 0 to below CONTROL_EVERY: the same for a run and its replay. */
function turnOf(runId: string): number {
  let sum = 0;
  for (let at = 0; at < runId.length; at++) sum = (sum * 31 + runId.charCodeAt(at)) % 1_000_003;
  return sum % CONTROL_EVERY;
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
  const { cycle, legs, waterfall } = plan;
  const { netBps, grossBps, feesBps, depthBps, ageUs } = waterfall;
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
    promisedHome: Math.max(0, Number(promisedBy(plan)) * price),
  };
}

function probabilityOf(model: CaptureModel, row: Float64Array): number {
  const score = linearScore(model, row);
  return Number.isFinite(score) ? calibrated(model.calibrator, score) : Number.NaN;
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
  // A log may hold what no registry gave.
  if (!lists.every(Array.isArray) || !isCalibrator(calibrator)) return 'it is no model of this version';
  // Before anything is gone through: this is in the step that trades.
  if (calibrator.kind === 'isotonic' && calibrator.scores.length > MAX_CALIBRATOR_STEPS)
    return `its calibrator has more than ${MAX_CALIBRATOR_STEPS} steps`;
  if (lists.some(({ length }) => length !== CAPTURE_FEATURES.length))
    return 'it was fitted with other features';
  const ends =
    calibrator.kind === 'platt' ? [calibrator.a, calibrator.b] : [...calibrator.scores, ...calibrator.values];
  const numbers = [...lists.flat(), intercept, threshold, fittedToUs, ...ends];
  if (ends.length === 0 || !numbers.every(Number.isFinite) || !Number.isSafeInteger(fittedToUs))
    return 'one of its numbers is not a finite number';
  return threshold < 0 || threshold > 1 ? 'its threshold is no probability' : '';
}

function isCalibrator(calibrator: Calibrator | undefined): boolean {
  if (calibrator?.kind === 'platt') return true;
  return (
    calibrator?.kind === 'isotonic' && Array.isArray(calibrator.scores) && Array.isArray(calibrator.values)
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
