/**
 * What a strategy is. A decision is a pure function of recorded inputs: a strategy reads no clock, draws no chance of its own and never
 * waits; all that it may know comes with the call. So a replay, a backtest and a live market give the same decisions.
 *
 * It is called after a closed bar, or on the grid of the book, never by a single update of a book, and answers which position it wants. It
 * sends no order and reaches no venue.
 */
import type { z } from 'zod';
import type { TimeUs } from '../domain/time.ts';
import type { SentimentReading } from '../domain/sentiment.ts';
import type { MarketStep } from '../features/market-step.ts';

export type StrategyParameters = Readonly<Record<string, unknown>>;

export type StrategyManifest = {
  /** Lower case with hyphens, and that of its folder. */
  readonly name: string;
  /** Raised whenever the same inputs give other decisions. */
  readonly version: number;
  readonly summary: string;
  /** How many markets it looks at, each a file of a backtest. */
  readonly markets: 1 | 2;
  /** `bars`: closed bars of any file. `book`: a grid of shorter steps, each with the book at its end; needs a market log. */
  readonly input: 'bars' | 'book';
  /** `signal`: says what it expects, and may want no position. */
  readonly may: 'signal' | 'position';
  /** Every parameter has a default and a range. */
  readonly parameters: z.ZodObject;
  /** Features of each market by their specification, such as `sma:20`, in the order in which the view has them. */
  readonly features: (parameters: never) => readonly string[];
};

/** What a strategy may know. Valid during the call only. */
export type View = {
  /** End of the step: the time of this call. */
  readonly atUs: TimeUs;
  /** Most common time between two steps. */
  readonly stepUs: number;
  readonly steps: readonly Readonly<MarketStep>[];
  /** By market, in the manifest's order; NaN: not warm, or unknown in this market. */
  readonly features: readonly Float64Array[];
  /** Of markets that are perpetuals, by market; undefined: it is none, or nothing is known of it. Left out where no market is one. */
  readonly funding?: readonly (Readonly<FundingNow> | undefined)[];
  /** What a model made of news, by market: of its coin, else of the market as a whole; it may be over (`validUntilUs`). Undefined, or left out: nothing is known. */
  readonly sentiment?: readonly (Readonly<SentimentReading> | undefined)[];
  /** What is held in each market, as multiples of the stake. */
  readonly positions: readonly number[];
  /** Whether the step before is so long ago that all features began again. */
  readonly isAfterGap: boolean;
  /** From 0 to 1; the same in every run with the same seed. */
  random(): number;
};

/** What a perpetual announces. NaN: its venue does not say. */
export type FundingNow = {
  /** Of the next payment, as a fraction; above 0: longs pay shorts. */
  readonly rate: number;
  readonly everyUs: number;
  readonly nextUs: TimeUs;
  readonly index: number;
  /** Since the reading came. */
  readonly ageUs: number;
  /** What buying spot, selling the perpetual and leaving both would cost now, in bps of the stake. */
  readonly costBps: number;
};

export type Signal = {
  readonly market: number;
  readonly side: 'up' | 'down';
  /** That it happens within the horizon: 0 to 1. */
  readonly probability: number;
  readonly edgeBps: number;
  readonly horizonUs: number;
};

export type Outbox = {
  /** The position to hold from the next price on, as a multiple of the stake, negative: sold. What is not said stays as it is wanted. */
  want(market: number, position: number, reason: string): void;
  signal(signal: Signal): void;
};

export type Strategy = {
  onBar?(view: View, out: Outbox): void;
  onBook?(view: View, out: Outbox): void;
  /** All that a restart needs to go on as if nothing had happened, as text; part of the digest. */
  save(): string;
  load(state: string): void;
};

export type StrategyModule<P extends StrategyParameters = StrategyParameters> = {
  readonly manifest: StrategyManifest;
  create(parameters: P): Strategy;
};

/** The largest position that may be wanted, in stakes: more is a mistake of the strategy. */
export const MAX_POSITION = 10;
/** Longest state and reason, in characters. */
export const MAX_STATE = 1_000_000;
export const MAX_REASON = 200;
