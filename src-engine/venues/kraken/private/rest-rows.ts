/** Rows of Kraken's private REST answers, checked field by field. */
import { type DecimalText, decimal, isDecimalText } from '../../../domain/decimal.ts';
import type { OrderId } from '../../../domain/ids.ts';
import type { Side } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import type { KrakenNames } from '../names.ts';
import { isObject, type Json } from '../rest-answer.ts';
import { VenueUnreachable } from '../rest-errors.ts';
import { orderIdOf } from './client-order-id.ts';

/** An order as the REST API tells it. */
export type RestOrder = {
  /** Ours, or undefined when it was placed elsewhere. */
  readonly orderId: OrderId | undefined;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly filledQty: DecimalText;
  readonly state: 'open' | 'filled' | 'canceled';
};

/** One fill as the REST API tells it. Its fee is in quote, since our orders ask for that. */
export type RestTrade = {
  readonly fillId: string;
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly fee: DecimalText;
  readonly atUs: TimeUs;
};

const US_PER_S = 1_000_000;

/** A list of an answer, by id. @throws VenueUnreachable when there is none. */
export function rows(method: string, value: unknown): [string, unknown][] {
  if (!isObject(value)) throw new VenueUnreachable(method, 'the answer has no list');
  return Object.entries(value);
}

/** A row of an answer: every field that is read is checked. @throws VenueUnreachable for one that is not as documented. */
export class Row {
  readonly #name: string;
  readonly #method: string;
  readonly #fields: Json;

  constructor(method: string, name: string, value: unknown) {
    if (!isObject(value)) throw new VenueUnreachable(method, `${name} is no object`);
    this.#method = method;
    this.#name = name;
    this.#fields = value;
  }

  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value === 'string') return value;
    throw this.#bad(field);
  }

  decimal(field: string): DecimalText {
    const text = this.text(field);
    if (isDecimalText(text)) return text;
    throw this.#bad(field);
  }

  side(field: string): Side {
    const text = this.text(field);
    if (text === 'buy' || text === 'sell') return text;
    throw this.#bad(field);
  }

  /** Seconds with a fraction, as microseconds. */
  timeUs(field: string): TimeUs {
    const value = this.#fields[field];
    if (typeof value === 'number' && value >= 0) return Math.round(value * US_PER_S);
    throw this.#bad(field);
  }

  row(field: string): Row {
    return new Row(this.#method, `${this.#name}.${field}`, this.#fields[field]);
  }

  get(field: string): unknown {
    return this.#fields[field];
  }

  #bad(field: string): VenueUnreachable {
    return new VenueUnreachable(this.#method, `${this.#name} has no ${field} that can be read`);
  }
}

export function orderOf(method: string, venueOrderId: string, value: unknown, names: KrakenNames): RestOrder {
  const row = new Row(method, venueOrderId, value);
  const description = row.row('descr');
  const qty = row.decimal('vol');
  const filledQty = row.decimal('vol_exec');
  const status = row.text('status');
  const isOpen = status === 'open' || status === 'pending';
  // Kraken says `closed` of what was filled, in whole or in part.
  const isFilled = status === 'closed' && decimal(filledQty).gte(decimal(qty));
  return {
    orderId: orderIdOf(row.get('cl_ord_id')),
    venueOrderId,
    symbol: names.symbol(description.text('pair')),
    side: description.side('type'),
    price: description.decimal('price'),
    qty,
    filledQty,
    state: isOpen ? 'open' : isFilled ? 'filled' : 'canceled',
  };
}

export function tradeOf(fillId: string, value: unknown, names: KrakenNames): RestTrade {
  const row = new Row('TradesHistory', fillId, value);
  return {
    fillId,
    venueOrderId: row.text('ordertxid'),
    symbol: names.symbol(row.text('pair')),
    price: row.decimal('price'),
    qty: row.decimal('vol'),
    fee: row.decimal('fee'),
    atUs: row.timeUs('time'),
  };
}
