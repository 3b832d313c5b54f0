/**
 * The facts of a run: what the kernel decided and what the venue did. They are journaled in this order, make
 * up the digest of the run, and reach the screen losslessly. Decimals are text, so that the same run gives
 * the same bytes.
 */
import type { DecimalText } from './decimal.ts';
import type { Asset, ExecutionId, IntentId, OrderId, VenueName } from './ids.ts';
import type { Opportunity } from './opportunity.ts';
import type { Fill, OrderState, Side, TimeInForce } from './order.ts';
import type { TimeUs } from './time.ts';

/** How real a run is. `simulated` orders on any of the first two; the window never lets them be mistaken. */
export type RunMode = 'backtest' | 'paper' | 'ghost' | 'live';

/** State of a book as a whole: only `live` is traded. */
export type BookState = 'syncing' | 'live' | 'stale';

export type Balance = {
  readonly asset: Asset;
  readonly total: DecimalText;
  readonly reserved: DecimalText;
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
  | 'denied';

export type ExecutionRecord = {
  readonly executionId: ExecutionId;
  readonly opportunityId: string;
  readonly venue: VenueName;
  readonly path: readonly Asset[];
  readonly startAmount: DecimalText;
  /** What came home in `path[0]`, minus what left; fees included. */
  readonly profit: DecimalText;
  /** The same in the home currency. */
  readonly profitHome: DecimalText;
  readonly expectedNetBps: number;
  readonly realizedNetBps: number;
  /** Lots that rounding left behind, by asset. */
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
  | { readonly type: 'opportunityOpened'; readonly opportunity: Opportunity }
  | { readonly type: 'opportunityClosed'; readonly opportunity: Opportunity }
  | {
      readonly type: 'executionStarted';
      readonly executionId: ExecutionId;
      readonly opportunity: Opportunity;
    }
  | { readonly type: 'executionFinished'; readonly execution: ExecutionRecord }
  | { readonly type: 'orderCreated'; readonly order: OrderRecord }
  | {
      readonly type: 'orderDenied';
      readonly order: OrderRecord;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly type: 'orderAccepted'; readonly order: OrderRecord }
  | { readonly type: 'orderFilled'; readonly order: OrderRecord; readonly fill: FillRecord }
  | { readonly type: 'orderCanceled'; readonly order: OrderRecord }
  | { readonly type: 'orderRejected'; readonly order: OrderRecord }
  | { readonly type: 'orderUnknown'; readonly order: OrderRecord }
  | { readonly type: 'balancesChanged'; readonly balances: readonly Balance[] }
  | { readonly type: 'equitySampled'; readonly sample: EquitySample }
  | { readonly type: 'killed'; readonly actor: Actor; readonly reason: string; readonly cancelsSent: number }
  | { readonly type: 'killVerified'; readonly openOrders: number }
  | { readonly type: 'rearmed'; readonly actor: Actor }
  | { readonly type: 'tradingHalted'; readonly code: string; readonly reason: string }
  | { readonly type: 'tradingResumed'; readonly actor: Actor }
  | { readonly type: 'limitsChanged'; readonly actor: Actor; readonly changed: readonly string[] }
);

export type EventType = EngineEvent['type'];
