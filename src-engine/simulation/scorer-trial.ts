/**
 * Whether a scorer raises the captured share of the demo's opportunities: it is trained on the first part of a recorded market and judged behind its gate in whole backtests of the later
 * part, against taking all in the same market. The luck of orders is another one from the first opportunity on that a gate leaves: latencies and a competitor are drawn order by order. What the gate leaves frees money and instruments for what it takes, and changes all that follows: that is in these figures, and not in a
 * walk-forward over executions.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMeasuredBacktest } from '../backtest/measured-backtest.ts';
import type { BacktestOptions } from '../backtest/options.ts';
import type { ScorerTrial } from '../contract/scorer-operations.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { DEFAULT_CAPITAL } from '../domain/default-capital.ts';
import { isOfCycle } from '../domain/event.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { CAPTURE_FEATURES } from '../detection/capture-features.ts';
import { answerOf, type ModelFile, modelText } from '../training/model-file.ts';
import { scoreTaken } from '../training/scorer/scorer.ts';
import { captureModelOf, fitScorer } from '../training/scorer/scorer-model.ts';
import { scorerRows, type Taken, type TakenRecord, takenRecords } from '../training/scorer/taken-record.ts';
import { scorerName } from '../training/scorer-names.ts';
import { DEMO_HOME, recordDemoMarket } from './demo-market.ts';
import { differenceOfShares, meanDifference, type PairedRun, sumOf } from './trial-figures.ts';

const PROFILE = 'demo';
/** Of one tape; a run begins and ends with each. */
const STRETCH_S = 600;
const PER_HOUR = 3_600 / STRETCH_S;
/** For comparison a gate whose threshold lies above so many of those that it was trained on; of others it leaves another share. */
const LEAST_LIKELY = 0.1;
/** Seeds of runs stand apart by trial. */
const SEEDS_APART = 10_000;

export type TrialOptions = {
  readonly seed: number;
  /** Whole hours of the market: those that are learnt from, and those that are judged after them. */
  readonly trainHours: number;
  readonly judgeHours: number;
  /** Per cent of orders that a competitor forestalls; the demo has none. */
  readonly competitorPct: number;
  readonly note: (text: string) => void;
};

export type TrialResult = {
  readonly trial: ScorerTrial;
  readonly model: ModelFile;
  readonly records: readonly TakenRecord[];
};

