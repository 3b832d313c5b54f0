/** The reasons of a trade's result, in sentences, from its records alone. */
import { Decimal, decimal } from '../../../src-engine/domain/decimal.ts';
import type { ExecutionRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';

import {
  formatAmount,
  formatSigned,
  groupThousands,
  profitPlaces,
  trimZeros,
} from '../../lib/decimal-text.ts';
import { fixedText, formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { codeOf, placeText } from '../../lib/venue-asset-text.ts';

/** Best prices of an instrument as they stood when the cycle was chosen, as text; null for an empty side. */
export type BestPrices = { readonly bid: string | null; readonly ask: string | null };

export type TradeParts = {
  readonly opportunity: Opportunity | null;
  readonly execution: ExecutionRecord;
  /** In the order in which they were made. */
  readonly orders: readonly OrderRecord[];
  readonly bestOf: (symbol: string, venue: string) => BestPrices | undefined;
};

export type LegOutcome = {
  readonly order: OrderRecord;
  /** 1 for the first; 0 for an unwind order, which is not a leg of the plan. */
  readonly leg: number;
  /** Mean price of its fills; null for none. */
  readonly price: string | null;
  /** Against the best price at the decision, in bps of it; below zero: worse. Null where either is not known. */
  readonly movedBps: number | null;
};

const BPS = 10_000;
/** Less than this of an asset is not mentioned. */
const NEGLIGIBLE = '0.00000001';
/** A price that moved by less than this is not mentioned. */
const MOVED_BPS = 0.05;

/** Each order with its leg, what it paid, and how that compares with the decision. */
export function legOutcomes({ opportunity, orders, bestOf }: TradeParts): readonly LegOutcome[] {
  const planned = opportunity?.legs ?? [];
  const taken = new Set<number>();
  return orders.map((order): LegOutcome => {
    // Legs of a route are not sent in their order; each has one order.
    const at = planned.findIndex(
      (plan, k) =>
        !taken.has(k) &&
        plan.symbol === order.symbol &&
        plan.side === order.side &&
        (plan.venue ?? order.venue) === order.venue,
    );
    taken.add(at);
    const price = meanPrice(order);
    const prices = bestOf(order.symbol, order.venue);
    const best = order.side === 'buy' ? prices?.ask : prices?.bid;
    return {
      order,
      leg: at + 1,
      price: price === null ? null : trimZeros(price.toFixed(12)),
      movedBps: price === null || best == null ? null : movedBps(order, price, decimal(best)),
    };
  });
}

function meanPrice({ filledQty, filledNotional }: OrderRecord): Decimal | null {
  const qty = decimal(filledQty);
  return qty.isZero() ? null : decimal(filledNotional).div(qty);
}

function movedBps({ side }: OrderRecord, price: Decimal, best: Decimal): number | null {
  if (best.isZero()) return null;
  const change = price.div(best).minus(1).times(BPS).toNumber();
  return side === 'buy' ? -change : change;
}

/** @returns at least one sentence; the first says how it ended, the rest why. */
export function tradeStory(parts: TradeParts): readonly string[] {
  const { execution, opportunity } = parts;
  const legs = legOutcomes(parts);
  return [
    verdict(execution, opportunity),
    ...failures(legs, opportunity),
    ...movements(legs),
    ...residuals(execution),
    ...(execution.detail === '' ? [] : [`The engine noted: ${execution.detail}.`]),
  ];
}

function verdict(execution: ExecutionRecord, opportunity: Opportunity | null): string {
  const { path, profit, profitHome, outcome, expectedNetBps, realizedNetBps } = execution;
  const home = path[0] ?? '';
  const cash = `${formatSigned(profit, profitPlaces(home))} ${codeOf(home)}`;
  if (outcome === 'missed') {
    if (decimal(profitHome).isZero())
      return 'No profit and no loss: the first leg was not filled at its limit, so nothing was held.';
    const paid = decimal(profit).isZero() ? '' : ` (${cash})`;
    return `No leg was filled at its limit, so nothing was held; the swap that was reverted has cost its gas all the same${paid}.`;
  }
  if (outcome === 'denied') return 'Risk denied it before the first order was sent; nothing was held.';
  const age = opportunity === null ? '' : `, on books up to ${ageText(opportunity.waterfall.ageUs)} old`;
  const gap = realizedNetBps - expectedNetBps;
  const side = gap < 0 ? 'less' : 'more';
  return `It booked ${formatBps(realizedNetBps)} bps (${cash} in cash), ${formatBps(Math.abs(gap)).replace('+', '')} bps ${side} than the ${formatBps(expectedNetBps)} bps that the decision expected after fees, depth and rounding${age}.`;
}

/** No book is younger than its news took to arrive. */
function ageText(ageUs: number): string {
  return ageUs < 1_000 ? 'a millisecond' : formatDuration(ageUs);
}

function failures(legs: readonly LegOutcome[], opportunity: Opportunity | null): string[] {
  const sentences: string[] = [];
  for (const { order, leg } of legs) {
    const name = leg === 0 ? 'The unwind' : `Leg ${leg}`;
    const what = `${name} (${order.side} ${order.symbol})`;
    const took = formatDuration(order.updatedUs - order.createdUs);
    if (order.state === 'filled') continue;
    if (order.state === 'denied' || order.state === 'rejected') {
      const by = order.state === 'denied' ? 'denied by risk' : 'rejected by the venue';
      sentences.push(`${what} was ${by}: ${order.reason === '' ? 'no reason given' : order.reason}.`);
    } else if (decimal(order.filledQty).isZero()) {
      sentences.push(
        `${what} was not filled at its limit of ${groupedPrice(order.price)}: when it arrived, ${took} later, that price was no longer available.`,
      );
    } else {
      const share = decimal(order.filledQty).div(order.qty).times(100).toFixed(0, Decimal.ROUND_DOWN);
      sentences.push(
        `${what} filled only ${share} % of ${groupThousands(trimZeros(order.qty))} up to its limit of ${groupedPrice(order.price)}; the rest was no longer available.`,
      );
    }
  }
  const extra = legs.filter(({ leg }) => leg === 0 && opportunity !== null);
  if (extra.length > 0) {
    const ways = extra.map(({ order }) => `${order.side} ${order.symbol}`).join(', then ');
    sentences.push(`The position was unwound: ${ways}.`);
  }
  return sentences;
}

/** Which legs paid worse prices than those that the decision saw, the worst first. */
function movements(legs: readonly LegOutcome[]): string[] {
  return legs
    .filter(({ movedBps: moved }) => moved !== null && moved < -MOVED_BPS)
    .toSorted((a, b) => (a.movedBps ?? 0) - (b.movedBps ?? 0))
    .map(({ order, leg, price, movedBps: moved }) => {
      const name = leg === 0 ? 'The unwind' : `Leg ${leg}`;
      const did = order.side === 'buy' ? 'bought' : 'sold';
      const where = order.side === 'buy' ? 'above the best ask' : 'below the best bid';
      return `${name} ${did} ${order.symbol} at ${groupedPrice(price ?? '')}, ${fixedText(Math.abs(moved ?? 0), 2)} bps ${where} of the decision: planned depth, or a market move in the ${formatDuration(order.updatedUs - order.createdUs)} of the order.`;
    });
}

function residuals({ dust }: ExecutionRecord): string[] {
  const held = dust.filter(({ amount }) => decimal(amount).gte(NEGLIGIBLE));
  if (held.length === 0) return [];
  const list = held
    .map(({ asset, amount }) => `${groupThousands(trimZeros(amount))} ${placeText(asset)}`)
    .join(', ');
  return [
    `${list} is residual, because quantities are rounded to lots: it stays in the account and counts at its mark.`,
  ];
}

function groupedPrice(text: string): string {
  const places = Math.min(8, (text.split('.')[1] ?? '').length);
  return formatAmount(text, places);
}
