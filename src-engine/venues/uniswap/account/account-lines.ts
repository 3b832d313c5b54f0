/** What the process that signs says, as the engine's own values. What cannot be read is an error, and never a guess. */
import { isDecimalText, type DecimalText } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { Fill, VenueBalance, VenueOrder, VenueOrderEvent } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';

export type Standing = {
  readonly balances: readonly VenueBalance[];
  readonly open: readonly VenueOrder[];
  /** How orders that were asked about have ended. */
  readonly ended: readonly Json[];
  readonly halt: { readonly code: string; readonly reason: string } | undefined;
  readonly takenBack: { readonly reason: string; readonly assets: readonly string[] } | undefined;
};

/** The events that end an order. */
type Ending = Extract<VenueOrderEvent, { readonly orderId: OrderId }>;

const MOST_WORDS = 300;

/**
 * What is said of an order: one event, none for what the engine has no use for (its swap was made, its end follows). A swap that moved one side
 * alone is no trade: it is unknown, and the balances show what it moved.
 */
export function eventOf(said: Json, atUs: TimeUs): Ending | undefined {
  const orderId = orderIdOf(said['orderId']);
  if (orderId === undefined) return undefined;
  const reason = wordsOf(said['reason']);
  switch (said['kind']) {
    case 'accepted':
      return { kind: 'accepted', orderId, venueOrderId: wordsOf(said['venueOrderId']), atUs };
    case 'fill':
      return { kind: 'fill', orderId, fill: fillOf(said['fill'], orderId, atUs), atUs };
    case 'canceled': {
      const { filledQty, charge } = said;
      return {
        kind: 'canceled',
        orderId,
        reason,
        atUs,
        ...(filledQty === undefined ? {} : { filledQty: decimalIn(filledQty) }),
        ...(isObject(charge)
          ? { charge: { asset: wordsOf(charge['asset']), amount: decimalIn(charge['amount']) } }
          : {}),
      };
    }
    case 'rejected':
    case 'unknown':
    case 'cancel-rejected':
      return { kind: said['kind'], orderId, reason, atUs };
    case 'unlike':
      return { kind: 'unknown', orderId, reason, atUs };
    default:
      return undefined;
  }
}

function fillOf(value: unknown, orderId: OrderId, atUs: TimeUs): Fill {
  const fill = isObject(value) ? value : {};
  const { fillId, feeAsset } = fill;
  if (typeof fillId !== 'string' || fillId === '' || typeof feeAsset !== 'string' || feeAsset === '')
    throw unread();
  const [price, qty, fee] = [decimalIn(fill['price']), decimalIn(fill['qty']), decimalIn(fill['fee'])];
  return { fillId, orderId, price, qty, fee, feeAsset, cost: decimalIn(fill['cost']), atUs };
}

/** @throws VenueUnreachable for an answer that lacks anything. */
export function standingOf(value: unknown): Standing {
  if (!isObject(value)) throw unread();
  const { halt, takenBack } = value;
  return {
    balances: rowsIn(value['balances']).map(({ asset, total, held, heldFor }) => {
      if (typeof asset !== 'string' || asset === '') throw unread();
      const most = decimalIn(total);
      if (held === undefined) return { asset, total: most };
      return { asset, total: most, held: decimalIn(held), ...(heldFor === 'gas' ? { heldFor } : {}) };
    }),
    open: rowsIn(value['open']).map(openOf),
    ended: rowsIn(value['ended']),
    halt: isObject(halt) ? { code: wordsOf(halt['code']), reason: wordsOf(halt['reason']) } : undefined,
    takenBack: isObject(takenBack)
      ? {
          reason: wordsOf(takenBack['reason']),
          assets: Array.isArray(takenBack['assets']) ? (takenBack['assets'] as unknown[]).map(wordsOf) : [],
        }
      : undefined,
  };
}

/** A swap is made whole or not at all: what is open has filled nothing. */
function openOf({ orderId, hash, symbol, side, qty, price }: Json): VenueOrder {
  if (side !== 'buy' && side !== 'sell') throw unread();
  return {
    orderId: orderIdOf(orderId),
    venueOrderId: wordsOf(hash),
    symbol: wordsOf(symbol),
    side,
    price: decimalIn(price),
    qty: decimalIn(qty),
    filledQty: '0',
    state: 'open',
  };
}

function rowsIn(value: unknown): readonly Json[] {
  if (!Array.isArray(value) || !(value as unknown[]).every(isObject)) throw unread();
  return value as Json[];
}

function decimalIn(value: unknown): DecimalText {
  if (typeof value === 'string' && isDecimalText(value) && !value.startsWith('-')) return value;
  throw unread();
}

export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MOST_WORDS) : '';
}

function unread(): VenueUnreachable {
  return new VenueUnreachable('account', 'the answer cannot be read');
}
