/** A new order: its product, its side, and the one member of `order_configuration` that names its kind (Advanced Trade, "Create Order"). */
import type { Market } from '../../core/market.ts';
import type { OrderRequest } from '../../core/orders/order-checks.ts';
import { Refusal } from '../../core/refusal.ts';
import type { CoinbaseExchange } from './coinbase-exchange.ts';

type Json = Readonly<Record<string, unknown>>;

/** Kinds that are taken here, and what they are to the core. */
const KINDS: Readonly<Record<string, Pick<OrderRequest, 'type' | 'timeInForce'>>> = {
  sor_limit_ioc: { type: 'limit', timeInForce: 'ioc' },
  limit_limit_gtc: { type: 'limit', timeInForce: 'gtc' },
  limit_limit_fok: { type: 'limit', timeInForce: 'fok' },
  market_market_ioc: { type: 'market', timeInForce: 'ioc' },
};

/** @throws Refusal naming what it breaks. */
export function newOrder(
  exchange: CoinbaseExchange,
  { product_id: product, side, order_configuration: configuration }: Json,
): { readonly market: Market; readonly request: OrderRequest } {
  if (typeof product !== 'string' || product.includes('/')) throw new Refusal('unknown-pair');
  const market = exchange.market(product);
  if (side !== 'BUY' && side !== 'SELL') throw new Refusal('protocol', 'INVALID_SIDE');
  const [[kind, terms] = [], ...more] = isObject(configuration) ? Object.entries(configuration) : [];
  const known = kind === undefined ? undefined : KINDS[kind];
  if (known === undefined || more.length > 0 || !isObject(terms)) throw new Refusal('argument', 'kind');
  const { base_size: qty, limit_price: price, post_only: postOnly } = terms;
  // An amount in quote is not taken here.
  if (typeof qty !== 'string') throw new Refusal('argument', 'base_size');
  if (known.type === 'limit' && typeof price !== 'string') throw new Refusal('argument', 'limit_price');
  return {
    market,
    request: {
      ...known,
      side: side === 'BUY' ? 'buy' : 'sell',
      qty: exactText(qty, market.pair.qtyDecimals, 'INVALID_SIZE_PRECISION'),
      price: known.type === 'limit' ? String(price) : undefined,
      postOnly: postOnly === true,
    },
  };
}

/** @throws Refusal for a text that is no amount, or has more decimals than the product's step. */
function exactText(text: string, decimals: number, code: string): string {
  const [, behind = ''] = /^\d{1,20}(?:\.(\d{1,20}))?$/.exec(text) ?? [undefined, undefined];
  if (!/^\d{1,20}(\.\d{1,20})?$/.test(text) || behind.replace(/0+$/, '').length > decimals)
    throw new Refusal('protocol', code);
  return text;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
