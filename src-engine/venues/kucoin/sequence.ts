/** How KuCoin numbers what it says of a book (KuCoin, "Level2 Market Data"). */

const ZERO_PRICE = /^0*\.?0*$/;

/** A sequence, which some messages write as text and others as a number; undefined for anything else. */
export function sequenceOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** A row whose price is zero changes no level: the sequence advanced, and that is all. Taken for a level it would be the best ask. */
export function isNoLevel(row: unknown): boolean {
  const price: unknown = Array.isArray(row) ? row[0] : undefined;
  return typeof price === 'string' && price !== '' && ZERO_PRICE.test(price);
}
