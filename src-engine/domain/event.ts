/**
 * The facts of a run: what the kernel decided and what the venue did. They are journaled in this order, make
 * up the digest of the run, and reach the screen losslessly. Decimals are text, so that the same run gives
 * the same bytes.
 */
import type { ArmingState } from './arming.ts';
import type { DecimalText } from './decimal.ts';
import type { Asset, ExecutionId, IntentId, OpportunityId, OrderId, VenueName } from './ids.ts';
import type { InstrumentSpec } from './instrument.ts';
import type { DetectionSettings, ExecutionSettings, RiskLimits } from './limits.ts';
import type { Opportunity } from './opportunity.ts';
import type { Fill, OrderState, Side, TimeInForce, UnreadRow, VenueOrder } from './order.ts';
import type {
  BreakerName,
  BreakerState,
  CoinDoubt,
  CoinTrust,
  DenialNumbers,
  LimitChange,
  LimitScope,
  RiskLevel,
  RiskSnapshot,
} from './risk.ts';
import type { TimeUs } from './time.ts';

/** How real a run is. `simulated` orders on any of the first two; the window never lets them be mistaken. */
export type RunMode = 'backtest' | 'paper' | 'ghost' | 'live';

/** State of a book as a whole: only `live` is traded. */
export type BookState = 'syncing' | 'live' | 'stale';

export type Balance = {
  readonly asset: Asset;
  readonly total: DecimalText;
  readonly reserved: DecimalText;
  /** What the venue holds back of `total` for orders that were placed elsewhere; left out where it is nothing. */
  readonly held?: DecimalText | undefined;
  /** What `total` cost, in the home currency (average cost): the basis of realised and unrealised PnL. */
  readonly costHome: DecimalText;
};

/** An order in full, as facts and queries carry it. */
export type OrderRecord = {
  readonly orderId: OrderId;
  readonly intentId: IntentId;
  readonly executionId: ExecutionId;
  readonly venue: VenueName;
  readonly symbol: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly timeInForce: TimeInForce;
  readonly state: OrderState;
  readonly filledQty: DecimalText;
  readonly filledNotional: DecimalText;
  readonly fees: DecimalText;
  readonly reason: string;
  readonly createdUs: TimeUs;
  readonly updatedUs: TimeUs;
};

/** An order of an earlier run as the journal tells it, with the fills that were booked. */
export type RecoveredOrder = {
  readonly record: OrderRecord;
  readonly fillIds: readonly string[];
  /** Its cycle was told as finished: a fill that comes now is not in that record. */
  readonly isCycleOver?: boolean | undefined;
};

export type FillRecord = Fill & {
  readonly executionId: ExecutionId;
  readonly venue: VenueName;
  readonly symbol: string;
  readonly side: Side;
};

/** How an attempt to trade a cycle ended. */
export type ExecutionOutcome =
  /** Every leg filled. */
  | 'completed'
  /** The first leg found nothing; nothing is held. */
  | 'missed'
  /** A leg failed and what was held was brought home another way. */
  | 'unwound'
  /** What was held could not be brought home; trading is halted until an operator resumes. */
  | 'stranded'
  /** Denied by risk before the first order left. */
  | 'denied'
  /** What earlier cycles had left of an asset was sold once it was enough for an order. */
  | 'swept'
  /** The venue filled an order after its cycle was over: what that moved, and nothing was begun for it. */
  | 'late';

export type ExecutionRecord = {
  readonly executionId: ExecutionId;
  readonly opportunityId: string;
  readonly venue: VenueName;
  readonly path: readonly Asset[];
  readonly startAmount: DecimalText;
  /** What came home in `path[0]`, minus what left; fees included. */
  readonly profit: DecimalText;
  /** What it did to the account in the home currency, at the marks of its end: `profit`, and what it left there. */
  readonly profitHome: DecimalText;
  readonly expectedNetBps: number;
  /** `profitHome` over the value of the start amount. */
  readonly realizedNetBps: number;
  /** Residuals by asset: what rounding left behind. Stored under this name since the first version. */
  readonly dust: readonly { readonly asset: Asset; readonly amount: DecimalText }[];
  readonly outcome: ExecutionOutcome;
  readonly detail: string;
  readonly startedUs: TimeUs;
  readonly finishedUs: TimeUs;
};

export type EquitySample = {
  readonly atUs: TimeUs;
  readonly homeAsset: Asset;
  /** Everything at the last mid prices, in the home currency. */
  readonly equity: DecimalText;
  readonly realizedPnl: DecimalText;
  readonly unrealizedPnl: DecimalText;
  readonly fees: DecimalText;
};

