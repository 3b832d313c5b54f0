/** What a backtest is asked to assume, checked. */
import type { BookStore } from '../books/book-store.ts';
import type { CaptureModel } from '../domain/capture-model.ts';
import { type Decimal, type DecimalText, decimal, isDecimalText } from '../domain/decimal.ts';
import { UserError } from '../domain/errors.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Asset, InstrumentId, VenueName } from '../domain/ids.ts';
import { checkLimits } from '../domain/limit-rules.ts';
import {
  DEFAULT_LIMITS,
  type DetectionSettings,
  type ExecutionSettings,
  type RiskLimits,
} from '../domain/limits.ts';
import { MAX_LEVELS_PER_MESSAGE } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { HardshipSettings } from '../venues/simulated/hardship.ts';
import type { LatencySettings } from '../venues/simulated/latency-model.ts';
import { type FillSettings, QUEUE_MODELS } from '../venues/simulated/resting-orders.ts';
import type { OnRead } from './replay-source.ts';
import type { InstrumentOverrides } from './run-instruments.ts';
import type { RunStrategies } from './run-strategies.ts';

export type BacktestOptions = {
  /** Market logs, and folders of them, replayed as one market: merged by time. Or one tape. */
  readonly logs: readonly string[];
  /** Taker fee of every instrument, in bps, 0 to below 10,000; default: as in the logs, 0 where they say nothing. */
  readonly feeBps?: number | undefined;
  /** Volume of the last 30 days in USD: each instrument of a venue with a published schedule has the fee of its tier. Not with `feeBps`. */
  readonly feeVolumeUsd?: number | undefined;
  /** Least order value of every instrument, each in its own quote asset; an instrument that asks for more keeps it. */
  readonly minNotional?: number | DecimalText | undefined;
  /** Oldest book to trade on, in ms; also counts evaluations on such books apart. */
  readonly maxAgeMs?: number | undefined;
  /** Longest cycle: 3 (default), or 4 as well. */
  readonly legs?: 3 | 4 | undefined;
  /**
   * What the account starts with; the first asset is home. Default: DEFAULT_CAPITAL of the asset with most instruments. Where the
   * logs are of several venues, each venue that trades the asset has so much of it.
   */
  readonly capital?: Readonly<Record<Asset, DecimalText>> | undefined;
  /** Instead of `capital`: what the account at each venue starts with. The first asset of the first venue is home. */
  readonly balances?: Readonly<Record<VenueName, Readonly<Record<Asset, DecimalText>>>> | undefined;
  /** Seed of the simulated venue's latencies; default 1. */
  readonly seed?: number | undefined;
  readonly latency?: LatencySettings | undefined;
  /** How orders that rest are filled. */
  readonly fills?: Partial<FillSettings> | undefined;
  /** Competitors and rejections; none when left out. */
  readonly hardship?: Partial<HardshipSettings> | undefined;
  readonly limits?: Partial<RiskLimits> | undefined;
  readonly detection?: Partial<DetectionSettings> | undefined;
  /** Keeps the run from what it finds unlikely to be captured, from the newest execution that it learnt from on; `detection` says whether it is asked, and gates. */
  readonly scorer?: CaptureModel | undefined;
  /** Strategies of the run, a portfolio among them, on paper or in shadow. */
  readonly strategies?: RunStrategies | undefined;
  /** How cycles are traded once they are chosen. */
  readonly execution?: Partial<ExecutionSettings> | undefined;
  /** Levels a side that books keep. Default: as recorded for frames with checksums, else 1000. */
  readonly bookDepth?: number | undefined;
  /** Reads logs that break off up to their last complete line. */
  readonly allowUnfinished?: boolean | undefined;
  /** Sees every event of the run, in order. */
  readonly onEvents?: ((events: readonly EngineEvent[]) => void) | undefined;
  readonly watcher?: RunWatcher | undefined;
  /** Hears how far its logs or its tape are read. */
  readonly onRead?: OnRead | undefined;
  /** False leaves out what every cycle offered: a sweep does not use it. */
  readonly cycleFigures?: boolean | undefined;
  /** False leaves out the digest of all events: to write each as text takes as long as to trade it. */
  readonly digest?: boolean | undefined;
};

/** Looks on from outside while a run goes. */
export type RunWatcher = {
  /** Before the first event. `valueOf`: an amount in the home currency at the marks of the moment; the run's own books. */
  begin(portfolio: Pick<Portfolio, 'valueOf'>, books: Pick<BookStore, 'sync' | 'instruments'>): void;
  /** A book message was taken in. */
  onMarket(instrumentId: InstrumentId, atUs: TimeUs): void;
};

