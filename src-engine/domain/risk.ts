/** What the risk engine knows beyond one order: levels of loss, breakers, stops. The shapes of its facts. */
import type { DecimalText } from './decimal.ts';
import type { Asset, VenueName } from './ids.ts';
import type { InventoryStanding } from './inventory-schemas.ts';
import type { LIMIT_SETS } from './limit-table.ts';
import type { TimeUs } from './time.ts';

/**
 * How much of the day's equity is lost. `caution` halves sizes; `restricted` takes only orders that bring exposure
 * down; `halted` takes nothing new; `shutdown` throws the kill switch. Within a day the level only rises. A new UTC
 * day ends the first two; the last two stay until an operator resets them.
 */
export type RiskLevel = 'normal' | 'caution' | 'restricted' | 'halted' | 'shutdown';

/** In the order in which they are reached. */
export const RISK_LEVELS: readonly RiskLevel[] = ['normal', 'caution', 'restricted', 'halted', 'shutdown'];

/**
 * What may trip. The first four latch: only an operator resets them. The last two are of a venue and recover by
 * themselves, through a trial.
 */
export type BreakerName =
  | 'daily-loss'
  | 'drawdown'
  | 'exposure'
  | 'no-edge'
  | 'data-quality'
  | 'api-reliability';

export type BreakerState = 'closed' | 'open' | 'half-open' | 'latched';

/** A breaker that is not closed. `venue` is empty for those of the account. */
export type TrippedBreaker = {
  readonly breaker: BreakerName;
  readonly venue: VenueName;
  readonly state: Exclude<BreakerState, 'closed'>;
  readonly reason: string;
  readonly sinceUs: TimeUs;
};

/** A cycle that repeated itself without profit. `strategy` names it through restarts: `VENUE USD>BTC>ETH`. */
export type StrategyStop = { readonly strategy: string; readonly reason: string; readonly sinceUs: TimeUs };

/** Finished executions that put money at stake: what Kelly sizes are worked out from. Sums in the home currency. */
export type TradeRecord = {
  readonly wins: number;
  readonly losses: number;
  readonly won: DecimalText;
  readonly lost: DecimalText;
};

/** A code that may stand for two coins: prices at its venues are too far apart. It is valued at each venue by that one's own books. */
export type CoinDoubt = {
  /** The code, without a venue. */
  readonly coin: Asset;
  /** Every venue of the run that lists it. */
  readonly venues: readonly VenueName[];
  /** Mid prices in `unit`, rounded for showing, where the books were live. */
  readonly prices: readonly { readonly venue: VenueName; readonly price: DecimalText }[];
  readonly unit: Asset;
  readonly reason: string;
  readonly sinceUs: TimeUs;
};

/** A stablecoin that has left its band around its peg currency: cycles and routes through it are stopped. */
export type Depeg = {
  readonly coin: Asset;
  readonly peg: Asset;
  /** In the peg currency, rounded for showing. */
  readonly price: DecimalText;
  readonly reason: string;
  readonly sinceUs: TimeUs;
};

/** An operator took the code for one coin at these venues. */
export type CoinTrust = { readonly coin: Asset; readonly venues: readonly VenueName[] };

export type CoinStanding = { readonly doubted: readonly CoinDoubt[]; readonly trusted: readonly CoinTrust[] };

/** What must survive a restart. Journalled as a fact whenever it changes, so that it is as durable as its cause. */
export type RiskSnapshot = {
  readonly level: RiskLevel;
  readonly levelSinceUs: TimeUs;
  /** UTC days since 1970, and what the account was worth when that day began; null before the first full valuation. */
  readonly day: number;
  readonly dayOpenEquity: DecimalText | null;
  readonly peakEquity: DecimalText | null;
  readonly tradesToday: number;
  readonly latched: readonly TrippedBreaker[];
  readonly stops: readonly StrategyStop[];
  readonly record: TradeRecord;
  /** What the account holds on purpose, by asset: no position of ours. */
  readonly opened: Readonly<Record<Asset, DecimalText>>;
  /** Codes that may stand for two coins, and those that an operator has decided on; left out where there are none. */
  readonly coins?: CoinStanding | undefined;
  /** Stablecoins that have left their band; left out where there are none. */
  readonly depegged?: readonly Depeg[] | undefined;
  /** Targets, terms and transfers; left out where there are none. */
  readonly inventory?: InventoryStanding | undefined;
  /** What came in, below zero: was taken out, and waits for its first price, by asset; left out where nothing does. */
  readonly unpriced?: Readonly<Record<Asset, DecimalText>> | undefined;
  /** Of `opened`, by coin: what strategies held for themselves when an operator took all as held on purpose; left out where they held nothing. */
  readonly ofStrategies?: Readonly<Record<Asset, DecimalText>> | undefined;
};

/** Which set of settings a change is of. */
export type LimitScope = keyof typeof LIMIT_SETS;

/** What was asked and what is allowed, in plain digits: the numbers of a denial. */
export type DenialNumbers = { readonly asked: string; readonly allowed: string; readonly unit: string };

/** One limit or setting that an operator changed. Values as JSON writes them. */
export type LimitChange = { readonly field: string; readonly from: string; readonly to: string };
