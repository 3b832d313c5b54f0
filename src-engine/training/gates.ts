/**
 * What a model must show before it becomes champion. Each gate has a value and a bound; one whose value is not known does not pass. The deflated Sharpe
 * ratio counts what was tried on the same market and time up to now, so that a model which passed once may not pass after many more trials.
 */
import { z } from 'zod';
import { deflatedOf, LEAST_TRADES } from '../backtest/strategy/verdict.ts';
import { type Tried, trialWords } from '../backtest/strategy/tried-data.ts';
import { normalCdf } from '../lib/normal.ts';
import { CERTAINTY, LEAST_INDEPENDENT } from './judgement.ts';

export type ModelGate = {
  readonly gate: string;
  readonly value: string;
  readonly bound: string;
  readonly passes: boolean;
};

/** Highest mean distance of what it said from what came, out of sample. */
const MOST_CALIBRATION_ERROR = 0.1;
const LEAST_FOLDS = 2;
const LEVEL = 0.05;
/** Least costs of a fill, in bps, of a market whose fee is known: it has a spread besides. */
const LEAST_COSTS_BPS = 1;
/** Where no fee is known: what a training takes where it is not given. */
const USUAL_COSTS_BPS = 10;
/** Bars over which the features were looked at for what comes later. */
const LEAST_LOOKED = 50;

const roll = z.object({
  judgeRows: z.number(),
  logLoss: z.number().nullish(),
  baseLogLoss: z.number().nullish(),
  netBps: z.number().nullish(),
});
/** What gates read of a manifest. All of it was written by a training; of an imported model there is nothing. */
export const GATE_EVIDENCE = z.object({
  spec: z.object({ costBps: z.number() }),
  takerFeeBps: z.number().nullish(),
  dataSha256: z.string().regex(/^[0-9a-f]{64}$/),
  lookahead: z.object({ bars: z.number(), cuts: z.number(), leak: z.string().nullable() }),
  judgement: z.object({
    rolls: z.array(roll).max(60),
    rows: z.number(),
    independentRows: z.number().optional(),
    calibrationError: z.number().optional(),
    trades: z.number().optional(),
    changes: z.number().optional(),
    t: z.number(),
    netBps: z.number(),
    buyAndHoldBps: z.number(),
    higherCostsNetBps: z.number(),
    lateNetBps: z.number(),
    embargoBars: z.number(),
    labelBars: z.number(),
    sharpeRecord: z
      .object({ sharpe: z.number(), count: z.number(), skewness: z.number(), kurtosis: z.number() })
      .nullable(),
  }),
});
export type GateEvidence = z.infer<typeof GATE_EVIDENCE>;

/**
 * Whether a record of the same model takes the place of the stored one: costs alter no weight of a forecaster, so that the bytes are the same, and the
 * record at the highest costs is the one that is judged. One that says less than gates read never does.
 */
export function isStricter(record: unknown, stored: unknown): boolean {
  const [fresh, old] = [GATE_EVIDENCE.safeParse(record).data, GATE_EVIDENCE.safeParse(stored).data];
  return fresh !== undefined && (old === undefined || fresh.spec.costBps > old.spec.costBps);
}

/** @param evidence undefined: there is none, or it was altered, and `why` says which. */
export function gatesOf(evidence: GateEvidence | undefined, tried: Tried, why: string): ModelGate[] {
  if (evidence === undefined)
    return [{ gate: 'judged out of sample', value: why, bound: 'a training of this engine', passes: false }];
  const { judgement, lookahead, spec, takerFeeBps: fee } = evidence;
  const leastCosts = typeof fee === 'number' ? Math.max(LEAST_COSTS_BPS, fee) : USUAL_COSTS_BPS;
  const { rolls, t, netBps, buyAndHoldBps, embargoBars, labelBars, sharpeRecord: record } = judgement;
  const gains = rolls.filter(({ logLoss, baseLogLoss, netBps: net }) =>
    net === null || net === undefined ? (logLoss ?? 0) < (baseLogLoss ?? 0) : net > 0,
  ).length;
  const p = Math.min(1, (1 - normalCdf(t)) * tried.trials);
  const deflated = record === null ? undefined : deflatedOf(record, tried.trials, tried.sharpes);
  const trades = judgement.trades ?? judgement.changes ?? 0;
  const isPolicy = judgement.calibrationError === undefined;
  const bps = (value: number): string => `${value.toFixed(1)} bps`;
  const gate = (name: string, passes: boolean, value: string, bound: string): ModelGate => ({
    gate: name,
    value,
    bound,
    passes,
  });
  const { independentRows } = judgement;
  return [
    gate(
      'walk-forward',
      rolls.length >= LEAST_FOLDS && 2 * gains > rolls.length,
      `${gains} of ${rolls.length} folds gained`,
      `at least ${LEAST_FOLDS} folds, and more than half of them`,
    ),
    gate(
      'purge and embargo',
      embargoBars >= labelBars,
      `embargo of ${embargoBars} bars`,
      `no less than the label: ${labelBars} bars`,
    ),
    gate(
      'look-ahead',
      lookahead.leak === null && lookahead.bars >= LEAST_LOOKED,
      lookahead.leak ?? `none in ${lookahead.cuts} cuts of ${lookahead.bars} bars`,
      `none, over at least ${LEAST_LOOKED} bars`,
    ),
    ...(independentRows === undefined
      ? []
      : [
          gate(
            'independent rows',
            independentRows >= LEAST_INDEPENDENT,
            String(independentRows),
            `at least ${LEAST_INDEPENDENT}`,
          ),
        ]),
    gate('better than chance', p < LEVEL, `p ${p.toFixed(4)} over ${trialWords(tried)}`, `below ${LEVEL}`),
    gate(
      isPolicy ? 'changes of position' : 'trades',
      trades >= LEAST_TRADES,
      String(trades),
      `at least ${LEAST_TRADES}`,
    ),
    gate(
      'deflated Sharpe',
      deflated !== undefined && deflated >= CERTAINTY,
      deflated === undefined ? 'not known' : deflated.toFixed(3),
      `at least ${CERTAINTY}`,
    ),
    ...(judgement.calibrationError === undefined
      ? []
      : [
          gate(
            'calibration',
            judgement.calibrationError <= MOST_CALIBRATION_ERROR,
            judgement.calibrationError.toFixed(3),
            `at most ${MOST_CALIBRATION_ERROR}`,
          ),
        ]),
    gate(
      'costs of a fill',
      spec.costBps >= leastCosts,
      bps(spec.costBps),
      typeof fee === 'number'
        ? `at least ${bps(leastCosts)}: the taker fee of the market is ${bps(fee)}`
        : `at least ${bps(leastCosts)}: its file has no fee`,
    ),
    gate(
      'beats doing nothing and holding',
      netBps > Math.max(0, buyAndHoldBps),
      bps(netBps),
      `above ${bps(Math.max(0, buyAndHoldBps))}`,
    ),
    gate(
      'costs half as high again',
      judgement.higherCostsNetBps > 0,
      bps(judgement.higherCostsNetBps),
      'above 0.0 bps',
    ),
    gate('one bar later', judgement.lateNetBps > 0, bps(judgement.lateNetBps), 'above 0.0 bps'),
  ];
}
