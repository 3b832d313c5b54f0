/**
 * A model as a strategy: it forecasts after each closed bar, and wants a position where the gain that it expects pays both fills, for as long as its forecast reaches. A policy (Q-learning) says its position
 * itself. What is no answer, a drift of its features, or a bad calibration is a reason to hold nothing.
 */
import { z } from 'zod';
import { UserError } from '../domain/errors.ts';
import { FeatureSet } from '../features/feature-set.ts';
import { US_PER_MS } from '../domain/time.ts';
import type { Outbox, Strategy, StrategyModule, View } from '../strategies/strategy-port.ts';
import { answerOf, type ModelFile } from './model-file.ts';
import { ModelWatch } from './model-watch.ts';
import { probabilityOf, wrongAnswer } from './onnx-predictor.ts';

const PARAMETERS = z.strictObject({
  /** Of both fills together, in bps. */
  costBps: z.number().min(0).max(1_000).default(20),
  /** Bars over which the mean size of a move is taken. */
  moveBars: z.int().min(20).max(2_000).default(200),
});
/** Of a model that runs outside of the kernel. */
const OUTSIDE_PARAMETERS = PARAMETERS.extend({
  /** Longest that an answer may take, in ms: without one nothing is held. */
  deadlineMs: z.int().min(20).max(5_000).default(250),
});

type Parameters = z.infer<typeof PARAMETERS> & { readonly deadlineMs?: number };

/** By action of a policy. */
const POSITIONS = [0, 1, -1] as const;
/** Moves before their mean says anything. */
const LEAST_MOVES = 20;

/** What can be asked of a model that runs, besides what every strategy has. */
export type ModelStrategy = Strategy & { readonly watch: ModelWatch };

/** @param name of the strategy. @throws UserError for a model without named features. */
export function modelStrategy(name: string, version: number, model: ModelFile): StrategyModule {
  const { features, featureSetId, horizonBars, predictor } = model;
  const refuse = (message: string): UserError =>
    new UserError({
      code: 'bad-model',
      field: 'name',
      value: name,
      message,
      remedy: 'Train one: "train --help" says how.',
    });
  if (features === null || horizonBars === null)
    throw refuse(
      'does not name its features and its horizon: a model made elsewhere says what columns it has only',
    );
  if (new FeatureSet(features).id !== featureSetId)
    throw refuse('was made with features of another version: its set has another id now');
  const module: StrategyModule<Parameters> = {
    manifest: {
      name,
      version,
      summary: `Holds a position where the model (${predictor.kind}, ${horizonBars} bars ahead) expects more than both fills cost.`,
      markets: 1,
      input: 'bars',
      may: 'position',
      parameters: predictor.kind === 'onnx' ? OUTSIDE_PARAMETERS : PARAMETERS,
      features: () => features,
      ...(predictor.kind === 'onnx' && {
        asks: (values: readonly number[]) => wrongAnswer(predictor, values),
      }),
    },
    create: (parameters) => make(model, horizonBars, parameters),
  };
  return module;
}

type Pending = { readonly p: number; readonly close: number; age: number };

