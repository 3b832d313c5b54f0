import type { DecimalText } from './decimal.ts';
import type { Asset, CycleId, InstrumentId, OpportunityId, VenueName } from './ids.ts';
import type { Side } from './order.ts';
import type { DurationUs, TimeUs } from './time.ts';

/** One trade of a cycle: `sell` turns base into quote at the bid, `buy` quote into base at the ask. */
export type Leg = { readonly instrumentId: InstrumentId; readonly side: Side };

/** A closed walk through the currency graph, in one direction. `path[k]` is spent by `legs[k]`. */
export type Cycle = {
  readonly id: CycleId;
  readonly venue: VenueName;
  readonly path: readonly Asset[];
  readonly legs: readonly Leg[];
};

/**
 * From gross to net, in basis points of the start amount; each step is what it takes away (≤ 0 but for gross),
 * so that gross plus all steps is net. Estimates: what was booked is in the fills.
 */
export type Waterfall = {
  /** Product of the best prices, no fee: the edge that a naive scanner shows. */
  readonly grossBps: number;
  readonly feesBps: number;
  /** Walking the ladders beyond the best level, at the chosen size. */
  readonly depthBps: number;
  /** Lots cut at every leg, and the residuals they leave. */
  readonly roundingBps: number;
  /** The buffer kept for slippage between decision and arrival. */
  readonly slippageBps: number;
  /** Of a route over several venues alone: what may move before its orders arrive, see detection/route-risk.ts. */
  readonly ageRiskBps?: number | undefined;
  /** Of such a route: bringing the coins back to where they were spent. */
  readonly inventoryBps?: number | undefined;
  readonly netBps: number;
  /** Of such a route: the same steps in the home currency, exact; they add up to `net` to the last digit. */
  readonly home?: WaterfallAmounts | undefined;
  /** Age of the oldest book of the cycle when it was decided. */
  readonly ageUs: DurationUs;
};

/** A waterfall's steps as amounts. */
export type WaterfallAmounts = {
  readonly gross: DecimalText;
  readonly fees: DecimalText;
  readonly depth: DecimalText;
  readonly rounding: DecimalText;
  readonly slippage: DecimalText;
  readonly ageRisk: DecimalText;
  readonly inventory: DecimalText;
  readonly net: DecimalText;
};

/** Why a candidate was taken or not. Closed set: the screen, the reports and the tests count by it. */
export type DecisionCode =
  | 'taken'
  | 'edge-below-threshold'
  | 'edge-gone-after-depth'
  | 'below-min-qty'
  | 'below-min-notional'
  | 'book-stale'
  | 'no-balance'
  | 'in-flight'
  | 'cooling-down'
  | 'trading-paused'
  | 'killed'
  /** Live trading is disarmed. */
  | 'not-armed'
  /** The venue was not compared with the ledger since something happened that calls for it. */
  | 'not-reconciled'
  /** Bringing the worst leg's holding home would cost more than is allowed. */
  | 'unwind-too-costly'
  /** What is in flight would be worth more than is allowed. */
  | 'exposure-cap'
  | 'risk-denied'
  /** It goes through a stablecoin that has left its band. */
  | 'coin-depegged'
  /** A route over several venues while these are watched. */
  | 'cross-venue-not-traded'
  /** The scorer's gate: it is unlikely to complete with a profit. */
  | 'capture-unlikely';

/** What a scorer said of an opportunity that every gate let pass; see kernel/capture-gate.ts. */
export type Capture = {
  /** Probability that it completes with a profit, 0 to 1. */
  readonly p: number;
  /** Below it a gate does not take. */
  readonly threshold: number;
  /** SHA-256 of the model. */
  readonly model: string;
  /** Of those below the threshold: `shadow` was taken as no gate acts, `control` was taken by a gate all the same, `refused` was not. */
  readonly verdict: 'above' | 'shadow' | 'control' | 'refused';
  /** What the challenger said, which is asked beside a champion and decides nothing. */
  readonly challenger?: Pick<Capture, 'p' | 'threshold' | 'model'> | undefined;
};

/** A plan for one leg as the depth walk sized it: exact, on tick and lot. */
export type LegPlan = {
  readonly symbol: string;
  readonly side: Side;
  /** Worst price the order may take, slippage buffer included. */
  readonly limitPrice: DecimalText;
  readonly qty: DecimalText;
  /** In a route over several venues; else that of the opportunity. */
  readonly venue?: VenueName | undefined;
};

/** One opportunity over its whole life; rows are lives, not ticks. */
export type Opportunity = {
  readonly opportunityId: OpportunityId;
  readonly cycleId: CycleId;
  readonly venue: VenueName;
  readonly path: readonly Asset[];
  readonly legs: readonly LegPlan[];
  /** Start amount that maximises net profit, in `path[0]`, and that profit. */
  readonly startAmount: DecimalText;
  readonly expectedProfit: DecimalText;
  readonly waterfall: Waterfall;
  readonly decision: DecisionCode;
  /** The numbers behind the decision, for a person. */
  readonly decisionDetail: string;
  readonly openedUs: TimeUs;
  /** Best net edge so far. */
  readonly peakNetBps: number;
  /** Only where a scorer was asked. */
  readonly capture?: Capture | undefined;
  readonly closedUs?: TimeUs | undefined;
};
