/** One attempt to trade a cycle while it is under way, and the record of how it ended. */
import type { CyclePlan } from '../detection/cycle-sizing.ts';
import { type Decimal, divide, ZERO } from '../domain/decimal.ts';
import type { ExecutionOutcome, ExecutionRecord } from '../domain/event.ts';
import type { Asset, ExecutionId, OrderId, VenueName } from '../domain/ids.ts';
import type { Opportunity } from '../domain/opportunity.ts';
import type { Order } from '../domain/order.ts';
import type { DurationUs, TimeUs } from '../domain/time.ts';
import { isSameCoin } from '../domain/venue-asset.ts';
import type { Holding } from './holding.ts';
import { byCoin } from './netting.ts';
import type { Short } from './residuals.ts';

/** Places of a realised edge in bps; truncated, so that a profit is never reported too large. */
const BPS_DECIMALS = 4;

/** What an order had moved before the report that is being booked, and how many of its fees were charged in a third asset. */
export type MovedBefore = { readonly spent: Decimal; readonly received: Decimal; readonly asideFees: number };

export type Execution = {
  readonly executionId: ExecutionId;
  readonly venue: VenueName;
  /** What it trades for; undefined: it sweeps what earlier ones left. */
  readonly cycle: { readonly plan: CyclePlan; readonly opportunity: Opportunity } | undefined;
  /** What a sweep is to buy back; undefined: it sells, or it is none. */
  readonly lacks: Short | undefined;
  readonly path: readonly Asset[];
  readonly startAsset: Asset;
  readonly startedUs: TimeUs;
  /** What is still to be sent, last in first out: the main flow goes on before residuals are brought home. */
  readonly work: Holding[];
  /** Orders under way and what each of them moves. */
  readonly active: Map<OrderId, Holding>;
  /** What came minus what left, by asset: everything that its orders moved, fees included. */
  readonly flows: Map<Asset, Decimal>;
  /** What is in `flows` of each order that is over: a fill reported later adds the difference. */
  readonly counted: Map<OrderId, MovedBefore>;
  orders: number;
  holdings: number;
  /** Of the start asset, by the legs that open the cycle. */
  spent: Decimal;
  /** It trades a route: the same coin counts as one, at whichever of its venues it came or left. */
  readonly isOverVenues: boolean;
  /** Legs of a route that wait for the one that was sent alone; what each spends is reserved under its key. */
  readonly later: Holding[];
  /** How often what a route left open was looked at again. */
  rounds: number;
  /** All legs were sent at once: what they left open against each other is yet to be evened out. */
  isUneven: boolean;
  unwindSinceUs: TimeUs | undefined;
  /** Of a route: venues whose last order of it came to nothing by what the venue did. What is left is brought home elsewhere first. */
  readonly failing: Set<VenueName>;
  /** How long it rested for a venue whose account was not compared, since an order of it last passed review; and until when it rests. */
  heldUpUs: DurationUs;
  heldUpUntilUs: TimeUs;
  /** Why its first order was denied. */
  deniedDetail: string | undefined;
  /** What could not be brought home, and why. */
  readonly stranded: { readonly asset: Asset; readonly amount: Decimal; readonly detail: string }[];
};

export function newExecution(
  what: Pick<Execution, 'executionId' | 'venue' | 'cycle' | 'path' | 'startAsset' | 'startedUs'> &
    Partial<Pick<Execution, 'lacks'>>,
): Execution {
  return {
    lacks: undefined,
    ...what,
    work: [],
    isOverVenues: what.cycle?.plan.inventory !== undefined,
    later: [],
    rounds: 0,
    active: new Map(),
    flows: new Map(),
    counted: new Map(),
    orders: 0,
    holdings: 0,
    spent: ZERO,
    isUneven: false,
    unwindSinceUs: undefined,
    failing: new Set(),
    heldUpUs: 0,
    heldUpUntilUs: 0,
    deniedDetail: undefined,
    stranded: [],
  };
}

/** The one that an order belongs to. */
export function executionOf(executions: Iterable<Execution>, orderId: OrderId): Execution | undefined {
  for (const execution of executions) {
    if (execution.active.has(orderId) || execution.counted.has(orderId)) return execution;
  }
  return undefined;
}