/** Why a venue was asked how the account stands. `doubt`: something was told that does not fit. */
export type ReconcileCause = 'start' | 'reconnect' | 'wake' | 'periodic' | 'doubt' | 'operator';

export type DeadManState = 'set' | 'withheld' | 'failing' | 'ended';

/** What a watchdog did when it heard no sign of life of the decision loop. */
export type WatchdogDeed = {
  readonly venue: VenueName;
  readonly actedUs: TimeUs;
  readonly cause: 'dead' | 'frozen';
  readonly silentMs: number;
  /** Orders that the venue says it canceled. */
  readonly canceled: number;
  /** The venue has shown, twice, that nothing is open. */
  readonly verified: boolean;
  readonly tookMs: number;
  /** Why it is not verified. */
  readonly problem: string;
};

/** A balance of which the venue and the ledger tell different amounts. */
export type BalanceDifference = {
  readonly asset: Asset;
  readonly ledger: DecimalText;
  readonly venue: DecimalText;
};

/** Who said that an instrument changed: the venue's list, the account's fees, or a fill that cost more than planned. */
export type InstrumentCause = 'venue' | 'account' | 'fill';

/** Who did it: a person through the window, the command line or the API, or the engine itself. */
export type Actor = { readonly kind: 'operator' | 'engine'; readonly via: string };

