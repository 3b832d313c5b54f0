/** A training from its spec to the registry: rows, walk-forward, look for what comes later, verdict over all trials, challenger. Equal inputs give equal bytes. */
import type { PairedSteps } from '../backtest/strategy/paired-steps.ts';
import { readMarkets } from '../backtest/strategy/read-markets.ts';
import { hashOf } from '../backtest/strategy/trial-ledger.ts';
import { TriedData } from '../backtest/strategy/tried-data.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { FeatureRow, FeatureSet } from '../features/feature-set.ts';
import { findLeak } from '../features/lookahead.ts';
import type { MarketStep } from '../features/market-step.ts';
import { GAP_STEPS } from '../strategies/strategy-host.ts';
import { inSequences, makeDataset } from './dataset.ts';
import { judge, type Judgement } from './judgement.ts';
import { KeptWork } from './kept-work.ts';
import { type JudgedPolicy, judgePolicy, trainPolicy } from './policy.ts';
import { ModelRegistry, type Registered } from './registry.ts';
import { trainModel } from './train.ts';
import type { TrainingSpec } from './training-spec.ts';
import type { Epoch, TrainingStep } from './watch-training.ts';

export type TrainingProgress =
  | { readonly phase: 'reading the market' | 'looking for what comes later' }
  | { readonly phase: 'rows'; readonly rows: number; readonly features: number; readonly kept: number }
  | ({ readonly phase: 'training' } & TrainingStep);

export type TrainingRecord = {
  readonly kind: TrainingSpec['kind'];
  readonly spec: Omit<TrainingSpec, 'name' | 'file'>;
  readonly market: string;
  /** What a fill on this market costs at least, in bps; null where its file does not say. */
  readonly takerFeeBps: number | null;
  readonly from: string;
  readonly to: string;
  readonly dataSha256: string;
  readonly featureSetId: string;
  readonly rows: number;
  readonly left: { readonly notWarm: number; readonly noLabel: number; readonly overGap: number };
  /** Features over the newest bars, cut and altered at seeded places: none may know what comes later. */
  readonly lookahead: { readonly bars: number; readonly cuts: number; readonly leak: string | null };
  readonly epochs: readonly Epoch[];
  readonly judgement: Judgement | JudgedPolicy;
};

export type TrainingOptions = {
  readonly dataDir: string;
  /** Of the engine: folds of another one are not taken up. */
  readonly version: string;
  /** The time as text, for the list of steps. */
  readonly now: () => string;
  /** False: judges, and stores no model. */
  readonly stores: boolean;
  readonly onProgress: (progress: TrainingProgress) => void;
};

/** Bars that the look for later values takes, and cuts of them. */
const LOOKED_BARS = 2_000;
const LOOKED_CUTS = 4;

/** @param file of the spec, as a path. @throws UserError for what is at fault. */
export async function runTraining(
  spec: TrainingSpec,
  file: string,
  { dataDir, version, now, stores, onProgress }: TrainingOptions,
): Promise<{ readonly record: TrainingRecord; readonly registered: Registered | undefined }> {
  const set = new FeatureSet(spec.features, 'features');
  onProgress({ phase: 'reading the market' });
  const market = await readMarkets(
    { name: 'training', markets: 1, input: 'bars' },
    {
      files: [file],
      symbols: spec.symbol === undefined ? [] : [spec.symbol],
      barSeconds: spec.barSeconds,
    },
  );
  const barSeconds = market.steps.stepUs / US_PER_SECOND;
  const isPolicy = spec.kind === 'q' || spec.kind === 'dqn';
  // The reward of an action is the next bar's return.
  const asRows = makeDataset(set, market.steps, isPolicy ? 1 : spec.horizonBars, spec.kind === 'trees');
  const data = spec.kind === 'lstm' ? inSequences(asRows, spec.lstm.sequence) : asRows;
  const { name: _, file: __, ...asked } = spec;
  const kept = await KeptWork.open(dataDir, hashOf('training', asked, set.id, market.hash, version));
  onProgress({ phase: 'rows', rows: data.rows, features: set.names.length, kept: kept.size });
  const watch = {
    once: kept.once,
    onStep: (step: TrainingStep) => onProgress({ phase: 'training', ...step }),
  };
  // Whoever cancels it has seen something of it: it counts from now on, and has its result at the end.
  const trial = hashOf(asked, set.id);
  const triedData = new TriedData(dataDir);
  await triedData.begin(market.hash, market.seen, trial);
  const trained = isPolicy
    ? trainPolicy(spec, set, data, barSeconds, watch)
    : trainModel(spec, set, data, barSeconds, watch);
  onProgress({ phase: 'looking for what comes later' });
  const lookahead = lookAhead(set, market.steps);
  const { judgement } = trained;
  const { t, sharpe } = judgement;
  const tried = await triedData.count('training', market.hash, market.seen, {
    trial,
    t,
    sharpe: sharpe ?? 0,
  });
  const record: TrainingRecord = {
    kind: spec.kind,
    spec: asked,
    market: market.names[0] ?? '',
    takerFeeBps: market.takerFeesBps[0] ?? null,
    from: market.from,
    to: market.to,
    dataSha256: market.hash,
    featureSetId: set.id,
    rows: data.rows,
    left: data.left,
    lookahead,
    epochs: trained.epochs,
    judgement: 'logLoss' in judgement ? judge(judgement, tried) : judgePolicy(judgement, tried),
  };
  const registered = stores
    ? await new ModelRegistry(dataDir, now).register(spec.name, trained.model, record)
    : undefined;
  await kept.remove();
  return { record, registered };
}

/** Over the newest bars alone: a feature that knows what comes later does so there as well. */
function lookAhead(set: FeatureSet, steps: PairedSteps): TrainingRecord['lookahead'] {
  const bars = Math.min(steps.count, LOOKED_BARS);
  const first = steps.count - bars;
  const holder: MarketStep[] = [];
  const leak = findLeak(
    (read, limit) => {
      const row = new FeatureRow(set, GAP_STEPS * steps.stepUs);
      const step = {} as MarketStep;
      return Array.from({ length: limit }, (_, at) => {
        read(at, step);
        row.update(step);
        return row.values.slice();
      });
    },
    (at, step) => {
      holder[0] = step;
      steps.read(first + at, holder);
    },
    bars,
    LOOKED_CUTS,
    1,
  );
  return {
    bars,
    cuts: LOOKED_CUTS,
    leak: leak === undefined ? null : `${set.names[leak.figure]} changes with bars after it (${leak.check})`,
  };
}