/** Counts what an order moved beyond what was counted of it before. */
export function countOrder(execution: Execution, order: Order, from: Asset, to: Asset): void {
  const before = execution.counted.get(order.orderId);
  const { spent, received, asideFees } = order;
  execution.counted.set(order.orderId, { spent, received, asideFees: asideFees.length });
  addFlow(execution, from, (before?.spent ?? ZERO).minus(spent));
  addFlow(execution, to, received.minus(before?.received ?? ZERO));
  for (const { asset, amount } of asideFees.slice(before?.asideFees ?? 0)) {
    addFlow(execution, asset, amount.negated());
  }
}

function addFlow({ flows }: Execution, asset: Asset, amount: Decimal): void {
  if (!amount.isZero()) flows.set(asset, (flows.get(asset) ?? ZERO).plus(amount));
}

/** What came minus what left, of a route by coin. */
export function netFlowsOf(execution: Execution): ReadonlyMap<Asset, Decimal> {
  const { flows, startAsset } = execution;
  return execution.isOverVenues ? byCoin(flows, startAsset) : flows;
}

/** What came home in the start asset, minus what left. */
export function profitOf(execution: Execution): Decimal {
  return netFlowsOf(execution).get(execution.startAsset) ?? ZERO;
}

/** What is left of each asset but the start: too small to sell, or, below zero, taken from the account for a fee. */
export function residualsOf(execution: Execution): { asset: Asset; amount: Decimal }[] {
  const { startAsset, stranded } = execution;
  return [...netFlowsOf(execution)].flatMap(([asset, flow]) => {
    if (asset === startAsset) return [];
    const lost = stranded.filter((one) => isSameCoin(one.asset, asset));
    const amount = lost.reduce((left, one) => left.minus(one.amount), flow);
    return amount.isZero() ? [] : [{ asset, amount }];
  });
}

/** Value of an amount in the home currency, undefined where it has none. */
export type HomeValue = (asset: Asset, amount: Decimal) => Decimal | undefined;

/** @param valueOf at the marks of its end. */
export function recordOf(execution: Execution, valueOf: HomeValue, nowUs: TimeUs): ExecutionRecord {
  const { cycle, spent, startAsset } = execution;
  const profit = profitOf(execution);
  const profitHome = profitHomeOf(execution, valueOf);
  const spentHome = valueOf(startAsset, spent);
  return {
    executionId: execution.executionId,
    opportunityId: cycle?.opportunity.opportunityId ?? '',
    venue: execution.venue,
    path: execution.path,
    startAmount: spent.toString(),
    profit: profit.toString(),
    profitHome: profitHome.toString(),
    expectedNetBps: cycle?.plan.waterfall.netBps ?? 0,
    realizedNetBps: spentHome === undefined ? bpsOf(profit, spent) : bpsOf(profitHome, spentHome),
    dust: residualsOf(execution).map(({ asset, amount }) => ({ asset, amount: amount.toString() })),
    outcome: outcomeOf(execution),
    detail: execution.deniedDetail ?? execution.stranded.map(({ detail }) => detail).join('; '),
    startedUs: execution.startedUs,
    finishedUs: nowUs,
  };
}

/**
 * What it did to the account: what came home, and what it left there, which is held and not lost. What has no mark is worth
 * nothing that is known.
 */
function profitHomeOf(execution: Execution, valueOf: HomeValue): Decimal {
  let sum = ZERO;
  for (const [asset, flow] of netFlowsOf(execution)) sum = sum.plus(valueOf(asset, flow) ?? ZERO);
  return sum;
}

function bpsOf(profit: Decimal, spent: Decimal): number {
  return spent.isZero() ? 0 : divide(profit.times(10_000), spent, BPS_DECIMALS, 'down').toNumber();
}

function outcomeOf(execution: Execution): ExecutionOutcome {
  if (execution.deniedDetail !== undefined && execution.flows.size === 0) return 'denied';
  if (execution.stranded.length > 0) return 'stranded';
  if (!isFilled(execution)) return 'missed';
  if (execution.cycle === undefined) return 'swept';
  return execution.unwindSinceUs === undefined ? 'completed' : 'unwound';
}

/** Some order traded something. One that is charged without a fill, as a swap that was reverted, moves money and is no trade. */
function isFilled({ counted }: Execution): boolean {
  for (const { spent, received } of counted.values()) if (!spent.isZero() || !received.isZero()) return true;
  return false;
}
