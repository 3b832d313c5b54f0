/**
 * Why an execution booked another edge than its decision expected, in bps of its start: one row a reason, and their sum is the whole
 * difference. Reserves that were not used, prices of each leg against the book at the decision, fees; what these do not explain is a row
 * of its own. Estimates in floats: what was booked is in the fills.
 */
import type { FillRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import type { StoryParts } from '../../../src-engine/contract/story-records.ts';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';

export type Difference = { readonly label: string; readonly bps: number; readonly explain: string };

type Parts = {
  readonly execution: ExecutionRecord;
  readonly opportunity: Opportunity;
  readonly orders: readonly OrderRecord[];
  readonly fills: readonly FillRecord[];
  readonly books: StoryParts['books'];
  /** Leg of an order, from 1; 0: an unwind. */
  readonly legOf: (orderId: string) => number;
};

const BPS = 10_000;
/** Rows below this are part of the last one. */
const LEAST = 0.005;

export function differencesOf(parts: Parts): readonly Difference[] {
  const { execution, opportunity } = parts;
  const whole = execution.realizedNetBps - execution.expectedNetBps;
  const rows = [...reserves(opportunity), ...legPrices(parts), ...feeRow(parts)].filter(
    ({ bps }) => Math.abs(bps) >= LEAST,
  );
  const rest = whole - rows.reduce((sum, { bps }) => sum + bps, 0);
  const isUnwound = parts.orders.some(({ orderId }) => parts.legOf(orderId) === 0);
  return [
    ...rows,
    {
      label: isUnwound ? 'Failed leg and unwind' : 'Rounding and residuals',
      bps: rest,
      explain: isUnwound
        ? 'What was sold again instead of the leg that failed, with its fees and spread; and what the other rows do not explain.'
        : 'Quantities rounded to lots, what is left at its mark, and what the other rows do not explain.',
    },
  ];
}

/** What the plan kept back and the fills did not cost. */
function reserves({ waterfall }: Opportunity): Difference[] {
  const { slippageBps, ageRiskBps = 0, inventoryBps = 0 } = waterfall;
  return [
    {
      label: 'Slippage reserve not used',
      bps: -slippageBps,
      explain: 'The plan kept it back; what the prices really cost is in the rows of the legs.',
    },
    {
      label: 'Age risk not used',
      bps: -ageRiskBps,
      explain: 'The plan kept it back; what the prices really cost is in the rows of the legs.',
    },
    {
      label: 'Inventory cost, not paid yet',
      bps: -inventoryBps,
      explain: 'Bringing the coins back is paid when they are moved, not in this execution.',
    },
  ];
}

/** Mean price of each leg against what the book at the decision would have given for the same quantity. */
function legPrices({ orders, books, opportunity, legOf }: Parts): Difference[] {
  return orders.flatMap((order): Difference[] => {
    const leg = legOf(order.orderId);
    const qty = Number(order.filledQty);
    const book = books.find(
      ({ symbol, venue }) => symbol === order.symbol && (venue ?? opportunity.venue) === order.venue,
    );
    if (leg === 0 || qty <= 0 || book === undefined) return [];
    const planned = meanOf(order.side === 'buy' ? book.asks : book.bids, qty);
    if (planned === null) return [];
    const change = (Number(order.filledNotional) / qty / planned - 1) * BPS;
    const bps = order.side === 'buy' ? -change : change;
    const side = bps < 0 ? 'worse' : 'better';
    return [
      {
        label: `Leg ${leg}: ${order.symbol} filled ${side}`,
        bps,
        explain: `Mean fill price against the book at the decision, for the same quantity: the market moved in the time of the order.`,
      },
    ];
  });
}

/** Mean price of a quantity down a kept book; null where the kept levels do not hold it. */
export function meanOf(levels: readonly (readonly [string, string])[], qty: number): number | null {
  let left = qty;
  let paid = 0;
  for (const [price, size] of levels) {
    const part = Math.min(left, Number(size));
    paid += part * Number(price);
    left -= part;
    if (left <= qty * 1e-9) return paid / (qty - left);
  }
  return null;
}

/** Fees of the fills, where they were charged in an asset of their own instrument, against those that were planned. */
function feeRow({ fills, orders, opportunity, legOf }: Parts): Difference[] {
  const isLeg = new Set(orders.filter(({ orderId }) => legOf(orderId) > 0).map(({ orderId }) => orderId));
  const own = fills.filter(({ orderId }) => isLeg.has(orderId));
  const byOrder = new Map<string, { fee: number; notional: number }>();
  for (const { orderId, fee, feeAsset, price, qty, symbol } of own) {
    const share = feeShare(
      Number(fee),
      feeAsset,
      Number(price),
      marketOf(symbol, legOf(orderId), opportunity),
    );
    // A fee in a third asset is not compared: its price of that moment is not known here.
    if (share === null) return [];
    const sum = byOrder.get(orderId) ?? { fee: 0, notional: 0 };
    sum.fee += share;
    sum.notional += Number(price) * Number(qty);
    byOrder.set(orderId, sum);
  }
  if (byOrder.size !== opportunity.legs.length) return [];
  const paid = [...byOrder.values()].reduce((total, { fee, notional }) => total + (fee / notional) * BPS, 0);
  const bps = -opportunity.waterfall.feesBps - paid;
  return [
    {
      label: bps < 0 ? 'Fees higher than planned' : 'Fees lower than planned',
      bps,
      explain: 'Fees of the fills of all legs against those of the plan.',
    },
  ];
}

type Market = { readonly base: string; readonly quote: string };

/** Codes that a leg trades, from 1: as the path has them, since not every venue's symbol says where one ends and the other begins. */
function marketOf(symbol: string, leg: number, { path, legs }: Opportunity): Market | undefined {
  const from = path[leg - 1];
  const to = path[leg % path.length];
  const planned = legs[leg - 1];
  if (path.length === legs.length && from !== undefined && to !== undefined && planned?.symbol === symbol)
    return planned.side === 'sell'
      ? { base: codeOf(from), quote: codeOf(to) }
      : { base: codeOf(to), quote: codeOf(from) };
  const [base, quote, more] = symbol.split('/');
  return base === undefined || quote === undefined || more !== undefined ? undefined : { base, quote };
}

/** A fee in quote; null where it was charged in neither asset of the instrument, or its assets are not known. */
function feeShare(fee: number, asset: string, price: number, market: Market | undefined): number | null {
  if (fee === 0) return 0;
  const code = codeOf(asset);
  if (code === market?.base) return fee * price;
  return code === market?.quote ? fee : null;
}