export type EngineEvent = { readonly atUs: TimeUs } & (
  | {
      readonly type: 'runStarted';
      readonly mode: RunMode;
      readonly simulatedMarket: boolean;
      readonly seed: number;
      readonly homeAsset: Asset;
      readonly balances: readonly Balance[];
    }
  | {
      readonly type: 'feedChanged';
      readonly venue: VenueName;
      readonly state: string;
      readonly venueStatus: string;
      readonly reason: string;
    }
  | {
      readonly type: 'bookStateChanged';
      readonly venue: VenueName;
      readonly symbol: string;
      readonly state: BookState;
      readonly reason: string;
    }
  /** The venue changed an instrument's rules, or what a taker pays there; `spec` is the whole as it stands now. */
  | {
      readonly type: 'instrumentChanged';
      readonly venue: VenueName;
      readonly symbol: string;
      readonly cause: InstrumentCause;
      /** `name before → after`. */
      readonly changes: readonly string[];
      readonly spec: InstrumentSpec;
    }
  /** Nothing new is ordered there, and why; with an empty reason: it is traded again. */
  | {
      readonly type: 'instrumentStopped';
      readonly venue: VenueName;
      readonly symbol: string;
      readonly reason: string;
    }
  | { readonly type: 'opportunityOpened'; readonly opportunity: Opportunity }
  | { readonly type: 'opportunityClosed'; readonly opportunity: Opportunity }
  | {
      readonly type: 'executionStarted';
      readonly executionId: ExecutionId;
      readonly opportunity: Opportunity;
    }
  /** What earlier cycles had left of `asset` is brought home: an execution without an opportunity. */
  | {
      readonly type: 'sweepStarted';
      readonly executionId: ExecutionId;
      readonly venue: VenueName;
      readonly asset: Asset;
      readonly amount: DecimalText;
    }
  /** The last run ended in the middle of it: what its fills left is kept for a sweep, and it goes no further. */
  | {
      readonly type: 'executionAbandoned';
      readonly executionId: ExecutionId;
      readonly left: readonly { readonly asset: Asset; readonly amount: DecimalText }[];
    }
  | { readonly type: 'executionFinished'; readonly execution: ExecutionRecord }
  | { readonly type: 'orderCreated'; readonly order: OrderRecord }
  | {
      readonly type: 'orderDenied';
      readonly order: OrderRecord;
      readonly code: string;
      readonly detail: string;
      /** Where a limit was passed. */
      readonly numbers?: DenialNumbers | undefined;
    }
  | { readonly type: 'orderAccepted'; readonly order: OrderRecord }
  | { readonly type: 'orderFilled'; readonly order: OrderRecord; readonly fill: FillRecord }
  | { readonly type: 'orderCanceled'; readonly order: OrderRecord }
  | { readonly type: 'orderRejected'; readonly order: OrderRecord }
  | { readonly type: 'orderUnknown'; readonly order: OrderRecord }
  /** An operator ended an unknown order that the venue never showed. */
  | { readonly type: 'orderSettled'; readonly actor: Actor; readonly order: OrderRecord }
  /** An order on the account that was placed elsewhere. It is shown once and never touched. */
  | { readonly type: 'foreignOrderSeen'; readonly venue: VenueName; readonly order: VenueOrder }
  /** A row of the venue that is none of ours, or of no asset that is traded, could not be read; told once. */
  | ({ readonly type: 'venueRowUnread'; readonly venue: VenueName } & UnreadRow)
  /** The ledger was compared with the venue. Periodic ones are told only when they found something. */
  | {
      readonly type: 'reconciled';
      readonly venue: VenueName;
      readonly cause: ReconcileCause;
      readonly adoptedFills: number;
      readonly settledOrders: number;
      readonly unknownOrders: number;
    }
  /** New orders are refused until a later one succeeds. */
  | {
      readonly type: 'reconcileFailed';
      readonly venue: VenueName;
      readonly cause: ReconcileCause;
      readonly attempt: number;
      readonly reason: string;
    }
  | {
      readonly type: 'balancesDiffer';
      readonly venue: VenueName;
      readonly differences: readonly BalanceDifference[];
    }
  /** An operator took the venue's balances for true: deposits, withdrawals, trades made elsewhere. */
  | {
      readonly type: 'balancesAdopted';
      readonly venue: VenueName;
      readonly actor: Actor;
      readonly differences: readonly BalanceDifference[];
    }
  /**
   * The venue's dead-man switch: `set`: it cancels everything unless it is told again in time. `withheld`: it is not told
   * again, and why. `failing`: the venue does not take it. `ended`: nothing of ours is open, and it was switched off.
   */
  | {
      readonly type: 'deadManSwitchChanged';
      readonly venue: VenueName;
      readonly state: DeadManState;
      readonly reason: string;
    }
  | { readonly type: 'balancesChanged'; readonly balances: readonly Balance[] }
  | { readonly type: 'equitySampled'; readonly sample: EquitySample }
  | { readonly type: 'killed'; readonly actor: Actor; readonly reason: string; readonly cancelsSent: number }
  | { readonly type: 'killVerified'; readonly openOrders: number }
  | { readonly type: 'rearmed'; readonly actor: Actor }
  /** Live trading was armed or disarmed, at one venue where the run has several: see risk/arming.ts. */
  | {
      readonly type: 'armingChanged';
      readonly from: ArmingState;
      readonly to: ArmingState;
      readonly reason: string;
      readonly actor: Actor;
      readonly venue?: VenueName;
    }
  /** With a venue: trading halted, or goes on, there alone. */
  | {
      readonly type: 'tradingHalted';
      readonly code: string;
      readonly reason: string;
      readonly venue?: VenueName;
    }
  | { readonly type: 'tradingResumed'; readonly actor: Actor; readonly venue?: VenueName }
  /** The watchdog canceled every order at a venue, as the engine was dead or stood still. */
  | ({ readonly type: 'watchdogActed' } & WatchdogDeed)
  /** The watchdog has ended by itself; another one is started. */
  | { readonly type: 'watchdogLost'; readonly venue: VenueName; readonly reason: string }
  /** The journal fell so far behind that facts about the market were let go; none about orders or money. */
  | { readonly type: 'factsDropped'; readonly count: number }
  /** `version` counts the changes of a profile; `after` is the whole set as it stands then. */
  | {
      readonly type: 'limitsChanged';
      readonly actor: Actor;
      readonly version: number;
      readonly scope: LimitScope;
      readonly changes: readonly LimitChange[];
      readonly after: RiskLimits | DetectionSettings | ExecutionSettings;
    }
  | {
      readonly type: 'riskLevelChanged';
      readonly from: RiskLevel;
      readonly to: RiskLevel;
      /** Percent of the day's first equity that is lost. */
      readonly lossPct: DecimalText;
      readonly actor: Actor;
    }
  /** A breaker tripped, tries again, or closed. `venue` is empty for those of the account. */
  | {
      readonly type: 'breakerChanged';
      readonly breaker: BreakerName;
      readonly venue: VenueName;
      readonly state: BreakerState;
      readonly reason: string;
      readonly actor: Actor;
    }
  | { readonly type: 'strategyStopped'; readonly strategy: string; readonly reason: string }
  | { readonly type: 'strategyEnabled'; readonly strategy: string; readonly actor: Actor }
  /** One code at several venues may stand for two coins: each venue's is valued by itself until an operator decides. */
  | ({ readonly type: 'coinDoubted' } & Omit<CoinDoubt, 'sinceUs'>)
  | ({ readonly type: 'coinTrusted'; readonly actor: Actor } & CoinTrust)
  /** Risk refused a plan before its first order; told once for each reason in the life of an opportunity. */
  | {
      readonly type: 'opportunityDenied';
      readonly opportunityId: OpportunityId;
      readonly venue: VenueName;
      readonly path: readonly Asset[];
      readonly code: string;
      readonly detail: string;
      readonly numbers?: DenialNumbers | undefined;
    }
  /** What the risk engine must know after a restart, as of now. */
  | { readonly type: 'riskRecorded'; readonly risk: RiskSnapshot }
);

export type EventType = EngineEvent['type'];
