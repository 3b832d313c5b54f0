/** Amounts of an order in the smallest units of its tokens, and back to decimals: exact, or rounded to the side that keeps the order’s limit. */
import type { Token } from '../deployments.ts';

export type SwapOrder = {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  /** Base, as decimal text. */
  readonly qty: string;
  /** Quote for one base: it never trades worse. */
  readonly price: string;
  /** Seconds of the chain from the block that comes next, when it is signed, to the last one that may have it: 1 to 600. */
  readonly waitS: number;
  /** Further orders whose gas must be there as well: those that may have to follow this one; none when left out. */
  readonly mayFollow?: number;
};

/** Of a swap, in smallest units. Of a sale `base` goes in, and `quote` comes out at least; of a purchase `base` comes out, and `quote` goes in at most. */
export type SwapBounds = { readonly base: bigint; readonly quote: bigint };

/** @throws RangeError that names what cannot be swapped. */
export function boundsOf(
  { side, qty, price }: Pick<SwapOrder, 'side' | 'qty' | 'price'>,
  base: Pick<Token, 'asset' | 'decimals'>,
  quote: Pick<Token, 'asset' | 'decimals'>,
): SwapBounds {
  const amount = unitsOf(qty, base.decimals);
  if (amount === undefined || amount === 0n)
    throw new RangeError(`its quantity ${qty} is no amount of ${base.asset}`);
  const [digits, places] = digitsOf(price) ?? [0n, 0];
  if (digits === 0n) throw new RangeError(`its price ${price} is none`);
  const exact = amount * digits * 10n ** BigInt(quote.decimals);
  const scale = 10n ** BigInt(base.decimals + places);
  // A seller gets no less than the limit, a buyer gives no more.
  const limit = side === 'sell' ? (exact + scale - 1n) / scale : exact / scale;
  if (limit === 0n) throw new RangeError(`it is worth less than the smallest unit of ${quote.asset}`);
  return { base: amount, quote: limit };
}

/** Undefined: no plain decimal, or finer than the token. */
export function unitsOf(text: string, decimals: number): bigint | undefined {
  const [digits, places] = digitsOf(text) ?? [undefined, 0];
  if (digits === undefined) return undefined;
  if (places <= decimals) return digits * 10n ** BigInt(decimals - places);
  const step = 10n ** BigInt(places - decimals);
  return digits % step === 0n ? digits / step : undefined;
}

export function textOfUnits(units: bigint, decimals: number): string {
  if (decimals === 0) return units.toString();
  const text = units.toString().padStart(decimals + 1, '0');
  const part = text.slice(-decimals).replace(/0+$/, '');
  return part === '' ? text.slice(0, -decimals) : `${text.slice(0, -decimals)}.${part}`;
}

/** Decimals of a price that is shown beside the exact amounts. */
const PRICE_PLACES = 18;

/** Quote for one base, rounded down; what is booked are the amounts. */
export function priceText(base: bigint, baseDecimals: number, quote: bigint, quoteDecimals: number): string {
  const scaled = (quote * 10n ** BigInt(PRICE_PLACES + baseDecimals)) / (base * 10n ** BigInt(quoteDecimals));
  return textOfUnits(scaled === 0n ? 1n : scaled, PRICE_PLACES);
}

function digitsOf(text: string): readonly [bigint, number] | undefined {
  const [, whole, part = ''] = /^(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text) ?? [];
  return whole === undefined ? undefined : [BigInt(whole + part), part.length];
}
