/**
 * The tables, the same in SQLite and PostgreSQL: camelCase here, snake_case in the database. Decimals are TEXT,
 * times BIGINT (microseconds since 1970), lists and nested values JSON text. Every row carries the profile it
 * belongs to, so that the histories of two profiles never mix.
 */
import type { RunMode } from '../domain/event.ts';
import type { DecisionCode } from '../domain/opportunity.ts';
import type { OrderState, Side, TimeInForce } from '../domain/order.ts';
import type { ExecutionOutcome } from '../domain/event.ts';
import type { LimitScope } from '../domain/risk.ts';

export type Schema = {
  runs: {
    runId: string;
    profile: string;
    mode: RunMode;
    startedUs: number;
    seed: number;
    /** 0 or 1. */
    simulatedMarket: number;
    homeAsset: string;
  };
  /** Everything that happened, in order; `seq` counts from 1 within a profile. `hash` as in chain/links.ts. */
  events: {
    profile: string;
    seq: number;
    runId: string;
    atUs: number;
    type: string;
    json: string;
    hash: string | null;
  };
  orders: {
    profile: string;
    orderId: string;
    intentId: string;
    executionId: string;
    venue: string;
    symbol: string;
    side: Side;
    price: string;
    qty: string;
    timeInForce: TimeInForce;
    state: OrderState;
    filledQty: string;
    filledNotional: string;
    fees: string;
    reason: string;
    createdUs: number;
    updatedUs: number;
  };
  fills: {
    profile: string;
    venue: string;
    fillId: string;
    orderId: string;
    executionId: string;
    symbol: string;
    side: Side;
    price: string;
    qty: string;
    fee: string;
    feeAsset: string;
    /** Null where it is price × quantity. */
    cost: string | null;
    atUs: number;
  };
  executions: {
    profile: string;
    executionId: string;
    opportunityId: string;
    venue: string;
    path: string;
    startAmount: string;
    profit: string;
    profitHome: string;
    expectedNetBps: number;
    realizedNetBps: number;
    dust: string;
    outcome: ExecutionOutcome;
    detail: string;
    startedUs: number;
    finishedUs: number;
  };
  opportunities: {
    profile: string;
    opportunityId: string;
    cycleId: number;
    venue: string;
    path: string;
    legs: string;
    startAmount: string;
    expectedProfit: string;
    waterfall: string;
    decision: DecisionCode;
    decisionDetail: string;
    openedUs: number;
    peakNetBps: number;
    /** Null while it is open. */
    closedUs: number | null;
  };
  /** The latest of every asset. */
  balances: {
    profile: string;
    asset: string;
    total: string;
    reserved: string;
    costHome: string;
    atUs: number;
  };
  equity: {
    profile: string;
    atUs: number;
    homeAsset: string;
    equity: string;
    realizedPnl: string;
    unrealizedPnl: string;
    fees: string;
    withoutPrice: number | null;
  };
  audit: {
    profile: string;
    auditId: number;
    atUs: number;
    actor: string;
    action: string;
    outcome: string;
    detail: string;
    /** As in chain/links.ts; null in rows from before the chain. */
    hash: string | null;
  };
  /** Where a chain begins: the rows up to `lastId` are sealed as they stand, `hash` is what the next one follows. */
  chainAnchors: {
    profile: string;
    chain: 'events' | 'audit';
    /** Counts from 1; the last one holds. */
    anchorId: number;
    lastId: number;
    rows: number;
    seal: string;
    hash: string;
    reason: string;
  };
  /** The latest of each profile; `json` is a RiskSnapshot. */
  riskState: { profile: string; atUs: number; json: string };
  /** Every change of limits and settings, never changed again; `version` counts from 1 within a profile. */
  limitChanges: {
    profile: string;
    version: number;
    atUs: number;
    actor: string;
    scope: LimitScope;
    changes: string;
    /** The whole set as it stands after the change. */
    after: string;
  };
  /** `json` is an Alert of the contract; old ones are forgotten. */
  alerts: { profile: string; alertId: number; json: string };
  /** What of an execution is in none of its records; sealed. */
  stories: { profile: string; executionId: string; finishedUs: number; json: string };
  /** `json` is a Note of the contract; notes on runs have an empty profile. */
  notes: { profile: string; about: 'execution' | 'run'; id: string; changedUs: number; json: string };
  settings: { key: string; json: string };
};