/** @throws UserError where there is nothing to learn, or no room for the tapes. */
export async function tryScorer(options: TrialOptions): Promise<TrialResult> {
  const { seed, trainHours, judgeHours, competitorPct, note } = options;
  const folder = await mkdtemp(join(tmpdir(), 'parallax-scorer-trial-'));
  try {
    const [train, judge] = [trainHours * PER_HOUR, judgeHours * PER_HOUR];
    const paths = Array.from({ length: train + judge }, (_, at) => join(folder, `${at}.tape`));
    note(`recording ${trainHours + judgeHours} hours of the demo’s market by simulation`);
    await recordDemoMarket({ seed, seconds: STRETCH_S, paths });
    const run = (at: number, scorer?: CaptureModel) =>
      stretch({ log: paths[at] as string, seed: seed * SEEDS_APART + at, competitorPct, scorer });
    note(`taking all in the first ${trainHours}`);
    const taken: Taken[] = [];
    for (let at = 0; at < train; at++) taken.push(...(await run(at)).taken);
    const records = takenRecords(taken, DEMO_HOME);
    const model = fitScorer(records, PROFILE);
    const scorer = asked(model);
    const least = { ...scorer, threshold: quantileOf(model, records, LEAST_LIKELY) };
    note(`judging behind the gate in the ${judgeHours} after them`);
    const [gated, leaving]: [PairedRun[], PairedRun[]] = [[], []];
    let [refused, taking] = [0, 0];
    const beside = { left: 0, taken: 0 };
    for (let at = train; at < train + judge; at++) {
      const all = await run(at);
      const pairOf = (other: Run): PairedRun => ({
        promised: all.promised,
        all: all.captured,
        other: other.captured,
      });
      const behind = await run(at, scorer);
      gated.push(pairOf(behind));
      const unlikely = await run(at, least);
      leaving.push(pairOf(unlikely));
      beside.left += unlikely.refused;
      beside.taken += unlikely.taken.length;
      refused += behind.refused;
      taking += all.taken.length;
    }
    const trial = figures(options, scorer.threshold, { records, taking, refused, gated, leaving, beside });
    return { trial, model, records };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Run = {
  readonly taken: readonly Taken[];
  readonly promised: number;
  readonly captured: number;
  /** Opportunities that a gate did not take. */
  readonly refused: number;
};

/** One whole backtest of a tape. @param scorer gates; left out: all are taken. */
async function stretch({
  log,
  seed,
  competitorPct,
  scorer,
}: {
  readonly log: string;
  readonly seed: number;
  readonly competitorPct: number;
  readonly scorer?: CaptureModel | undefined;
}): Promise<Run> {
  const begun = new Map<string, Opportunity>();
  const taken: Taken[] = [];
  const options: BacktestOptions = {
    logs: [log],
    capital: { [DEMO_HOME]: DEFAULT_CAPITAL },
    seed,
    hardship: { competitorPct },
    cycleFigures: false,
    digest: false,
    ...(scorer === undefined ? {} : { scorer, detection: { scoreOpportunities: true, scorerGate: true } }),
    onEvents: (events) => {
      for (const event of events) {
        if (event.type === 'executionStarted') begun.set(event.executionId, event.opportunity);
        if (event.type !== 'executionFinished') continue;
        const { execution } = event;
        const opportunity = begun.get(execution.executionId);
        if (opportunity !== undefined && isOfCycle(execution.outcome) && execution.outcome !== 'denied')
          taken.push({ opportunity, execution });
      }
    },
  };
  const { report, capture } = await runMeasuredBacktest(options, STRETCH_S * US_PER_SECOND);
  taken.sort((a, b) => a.execution.startedUs - b.execution.startedUs);
  const { detected: promised, captured } = capture;
  return { taken, promised, captured, refused: report.decisions['capture-unlikely'] ?? 0 };
}

function asked(model: ModelFile): CaptureModel {
  const sha256 = createHash('sha256').update(modelText(model)).digest('hex');
  return captureModelOf(model, { name: scorerName(PROFILE), sha256, mayGate: true });
}

/** The probability that this share of the executions is below. */
function quantileOf(model: ModelFile, records: readonly TakenRecord[], share: number): number {
  const rows = scorerRows(records);
  const width = CAPTURE_FEATURES.length;
  const said = records.map(
    (_, at) => answerOf(model, rows.subarray(at * width, (at + 1) * width))[0] as number,
  );
  return said.toSorted((a, b) => a - b)[Math.floor(share * said.length)] ?? 0;
}

function figures(
  { seed, trainHours, judgeHours, competitorPct }: TrialOptions,
  threshold: number,
  found: {
    readonly records: readonly TakenRecord[];
    readonly taking: number;
    readonly refused: number;
    readonly gated: readonly PairedRun[];
    readonly leaving: readonly PairedRun[];
    readonly beside: LeftBeside;
  },
): ScorerTrial {
  const { records, taking, refused, gated, leaving, beside } = found;
  const promised = sumOf(gated, (run) => run.promised);
  const difference = differenceOfShares(gated);
  const raises = difference !== undefined && difference.low > 0;
  const perHour = (runs: readonly PairedRun[]) => {
    const mean = meanDifference(runs);
    return mean && { value: mean.value * PER_HOUR, low: mean.low * PER_HOUR, high: mean.high * PER_HOUR };
  };
  const shares = {
    takeAll: promised > 0 ? sumOf(gated, (run) => run.all) / promised : null,
    gated: promised > 0 ? sumOf(gated, (run) => run.other) / promised : null,
  };
  const trial = {
    profile: PROFILE,
    homeAsset: DEMO_HOME,
    seed,
    trainHours,
    judgeHours,
    competitorPct,
    records: records.length,
    taken: taking,
    refused,
    threshold,
    verdict: raises ? ('raises' as const) : ('does-not-raise' as const),
    ...shares,
    difference: difference ?? null,
    profitPerHour: perHour(gated) ?? null,
    leastLikely: { share: LEAST_LIKELY, difference: differenceOfShares(leaving) ?? null },
    walkForward: scoreTaken(records).text,
  };
  return { ...trial, text: trialText(trial, beside) };
}

/** Of the gate for comparison: opportunities that it left, and executions that it took. */
type LeftBeside = { readonly left: number; readonly taken: number };

export function trialText(trial: Omit<ScorerTrial, 'text'>, { left, taken }: LeftBeside): string {
  const { trainHours, judgeHours, competitorPct, takeAll, gated, difference, threshold, leastLikely } = trial;
  const percent = (share: number | null): string =>
    share === null ? 'none' : `${(share * 100).toFixed(1)} %`;
  const points = ({ value, low, high }: { value: number; low: number; high: number }): string =>
    `${(value * 100).toFixed(2)} percentage points (95 % interval ${(low * 100).toFixed(2)} to ${(high * 100).toFixed(2)})`;
  const against =
    competitorPct === 0 ? '' : `, with a competitor who is faster than ${competitorPct} % of orders`;
  const market = `On ${judgeHours} simulated hours of the demo’s market${against}, after ${trainHours} that it was trained on, taking all captured ${percent(takeAll)} of what was promised`;
  const compared =
    threshold === 0
      ? 'the scorer found no probability below which executions clearly lost, so that its gate took all'
      : `behind the gate it was ${percent(gated)}: a difference of ${difference === null ? 'none' : points(difference)}`;
  const verdict =
    trial.verdict === 'raises' ? 'It raises the share.' : 'It does not raise the share: take all.';
  const least =
    leastLikely.difference === null
      ? ''
      : ` A gate that would have left the least likely ${Math.round(leastLikely.share * 100)} % of those it was trained on left ${left} opportunities here, took ${taken} executions, and changed the share by ${points(leastLikely.difference)}.${luck(leastLikely.difference)}`;
  return `${market}; ${compared}. ${verdict}${least}`;
}

/** How small a difference may be and still be seen. */
function luck({ low, high }: { readonly low: number; readonly high: number }): string {
  const seen = (((high - low) / 2) * 100).toFixed(2);
  return ` The market is the same without it; how fast each order arrives, and whether a competitor is faster, is drawn anew: a difference of less than ${seen} percentage points would not be seen.`;
}
