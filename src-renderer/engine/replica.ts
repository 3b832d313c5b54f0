/**
 * What the window knows of the engine: a snapshot, and the facts that follow it, applied in order. Pure: the
 * session decides when. Every list is bounded; older entries are asked for by page.
 */
import type { InstrumentRecord } from '../../src-engine/contract/records.ts';
import type { EngineStatus } from '../../src-engine/contract/records.ts';
import type { OperationOutput } from '../../src-engine/contract/operations.ts';
import { isCounted } from '../../src-engine/contract/activity-tally.ts';
import type { Fact, NewsEvent, NewsFact } from '../../src-engine/contract/topics.ts';
import { shortened } from '../../src-engine/domain/equity-curve.ts';
import { equityParts } from '../../src-engine/domain/equity-parts.ts';
import type {
  Balance,
  EngineEvent,
  EquityParts,
  EquitySample,
  ExecutionRecord,
  FillRecord,
  OrderRecord,
} from '../../src-engine/domain/event.ts';
import type { DetectionSettings, RiskLimits } from '../../src-engine/domain/limits.ts';
import type { Opportunity } from '../../src-engine/domain/opportunity.ts';
import { assetName } from '../../src-engine/domain/venue-asset.ts';
import { type Denial, denialOf } from './denials.ts';

export const BOUNDS = {
  orders: 2_000,
  fills: 2_000,
  executions: 1_000,
  openOpportunities: 500,
  recentOpportunities: 500,
  equityCurve: 5_000,
  news: 500,
  denials: 200,
  counted: 1_000,
} as const;

export type Replica = {
  readonly status: EngineStatus;
  readonly homeAsset: string;
  readonly instruments: readonly InstrumentRecord[];
  readonly balances: readonly Balance[];
  /** The last facts that totals count, oldest first. */
  readonly counted: readonly Fact[];
  /** Every fact that totals count and that came after this one is among them. */
  readonly countedFrom: number;
  /** With its parts, as the engine had it at one moment; null before the first one. */
  readonly equity: EquityParts | null;
  readonly equityCurve: readonly EquitySample[];
  readonly openOpportunities: readonly Opportunity[];
  readonly recentOpportunities: readonly Opportunity[];
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
  readonly executions: readonly ExecutionRecord[];
  readonly news: readonly NewsFact[];
  /** Newest first, of this engine process. */
  readonly denials: readonly Denial[];
  readonly limits: RiskLimits;
  readonly detection: DetectionSettings;
  readonly factSeq: number;
  /** Cancels sent at the last kill that this window saw; null when it saw none. */
  readonly killCancelsSent: number | null;
  readonly killReason: string;
};

/** The snapshot as a replica. What only facts carry (a kill's cancels) is kept from the one before. */
export function fromSnapshot(snapshot: OperationOutput<'getSnapshot'>, before: Replica | null): Replica {
  const sameKill = snapshot.status.killed && before?.status.killed === true;
  return {
    status: snapshot.status,
    homeAsset: assetName(snapshot.homeAsset),
    instruments: snapshot.instruments,
    balances: snapshot.balances,
    equity: snapshot.equity,
    equityCurve: shortened(inTime(snapshot.equityCurve), BOUNDS.equityCurve),
    openOpportunities: snapshot.openOpportunities.slice(0, BOUNDS.openOpportunities),
    recentOpportunities: snapshot.recentOpportunities.slice(0, BOUNDS.recentOpportunities),
    orders: newestFirst(snapshot.recentOrders, (order) => order.createdUs).slice(0, BOUNDS.orders),
    fills: newestFirst(snapshot.recentFills, (fill) => fill.atUs).slice(0, BOUNDS.fills),
    executions: newestFirst(snapshot.recentExecutions, (each) => each.startedUs).slice(0, BOUNDS.executions),
    news: snapshot.recentNews.slice(0, BOUNDS.news),
    denials: snapshot.recentDenials.map(({ seq, event }) => denialOf(seq, event)).slice(0, BOUNDS.denials),
    limits: snapshot.limits,
    detection: snapshot.detection,
    counted: [],
    countedFrom: snapshot.factSeq,
    factSeq: snapshot.factSeq,
    killCancelsSent: sameKill ? before.killCancelsSent : null,
    killReason: sameKill ? before.killReason : '',
  };
}

function newestFirst<T>(list: readonly T[], atUs: (item: T) => number): readonly T[] {
  return list.toSorted((a, b) => atUs(b) - atUs(a));
}

function inTime(samples: readonly EquitySample[]): readonly EquitySample[] {
  return samples.toSorted((a, b) => a.atUs - b.atUs);
}

/** True for facts after which the snapshot itself is out of date: another run, other limits. */
export function asksForSnapshot(event: EngineEvent): boolean {
  return event.type === 'runStarted' || event.type === 'limitsChanged';
}

