/**
 * What a strategy is. A decision is a pure function of recorded inputs: a strategy reads no clock, draws no chance of its own and never
 * waits; all that it may know comes with the call. So a replay, a backtest and a live market give the same decisions.
 *
 * It is called after a closed bar, or on the grid of the book, never by a single update of a book, and answers which position it wants. It
 * sends no order and reaches no venue.
 */
import type { z } from 'zod';
import type { TimeUs } from '../domain/time.ts';
import type { FundingReading } from '../domain/funding-reading.ts';
import type { Answer, FaultyAnswer } from '../domain/prediction.ts';
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
  /** Where it is there: it looks at any number of markets from 1 to this, and `markets` are those of a test. */
  readonly mostMarkets?: number;
  /**
   * It trades an account of its own: its view has what that holds and what others said, it is called after the others, buys with its cash alone, names a market only where that is to be
   * traded, and takes other parameters with what it holds. A session has one of its name.
   */
  readonly account?: true;
  /** Holds parameters against the number of markets. @throws UserError for what does not fit. */
  readonly fits?: (parameters: never, markets: number) => void;
  /** `bars`: closed bars of any file. `book`: a grid of shorter steps, each with the book at its end; needs a market log. */
  readonly input: 'bars' | 'book';
  /** `signal`: says what it expects, and may want no position. */
  readonly may: 'signal' | 'position';
  /** Every parameter has a default and a range. */
  readonly parameters: z.ZodObject;
  /**
   * It asks a model outside of the kernel, whose answers are inputs of their own: only in a session, where they are recorded. Says what is wrong with the values of an answer;
   * undefined: nothing.
   */
  readonly asks?: (values: readonly number[]) => FaultyAnswer | undefined;
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
  /** What perpetuals of its coin said, by market; it may be over (`validUntilUs`). Undefined, or left out: nothing is known. */
  readonly perpetuals?: readonly (Readonly<FundingReading> | undefined)[];
  /** What opportunities that were detected say of its price, by market. Undefined, or left out: none was detected. */
  readonly mispricing?: readonly (Readonly<Mispricing> | undefined)[];
  /** Of a strategy that keeps an account: what that holds. */
  readonly purse?: Purse;
  /** Of a strategy that keeps an account: what others said of its markets since the last call, oldest first. */
  readonly heard?: readonly Readonly<HeardSignal>[];
  /** What is held in each market, as multiples of the stake. */
  readonly positions: readonly number[];
  /** Whether the step before is so long ago that all features began again. */
  readonly isAfterGap: boolean;
  /** From 0 to 1; the same in every run with the same seed. */
  random(): number;
};

/** Of opportunities that trade a market: one that buys there found it cheap. */
export type Mispricing = {
  /** Mean net edge of the last minute's opportunities in bps, bought above 0 and sold below, times the captured share; 0: there was none. */
  readonly pressureBps: number;
  readonly opportunities: number;
  /** Of the last executions: how many came home as planned. */
  readonly captured: number;
  readonly outcomes: number;
};

/** What a strategy's account holds, its stake taken as 1. */
export type Purse = {
  /** By market, in base for one unit of the stake. */
  readonly amounts: readonly number[];
  /** What purchases, sales and fees left of it, in quote. */
  readonly cash: number;
  /** By market: an order is under way, whose fill is not in the amounts yet. */
  readonly underWay: readonly boolean[];
  /** Of a trade of this value now, below 0: a sale. */
  costOf(market: number, value: number): FillCost;
};

/** In bps of what is traded: the fee, half the spread, and what its size takes of the book beyond the best price; or why it cannot be traded now. */
export type FillCost =
  | { readonly feeBps: number; readonly spreadBps: number; readonly slippageBps: number }
  | 'no-book'
  | 'no-depth'
  | 'fee-unknown'
  | 'below-minimum';

/** A signal of another strategy: `market` is one of the listener's. */
export type HeardSignal = Signal & {
  readonly source: string;
  readonly atUs: TimeUs;
  /** That it was said at. */
  readonly price: number;
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
  /**
   * Asks the model outside that its manifest names, once a call; `onAnswer` hears of it. What it wanted holds meanwhile.
   * @param deadlineUs from this call on; what comes later is an answer that is late.
   */
  ask(row: Float64Array, deadlineUs: number): void;
};

export type Strategy = {
  onBar?(view: View, out: Outbox): void;
  onBook?(view: View, out: Outbox): void;
  /** What the model outside answered to the last question, or why it did not. */
  onAnswer?(answer: Answer, out: Outbox): void;
  /** All that a restart needs to go on as if nothing had happened, as text; part of the digest. */
  save(): string;
  load(state: string): void;
  /** Of a model: why it holds nothing by what it is watched by; undefined: nothing is against it. */
  readonly watch?: { readonly mustRest: string | undefined };
};

export type StrategyModule<P extends StrategyParameters = StrategyParameters> = {
  readonly manifest: StrategyManifest;
  /** @param markets how many it looks at; absent: as many as its manifest says. */
  create(parameters: P, markets?: number): Strategy;
};

/** Markets of a strategy at most. */
export const MOST_MARKETS = 12;
/** The largest position that may be wanted, in stakes: more is a mistake of the strategy. */
export const MAX_POSITION = 10;
/** Longest state and reason, in characters. */
export const MAX_STATE = 1_000_000;
export const MAX_REASON = 200;
