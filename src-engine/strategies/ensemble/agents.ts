/** The agents that vote: each gives a number after a closed bar. What it means is not said by the agent: that is measured, see record.ts. */
import type { FundingReading } from '../../domain/funding-reading.ts';
import type { SentimentReading } from '../../domain/sentiment.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Mispricing } from '../strategy-port.ts';
import type { Regime, RegimeFilter } from './regimes.ts';

/** All that are known by name. Those without an input here are shown as such and never vote. */
export const AGENT_NAMES = [
  'technical',
  'regime',
  'order-flow',
  'volatility',
  'correlation',
  'model',
  'arbitrage',
  'funding',
  'sentiment',
] as const;
export type AgentName = (typeof AGENT_NAMES)[number];

/** Of the market that is traded, and after it of the one that leads where there are two. In the order of `SIGNALS`. */
export const SIGNALS = [
  'return:1',
  'return:20',
  'volatility:20',
  'volatility:100',
  'z-score:20',
  'turbulence:50',
  'volume-share:20',
  'spread',
  'depth-imbalance',
  'trade-flow:10',
] as const;
export type Signs = Readonly<Record<(typeof SIGNALS)[number], number>>;

export type AgentInput = {
  readonly atUs: TimeUs;
  readonly own: Signs;
  /** Undefined: one market alone. */
  readonly leader: Signs | undefined;
  readonly regimes: RegimeFilter;
  /** Of the model that learns from outcomes. */
  readonly weights: readonly number[];
  /** All features of the market that is traded: those of `SIGNALS`, and after them what an agent asked for. */
  readonly row: ArrayLike<number>;
  /** Of the market that is traded; undefined: no news are read. */
  readonly sentiment?: Readonly<SentimentReading> | undefined;
  /** Of the perpetuals of its coin; undefined: none is watched. */
  readonly perpetuals?: Readonly<FundingReading> | undefined;
  /** Of opportunities that trade it; undefined: none was detected. */
  readonly mispricing?: Readonly<Mispricing> | undefined;
};

/** `atUs`: when what it rests on was known. */
export type Answer = { readonly score: number; readonly atUs: TimeUs };
export type Agent = {
  readonly name: AgentName;
  /** Undefined: it has no input here. A number that is none means that it cannot say yet. */
  readonly answer: (input: AgentInput) => Answer | undefined;
};

const MOST_DEVIATIONS = 4;

export const HOUSE_AGENTS: readonly Agent[] = [
  { name: 'technical', answer: ({ own, atUs }) => ({ score: (last(own) + past(own)) / 2, atUs }) },
  {
    name: 'regime',
    answer: ({ regimes, atUs }) => {
      const of = (regime: Regime): number => regimes.probability(regime);
      return { score: of('trend-up') - of('trend-down') - of('crisis'), atUs };
    },
  },
  {
    name: 'order-flow',
    // A file of candles has neither.
    answer: ({ own, atUs }) => {
      const known = [own['trade-flow:10'], own['depth-imbalance']].filter((value) => !Number.isNaN(value));
      const sum = known.reduce((total, value) => total + value, 0);
      return { score: known.length === 0 ? Number.NaN : sum / known.length, atUs };
    },
  },
  {
    name: 'volatility',
    answer: ({ own, atUs }) => ({ score: own['z-score:20'] * own['turbulence:50'], atUs }),
  },
  {
    name: 'correlation',
    answer: ({ own, leader, atUs }) =>
      leader === undefined ? undefined : { score: last(leader) - last(own), atUs },
  },
  {
    name: 'model',
    answer: ({ weights, atUs, own }) => {
      const row = modelRow(own);
      return {
        score: weights.reduce((sum, weight, at) => sum + weight * (row[at] as number), 0),
        atUs,
      };
    },
  },
  {
    name: 'sentiment',
    answer: ({ sentiment, atUs }) => {
      if (sentiment === undefined) return undefined;
      const { score, confidence, answeredUs, validUntilUs } = sentiment;
      // Came after the bar that is voted on.
      if (answeredUs > atUs) return { score: Number.NaN, atUs };
      // A reading has an end of its own; past that it is late, however long the bars are.
      return { score: score * confidence, atUs: validUntilUs >= atUs ? atUs : 0 };
    },
  },
  {
    name: 'arbitrage',
    answer: ({ mispricing, atUs }) =>
      mispricing === undefined ? undefined : { score: mispricing.pressureBps, atUs },
  },
  {
    name: 'funding',
    answer: ({ perpetuals, atUs }) => {
      if (perpetuals === undefined) return undefined;
      const { rateBps, basisBps, readUs, validUntilUs } = perpetuals;
      if (readUs > atUs) return { score: Number.NaN, atUs };
      // What longs pay for eight hours, and what they pay above the spot price: which side that favours, outcomes say.
      return { score: rateBps + (basisBps ?? 0), atUs: validUntilUs >= atUs ? atUs : 0 };
    },
  },
];

/** What the model learns from, without a scale; what is not known is 0. */
export function modelRow(own: Signs): readonly number[] {
  const flow = [own['depth-imbalance'], own['trade-flow:10']].map((value) =>
    Number.isNaN(value) ? 0 : value,
  );
  return [1, last(own), past(own), within(own['z-score:20']), ...flow];
}
export const MODEL_COLUMNS = 6;

/** The last return in deviations. */
const last = (signs: Signs): number => within(signs['return:1'] / signs['volatility:20']);
/** The return of 20 bars over what noise of that length gives. */
export const past = (signs: Pick<Signs, 'return:20' | 'volatility:20'>): number =>
  within(signs['return:20'] / (signs['volatility:20'] * Math.sqrt(20)));

function within(value: number): number {
  return Number.isNaN(value) ? value : Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, value));
}
