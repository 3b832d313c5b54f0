/**
 * The parameters of `order.place` as text, in both forms that are needed of them: as JSON, and as the signature covers them (sorted by
 * name). The same as `signedParams` and JSON.stringify give for `orderParams`, without a list of names, a sort, and an object for each.
 */
import { textOf } from '../../../domain/decimal.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { BinanceCredentials } from './credentials.ts';
import type { Params, Timing } from './signed-params.ts';

type OrderTerms = Pick<
  Placement,
  'orderId' | 'symbol' | 'side' | 'timeInForce' | 'postOnly' | 'price' | 'qty'
>;

const SIDES = { buy: 'BUY', sell: 'SELL' } as const;
const TIMES = { ioc: 'IOC', gtc: 'GTC' } as const;

/** As REST sends them. An order that must not take is of a type of its own, which knows no time in force. */
export function orderParams({
  orderId,
  symbol,
  side,
  timeInForce,
  postOnly,
  price,
  qty,
}: OrderTerms): Params {
  return {
    symbol,
    side: SIDES[side],
    ...(postOnly === true ? { type: 'LIMIT_MAKER' } : { type: 'LIMIT', timeInForce: TIMES[timeInForce] }),
    price: price.toFixed(),
    quantity: qty.toFixed(),
    newClientOrderId: orderId,
    newOrderRespType: 'ACK',
  };
}

/** Of an order whose id `deriveOrderId` made: nothing in it is to be escaped. */
export class OrderRequest {
  readonly #order: OrderTerms;
  readonly #price: string;
  readonly #qty: string;

  constructor(order: OrderTerms) {
    this.#order = order;
    this.#price = textOf(order.price);
    this.#qty = textOf(order.qty);
  }

  /** In a session that has logged on. */
  plain({ timestamp, recvWindow }: Timing): string {
    return `{${this.#members()},"timestamp":${timestamp},"recvWindow":${recvWindow}}`;
  }

  /** With the key and the signature of each request. */
  signed(credentials: BinanceCredentials, { timestamp, recvWindow }: Timing): string {
    const { orderId, symbol, side, timeInForce, postOnly } = this.#order;
    const { apiKey } = credentials;
    const force = postOnly === true ? '' : `&timeInForce=${TIMES[timeInForce]}`;
    const payload =
      `apiKey=${apiKey}&newClientOrderId=${orderId}&newOrderRespType=ACK&price=${this.#price}&quantity=${this.#qty}` +
      `&recvWindow=${recvWindow}&side=${SIDES[side]}&symbol=${symbol}${force}&timestamp=${timestamp}` +
      `&type=${postOnly === true ? 'LIMIT_MAKER' : 'LIMIT'}`;
    const signature = credentials.sign(payload);
    return (
      `{${this.#members()},"timestamp":${timestamp},"recvWindow":${recvWindow},"apiKey":"${apiKey}",` +
      `"signature":"${signature}"}`
    );
  }

  #members(): string {
    const { orderId, symbol, side, timeInForce, postOnly } = this.#order;
    const type =
      postOnly === true ? '"type":"LIMIT_MAKER",' : `"type":"LIMIT","timeInForce":"${TIMES[timeInForce]}",`;
    return (
      `"symbol":${JSON.stringify(symbol)},"side":"${SIDES[side]}",${type}` +
      `"price":"${this.#price}","quantity":"${this.#qty}","newClientOrderId":"${orderId}","newOrderRespType":"ACK"`
    );
  }
}