function make(
  model: ModelFile,
  horizon: number,
  { costBps, moveBars, deadlineMs = 0 }: Parameters,
): ModelStrategy {
  const { predictor } = model;
  const isPolicy = predictor.kind === 'q' || predictor.kind === 'dqn';
  const sequence = predictor.kind === 'lstm' || predictor.kind === 'onnx' ? predictor.sequence : 1;
  const watch = new ModelWatch(model);
  let rows: Float64Array[] = [];
  let closes: number[] = [];
  /** The forecast whose outcome is waited for: one at a time, so that outcomes do not overlap. */
  let pending: Pending | undefined;
  /** Bars until the position that was taken on a forecast ends. */
  let left = 0;
  let wanted = 0;

  const begin = (): void => {
    rows = [];
    closes = [];
    pending = undefined;
  };
  /** Mean size of a move over the horizon, in bps. */
  const meanMove = (): number => {
    let [sum, count] = [0, 0];
    for (let at = horizon; at < closes.length; at++) {
      sum += Math.abs((closes[at] as number) / (closes[at - horizon] as number) - 1);
      count++;
    }
    return count < LEAST_MOVES ? Number.NaN : (sum / count) * 10_000;
  };
  const settle = (close: number): void => {
    if (pending === undefined || ++pending.age < horizon) return;
    watch.onOutcome(pending.p, close > pending.close ? 1 : 0);
    pending = undefined;
  };
  /** What follows from a forecast made at `close`. */
  const decide = (p: number, close: number, stepUs: number, out: Outbox): void => {
    const isProbability = p >= 0 && p <= 1;
    // While it rests too: only outcomes can end that.
    if (isProbability) pending ??= { p, close, age: 0 };
    const reason = watch.mustRest;
    if (reason !== undefined || !isProbability) {
      wanted = 0;
      out.want(0, 0, reason ?? 'bad-answer');
      return;
    }
    const edge = Math.abs(2 * p - 1) * meanMove();
    const pays = edge > costBps;
    if (left > 0 && wanted !== 0) return;
    const next = pays ? (p > 0.5 ? 1 : -1) : 0;
    if (next !== 0) {
      left = horizon;
      out.signal({
        market: 0,
        side: next > 0 ? 'up' : 'down',
        probability: Math.max(p, 1 - p),
        edgeBps: Math.min(10_000, edge - costBps),
        horizonUs: horizon * stepUs,
      });
    }
    wanted = next;
    out.want(0, next, Number.isNaN(edge) ? 'move-unknown' : pays ? 'expects-a-move' : 'edge-below-cost');
  };
  /** Of the question that is under way. */
  let asked: { readonly close: number; readonly stepUs: number } | undefined;
  return {
    watch,
    onAnswer(answer, out) {
      if (asked === undefined || predictor.kind !== 'onnx') return;
      if ('values' in answer)
        return decide(probabilityOf(predictor, answer.values), asked.close, asked.stepUs, out);
      wanted = 0;
      out.want(0, 0, answer.fault);
    },
    onBar(view, out) {
      const [row] = view.features;
      const close = view.steps[0]?.close ?? Number.NaN;
      if (view.isAfterGap) begin();
      closes.push(close);
      if (closes.length > moveBars + horizon) closes.shift();
      settle(close);
      if (left > 0) left--;
      if (row === undefined || !isKnown(row, predictor.kind === 'trees')) {
        rows = [];
        wanted = 0;
        out.want(0, 0, 'not-warm');
        return;
      }
      watch.onRow(row);
      rows.push(Float64Array.from(row));
      if (rows.length > sequence) rows.shift();
      if (rows.length < sequence) return;
      if (predictor.kind === 'onnx') {
        asked = { close, stepUs: view.stepUs };
        out.ask(joined(rows), deadlineMs * US_PER_MS);
        return;
      }
      if (!isPolicy) {
        const [p = Number.NaN] = answerOf(model, sequence === 1 ? row : joined(rows));
        decide(p, close, view.stepUs, out);
      } else if (watch.mustRest !== undefined) {
        wanted = 0;
        out.want(0, 0, watch.mustRest);
      } else {
        const values = answerOf(model, [...row, wanted]);
        wanted = values.every(Number.isFinite) ? (POSITIONS[values.indexOf(Math.max(...values))] ?? 0) : 0;
        out.want(0, wanted, values.every(Number.isFinite) ? 'policy' : 'bad-answer');
      }
    },
    save: () => JSON.stringify({ watch: watch.save(), left, wanted }),
    load: (text) => {
      const saved = z
        .strictObject({ watch: z.string(), left: z.int().min(0), wanted: z.number() })
        .parse(JSON.parse(text));
      watch.load(saved.watch);
      left = saved.left;
      wanted = saved.wanted;
    },
  };
}

/** Trees take what is not known; the others need all of it. */
function isKnown(row: View['features'][number], takesUnknown: boolean): boolean {
  let known = 0;
  for (let at = 0; at < row.length; at++) if (!Number.isNaN(row[at])) known++;
  return takesUnknown ? known > 0 : known === row.length;
}

function joined(rows: readonly Float64Array[]): Float64Array {
  const [first] = rows;
  const width = first?.length ?? 0;
  const all = new Float64Array(width * rows.length);
  rows.forEach((row, at) => all.set(row, at * width));
  return all;
}
