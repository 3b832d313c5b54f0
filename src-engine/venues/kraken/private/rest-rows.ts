/** Rows of Kraken's private REST answers, checked field by field. */
import { type DecimalText, decimal, isDecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId } from '../../../domain/ids.ts';
import type { Side, UnreadRow, VenueBalance, VenueOrder } from '../../../domain/order.ts';
import type { TimeUs } from '../../../domain/time.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import type { KrakenNames } from '../names.ts';
import { VenueUnreachable } from '../rest-errors.ts';
import { orderIdOf } from './client-order-id.ts';

/** One fill as the REST API reports it. Its fee is in quote, since our orders ask for that. */
export type RestTrade = {
  readonly fillId: string;
  /** Empty where the row names no order. */
  readonly venueOrderId: string;
  readonly symbol: string;
  readonly price: DecimalText;
  readonly qty: DecimalText;
  readonly fee: DecimalText;
  readonly atUs: TimeUs;
  /** Which field could not be read: the fill cannot be booked. */
  readonly problem?: string | undefined;
};

const US_PER_S = 1_000_000;
/** Longest text of a venue that is shown as it stands. */
const MAX_SHOWN = 60;

/** A list of an answer, by id. @throws VenueUnreachable when there is none. */
export function rows(method: string, value: unknown): [string, unknown][] {
  if (!isObject(value)) throw new VenueUnreachable(method, 'the answer has no list');
  return Object.entries(value);
}

/**
 * Reads the fields of a row that may be of any client, and remembers the first that is not as documented. A trader's own
 * orders come in forms that ours never have: nothing of them may stop ours from being read.
 */
class Fields {
  readonly #fields: Json;
  readonly #path: string;
  problem: string | undefined;

  constructor(value: unknown, path = '') {
    this.#path = path;
    this.#fields = isObject(value) ? value : {};
    if (!isObject(value)) this.problem = `${path === '' ? 'the row' : path.slice(0, -1)} is ${shown(value)}`;
  }

  get(field: string): unknown {
    return this.#fields[field];
  }

  text(field: string): string {
    const value = this.#fields[field];
    if (typeof value === 'string') return value;
    this.#miss(field);
    return '';
  }

  /** Plain decimal text; as it stands where it is not. */
  decimal(field: string): string {
    const value = this.#fields[field];
    if (typeof value === 'string' && isDecimalText(value)) return value;
    this.#miss(field);
    return typeof value === 'string' ? value.slice(0, MAX_SHOWN) : '';
  }

  /** As `decimal`; zero where there is no such field. */
  optionalDecimal(field: string): string {
    return this.#fields[field] === undefined ? '0' : this.decimal(field);
  }

  side(field: string): Side | '' {
    const value = this.#fields[field];
    if (value === 'buy' || value === 'sell') return value;
    this.#miss(field);
    return '';
  }

  /** Seconds with a fraction, as microseconds; 0 where it is not a time. */
  timeUs(field: string): TimeUs {
    const value = this.#fields[field];
    if (typeof value === 'number' && value > 0 && value < MAX_S) return Math.round(value * US_PER_S);
    this.#miss(field);
    return 0;
  }

  inner(field: string): Fields {
    const inner = new Fields(this.#fields[field], `${this.#path}${field}.`);
    return inner;
  }

  #miss(field: string): void {
    this.problem ??= `${this.#path}${field} is ${shown(this.#fields[field])}`;
  }
}

/** Seconds of the year 2200: what is beyond is not a time. */
const MAX_S = 7_258_118_400;

function shown(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value) ?? '').slice(0, MAX_SHOWN);
}

const STATES: Readonly<Record<string, VenueOrder['state']>> = {
  pending: 'open',
  open: 'open',
  closed: 'filled',
  canceled: 'canceled',
  expired: 'canceled',
};

/** Never throws: what could not be read is in `problem`. */
export function orderOf(
  method: string,
  venueOrderId: string,
  value: unknown,
  names: KrakenNames,
): VenueOrder {
  const row = new Fields(value);
  const description = row.inner('descr');
  const qty = row.decimal('vol');
  const filledQty = row.decimal('vol_exec');
  const status = row.text('status');
  const known = Object.hasOwn(STATES, status) ? STATES[status] : undefined;
  const state = known ?? (method === 'OpenOrders' ? 'open' : 'canceled');
  // Kraken says `closed` of what was filled, in whole or in part.
  const isPart = isDecimalText(qty) && isDecimalText(filledQty) && decimal(filledQty).lt(decimal(qty));
  const pair = description.text('pair');
  const isLimit = description.text('ordertype') === 'limit';
  const order = {
    orderId: clientIdOf(value),
    venueOrderId,
    symbol: names.symbol(pair),
    side: description.side('type'),
    // The trigger of an order comes in other forms: `+5.0000%`, `-5.0%`, `#3.0`. Ours are limit orders.
    price: isLimit ? description.decimal('price') : textOf(description.get('price')),
    qty,
    filledQty,
    state: state === 'filled' && isPart ? ('canceled' as const) : state,
  };
  const oddState = known === undefined ? `status is ${shown(status)}` : undefined;
  const problem = row.problem ?? description.problem ?? oddState;
  return problem === undefined ? order : { ...order, problem };
}

/** All that a kill asks of an open order: whether it is one of ours. Every other field may hold anything. */
export function clientIdOf(row: unknown): OrderId | undefined {
  return isObject(row) ? orderIdOf(row['cl_ord_id']) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_SHOWN) : '';
}

/** Never throws: what could not be read is in `problem`. */
export function tradeOf(fillId: string, value: unknown, names: KrakenNames): RestTrade {
  const row = new Fields(value);
  const trade = {
    fillId,
    venueOrderId: textOf(row.get('ordertxid')),
    symbol: names.symbol(textOf(row.get('pair'))),
    price: row.decimal('price'),
    qty: row.decimal('vol'),
    fee: row.decimal('fee'),
    atUs: row.timeUs('time'),
  };
  return row.problem === undefined ? trade : { ...trade, problem: row.problem };
}

/**
 * A row of `BalanceEx`. Available is balance + credit - credit_used - hold_trade (docs.kraken.com, "Get Extended
 * Balance"). Credit only offsets what is held back: money that was not paid in is never planned with.
 */
export function balanceOf(asset: Asset, value: unknown): VenueBalance | UnreadRow {
  const row = new Fields(value);
  const total = row.decimal('balance');
  const [hold, used, credit] = ['hold_trade', 'credit_used', 'credit'].map((field) =>
    row.optionalDecimal(field),
  );
  if (row.problem !== undefined || hold === undefined || used === undefined || credit === undefined) {
    return { source: 'BalanceEx', row: asset, asset, problem: row.problem ?? 'it is incomplete' };
  }
  const held = decimal(hold).plus(decimal(used)).minus(decimal(credit));
  return held.gt(0) ? { asset, total, held: held.toFixed() } : { asset, total };
}