/** Longest that a model of a strategy is said to take. */
const MAX_ANSWER_MS = 60_000;
/** Longest latency that is believed, and longest age of a book: an hour, in µs and ms. */
const MAX_LATENCY_US = 3_600_000_000;
const MAX_AGE_MS = 86_400_000;

function bad(field: string, value: unknown, message: string, remedy: string): UserError {
  return new UserError({ code: 'bad-option', field, value: String(value), message, remedy });
}

function demand(field: string, value: number | undefined, low: number, high: number, whole = true): void {
  if (value === undefined) return;
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return;
  const kind = whole ? 'whole number' : 'number';
  throw bad(field, value, `is not a ${kind} from ${low} to ${high}`, `Give a ${kind} in that range.`);
}

/** @throws UserError naming the option and its value. */
export function checkOptions(options: BacktestOptions): void {
  // Only the options that were given: a limit on book age alone may have any value.
  if (options.limits !== undefined) checkLimits({ ...DEFAULT_LIMITS, ...options.limits });
  demand('fee-bps', options.feeBps, 0, 9_999, false);
  demand('fee-volume', options.feeVolumeUsd, 0, 1e12, false);
  if (options.feeBps !== undefined && options.feeVolumeUsd !== undefined) {
    throw bad('fee-volume', options.feeVolumeUsd, 'cannot be combined with fee-bps', 'Give one of the two.');
  }
  if (options.capital !== undefined && options.balances !== undefined) {
    const venues = Object.keys(options.balances).join(', ');
    throw bad('balances', venues, 'cannot be combined with capital', 'Give one of the two.');
  }
  demand('max-age-ms', options.maxAgeMs, 0, MAX_AGE_MS);
  demand('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
  demand('latency min', options.latency?.minUs, 0, MAX_LATENCY_US);
  demand('latency tail', options.latency?.tailUs, 0, MAX_LATENCY_US);
  demand('answer-ms', options.strategies?.answerMs, 0, MAX_ANSWER_MS);
  demand('competitor-pct', options.hardship?.competitorPct, 0, 100, false);
  demand('reject-pct', options.hardship?.rejectPct, 0, 100, false);
  const queue = options.fills?.queue;
  if (queue !== undefined && !QUEUE_MODELS.includes(queue)) {
    throw bad('fills.queue', queue, 'is not a queue model', `Choose among ${QUEUE_MODELS.join(', ')}.`);
  }
  checkQuantiles(options.latency?.quantilesUs);
  demand('book depth', options.bookDepth, 1, MAX_LEVELS_PER_MESSAGE);
  if (options.legs !== undefined && options.legs !== 3 && options.legs !== 4) {
    throw bad('legs', options.legs, 'is not 3 or 4', 'Give 3, or 4 for cycles of four as well.');
  }
}

/** Most values of a measured distribution. */
const MAX_QUANTILES = 10_001;

function checkQuantiles(quantilesUs: readonly number[] | undefined): void {
  if (quantilesUs === undefined) return;
  const rises = quantilesUs.every(
    (value, k) => value >= (quantilesUs[k - 1] ?? 0) && value <= MAX_LATENCY_US,
  );
  if (rises && quantilesUs.length >= 2 && quantilesUs.length <= MAX_QUANTILES) return;
  throw bad(
    'latency quantiles',
    `${quantilesUs.length} values`,
    'are not 2 or more rising latencies of at most an hour',
    'Give the measured latencies in µs, smallest first.',
  );
}

/** Fees and minimums that replace those of the logs. @throws UserError */
export function overridesOf(options: BacktestOptions): InstrumentOverrides {
  const { feeBps, feeVolumeUsd, minNotional } = options;
  return {
    feeVolumeUsd,
    keepsVenuesApart: true,
    takerFee: feeBps === undefined ? undefined : decimal(feeBps).div(10_000),
    minNotional: minNotional === undefined ? undefined : amountOf('min-notional', minNotional),
  };
}

/** A decimal of zero or more. @throws UserError naming the field. */
export function amountOf(field: string, value: number | DecimalText): Decimal {
  const text = typeof value === 'number' && Number.isFinite(value) ? decimal(value).toFixed() : String(value);
  if (isDecimalText(text) && !text.startsWith('-')) return decimal(text);
  throw bad(field, value, 'is not a decimal of zero or more', 'Write plain digits such as 5 or 0.25.');
}