/** The replica after these facts, which continue it without a hole. */
export function applyFacts(replica: Replica, facts: readonly Fact[]): Replica {
  let next = replica;
  for (const fact of facts) next = { ...applyFact(next, fact), factSeq: fact.seq };
  const counted = facts.filter(({ event }) => isCounted(event));
  if (counted.length === 0) return next;
  const all = [...replica.counted, ...counted];
  const dropped = all.at(-BOUNDS.counted - 1);
  return {
    ...next,
    counted: all.slice(-BOUNDS.counted),
    countedFrom: dropped?.seq ?? replica.countedFrom,
  };
}

function applyFact(replica: Replica, fact: Fact): Replica {
  const { event } = fact;
  switch (event.type) {
    case 'opportunityOpened':
      return { ...replica, openOpportunities: upsert(replica.openOpportunities, event.opportunity) };
    case 'opportunityClosed':
      return closeOpportunity(replica, event.opportunity);
    case 'executionFinished':
      return {
        ...replica,
        executions: prependNew(replica.executions, event.execution, BOUNDS.executions, executionIdOf),
      };
    case 'orderCreated':
    case 'orderAccepted':
    case 'orderCanceled':
    case 'orderRejected':
    case 'orderUnknown':
    case 'orderSettled':
      return { ...replica, orders: upsertOrder(replica.orders, event.order) };
    case 'orderDenied':
      return {
        ...replica,
        orders: upsertOrder(replica.orders, event.order),
        denials: prependNew(replica.denials, denialOf(fact.seq, event), BOUNDS.denials, seqOf),
      };
    case 'opportunityDenied':
      return {
        ...replica,
        denials: prependNew(replica.denials, denialOf(fact.seq, event), BOUNDS.denials, seqOf),
      };
    case 'orderFilled':
      return {
        ...replica,
        orders: upsertOrder(replica.orders, event.order),
        fills: prependNew(replica.fills, event.fill, BOUNDS.fills, fillIdOf),
      };
    case 'balancesChanged':
      return { ...replica, balances: mergeBalances(replica.balances, event.balances) };
    case 'equitySampled':
      return applyEquity(replica, event.sample);
    case 'executionStarted':
    case 'riskRecorded':
    case 'sweepStarted':
    case 'executionAbandoned':
    // The strategies panel asks for these.
    case 'strategyDecided':
    case 'strategyFilled':
    case 'strategyMissed':
    case 'strategiesRecorded':
    case 'sentimentRead':
    case 'fundingRead':
      return replica;
    case 'runStarted':
    case 'feedChanged':
    case 'bookStateChanged':
    case 'instrumentChanged':
    case 'instrumentStopped':
    case 'killed':
    case 'killVerified':
    case 'rearmed':
    case 'armingChanged':
    case 'goLiveChanged':
    case 'tradingHalted':
    case 'tradingResumed':
    case 'limitsChanged':
    case 'riskLevelChanged':
    case 'breakerChanged':
    case 'strategyStopped':
    case 'strategyEnabled':
    case 'foreignOrderSeen':
    case 'venueRowUnread':
    case 'reconciled':
    case 'reconcileFailed':
    case 'balancesDiffer':
    case 'balancesAdopted':
    case 'factsDropped':
    case 'deadManSwitchChanged':
    case 'watchdogActed':
    case 'watchdogLost':
    case 'coinDoubted':
    case 'coinTrusted':
    case 'coinDepegged':
    case 'coinRepegged':
    case 'transferChanged':
    case 'inventorySet':
    case 'strategySet':
    case 'strategyFailed':
      return applyNews(
        { ...replica, news: prependNew(replica.news, { seq: fact.seq, event }, BOUNDS.news, seqOf) },
        event,
      );
  }
}

function withRules(
  instruments: readonly InstrumentRecord[],
  { venue, symbol }: { readonly venue: string; readonly symbol: string },
  rules: Partial<InstrumentRecord>,
): readonly InstrumentRecord[] {
  return instruments.map((each) =>
    each.venue === venue && each.symbol === symbol ? { ...each, ...rules } : each,
  );
}

