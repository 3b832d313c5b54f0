/**
 * The parameters of `order.place` as text, in both forms that are needed of them: as JSON, and as the signature covers them (sorted by
 * name). The same as `signedParams` and JSON.stringify give for `orderParams`, without a list of names, a sort, and an object for each.
 */
import { textOf } from '../../../domain/decimal.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { BinanceCredentials } from './credentials.ts';
import type { Params, Timing } from './signed-params.ts';

type OrderTerms = Pick<Placement, 'orderId' | 'symbol' | 'side' | 'timeInForce' | 'price' | 'qty'>;

const SIDES = { buy: 'BUY', sell: 'SELL' } as const;
const TIMES = { ioc: 'IOC', gtc: 'GTC' } as const;

/** As REST sends them. */
export function orderParams({ orderId, symbol, side, timeInForce, price, qty }: OrderTerms): Params {
  return {
    symbol,
    side: SIDES[side],
    type: 'LIMIT',
    timeInForce: TIMES[timeInForce],
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
    const { orderId, symbol, side, timeInForce } = this.#order;
    const { apiKey } = credentials;
    const payload =
      `apiKey=${apiKey}&newClientOrderId=${orderId}&newOrderRespType=ACK&price=${this.#price}&quantity=${this.#qty}` +
      `&recvWindow=${recvWindow}&side=${SIDES[side]}&symbol=${symbol}&timeInForce=${TIMES[timeInForce]}` +
      `&timestamp=${timestamp}&type=LIMIT`;
    const signature = credentials.sign(payload);
    return (
      `{${this.#members()},"timestamp":${timestamp},"recvWindow":${recvWindow},"apiKey":"${apiKey}",` +
      `"signature":"${signature}"}`
    );
  }

  #members(): string {
    const { orderId, symbol, side, timeInForce } = this.#order;
    return (
      `"symbol":${JSON.stringify(symbol)},"side":"${SIDES[side]}","type":"LIMIT","timeInForce":"${TIMES[timeInForce]}",` +
      `"price":"${this.#price}","quantity":"${this.#qty}","newClientOrderId":"${orderId}","newOrderRespType":"ACK"`
    );
  }
}