/** Facts about the engine itself; the status view brings the same a moment later. */
function applyNews(replica: Replica, event: NewsEvent): Replica {
  const { status } = replica;
  switch (event.type) {
    case 'killed':
      return {
        ...replica,
        status: { ...status, killed: true, killVerifiedOpenOrders: null, killVenues: [] },
        killCancelsSent: event.cancelsSent,
        killReason: event.reason,
      };
    case 'killVerified':
      // It is of the session's own venues; of a plan of several the status knows of the others too.
      if (status.feeds.length + status.unreachedVenues.length > 1) return replica;
      return { ...replica, status: { ...status, killVerifiedOpenOrders: event.openOrders } };
    case 'rearmed':
      return {
        ...replica,
        status: { ...status, killed: false, killVerifiedOpenOrders: null, killVenues: [] },
        killCancelsSent: null,
        killReason: '',
      };
    case 'instrumentChanged': {
      const { takerFee = null, feeBasis = '', tickSize, lotSize, minQty, minNotional } = event.spec;
      const rules = { takerFee, feeBasis, tickSize, lotSize, minQty, minNotional };
      return { ...replica, instruments: withRules(replica.instruments, event, rules) };
    }
    case 'instrumentStopped':
      return { ...replica, instruments: withRules(replica.instruments, event, { stoppedFor: event.reason }) };
    case 'tradingHalted':
      // A venue’s halt is that venue’s: the status says it with the venue.
      if (event.venue !== undefined) return replica;
      return { ...replica, status: { ...status, paused: true, haltReason: event.reason } };
    case 'tradingResumed':
      if (event.venue !== undefined) return replica;
      return { ...replica, status: { ...status, paused: false, haltReason: '' } };
    case 'runStarted':
    case 'armingChanged':
    // The dialog of live trading asks for the pipelines.
    case 'goLiveChanged':
    case 'feedChanged':
    case 'bookStateChanged':
    case 'limitsChanged':
    case 'riskLevelChanged':
    case 'breakerChanged':
    case 'strategyStopped':
    case 'strategyEnabled':
    case 'foreignOrderSeen':
    case 'venueRowUnread':
    case 'reconciled':
    case 'reconcileFailed':
    case 'balancesDiffer':
    case 'balancesAdopted':
    case 'factsDropped':
    case 'deadManSwitchChanged':
    case 'watchdogActed':
    case 'watchdogLost':
    // The status view brings what is quarantined.
    case 'coinDoubted':
    case 'coinTrusted':
    // The inventory view brings these.
    case 'coinDepegged':
    case 'coinRepegged':
    case 'transferChanged':
    case 'inventorySet':
    // The strategies view brings these.
    case 'strategySet':
    case 'strategyFailed':
      return replica;
  }
}

/** The curve grows by facts, and the equity of now is never older than its last sample. */
function applyEquity(replica: Replica, sample: EquitySample): Replica {
  const last = replica.equityCurve.at(-1);
  if (last !== undefined && last.atUs > sample.atUs) return replica;
  const equity = replica.equity === null ? null : newerEquity(replica.equity, sample);
  // A later sample of the same microsecond takes the place of the one before, as in the database.
  const before = last?.atUs === sample.atUs ? replica.equityCurve.slice(0, -1) : replica.equityCurve;
  const curve = [...before, sample];
  const isFull = curve.length > BOUNDS.equityCurve;
  return {
    ...replica,
    equity,
    equityCurve: isFull ? shortened(curve, BOUNDS.equityCurve / 2) : curve,
  };
}

/** What is newer of the two, with the parts of all executions that are known. */
export function newerEquity(known: EquityParts, other: EquitySample | EquityParts): EquityParts {
  // A sample has neither: the view that comes several times a second says them.
  const { cycles, notValued } = 'cycles' in other ? other : known;
  return other.atUs >= known.atUs
    ? equityParts(other, cycles, notValued)
    : equityParts(known, cycles, known.notValued);
}

function closeOpportunity(replica: Replica, closed: Opportunity): Replica {
  return {
    ...replica,
    openOpportunities: replica.openOpportunities.filter(
      (each) => each.opportunityId !== closed.opportunityId,
    ),
    recentOpportunities: prepend(
      replica.recentOpportunities.filter((each) => each.opportunityId !== closed.opportunityId),
      closed,
      BOUNDS.recentOpportunities,
    ),
  };
}

/**
 * The open ones as the conflated view shows them. A view may be older than the facts that came before it in
 * time: what the facts have closed stays closed.
 */
export function applyOpenView(replica: Replica, open: readonly Opportunity[]): Replica {
  const closed = new Set(replica.recentOpportunities.slice(0, 100).map((each) => each.opportunityId));
  const known = open.filter((each) => !closed.has(each.opportunityId));
  return { ...replica, openOpportunities: known.slice(0, BOUNDS.openOpportunities) };
}

function upsert(list: readonly Opportunity[], item: Opportunity): readonly Opportunity[] {
  const at = list.findIndex((each) => each.opportunityId === item.opportunityId);
  return at < 0 ? prepend(list, item, BOUNDS.openOpportunities) : list.with(at, item);
}

function upsertOrder(list: readonly OrderRecord[], order: OrderRecord): readonly OrderRecord[] {
  const at = list.findIndex((each) => each.orderId === order.orderId);
  return at < 0 ? prepend(list, order, BOUNDS.orders) : list.with(at, order);
}

function mergeBalances(before: readonly Balance[], changed: readonly Balance[]): readonly Balance[] {
  const merged = new Map(before.map((each) => [each.asset, each]));
  for (const each of changed) merged.set(each.asset, each);
  return [...merged.values()];
}

const executionIdOf = ({ executionId }: ExecutionRecord): string => executionId;
const fillIdOf = ({ fillId }: FillRecord): string => fillId;
const seqOf = ({ seq }: { readonly seq: number }): number => seq;

/** A fact that arrived while its snapshot was read is in that snapshot and is sent again: it is still one row. */
function prependNew<T>(list: readonly T[], item: T, bound: number, key: (item: T) => unknown): readonly T[] {
  const own = key(item);
  return list.some((each) => key(each) === own) ? list : prepend(list, item, bound);
}

function prepend<T>(list: readonly T[], item: T, bound: number): readonly T[] {
  return [item, ...(list.length < bound ? list : list.slice(0, bound - 1))];
}
