/** Pools as instruments, from the rows of the process that reads them (`process/listing.ts`). */
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { decimalOf, listingOf, nameOf } from '../toolkit/instrument-rows.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { InstrumentListing } from '../venue-adapter.ts';

/** @throws UserError when it is no such list, or no pool of it can be read. */
export function instrumentsFromPools(file: {
  readonly rows?: unknown;
  readonly leftOut?: unknown;
}): InstrumentListing {
  const { instruments, leftOut } = listingOf(file.rows, 'the list of pools', specOf);
  const named = Array.isArray(file.leftOut) ? (file.leftOut as unknown[]).filter(isObject) : [];
  return {
    instruments,
    leftOut: [
      ...leftOut,
      ...named.map(({ name, reason }) => ({ name: String(name), reason: String(reason) })),
    ],
  };
}

function specOf(row: Json): InstrumentSpec {
  const priceDecimals = countOf(row, 'priceDecimals');
  const qtyDecimals = countOf(row, 'qtyDecimals');
  const lotSize = stepOf(qtyDecimals);
  const fee = row['fee'];
  if (typeof fee !== 'number' || !Number.isInteger(fee) || fee < 0 || fee >= 1_000_000)
    throw new RangeError('fee is not a count of millionths');
  return {
    symbol: nameOf(row, 'symbol'),
    base: nameOf(row, 'base'),
    quote: nameOf(row, 'quote'),
    tickSize: stepOf(priceDecimals),
    lotSize,
    minQty: lotSize,
    minNotional: decimalOf(row, 'minNotional'),
    priceDecimals,
    qtyDecimals,
    // The pool takes its fee from what goes in, so that it is in every price of the book already.
    takerFee: '0',
    feeBasis: `${fee / 10_000} % is inside the price; gas beside it`,
    orderCost: decimalOf(row, 'gas'),
    status: row['active'] === false ? 'maintenance' : 'online',
  };
}

function countOf(row: Json, field: string): number {
  const count = row[field];
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 12) return count;
  throw new RangeError(`${field} is not a count of decimals from 0 to 12`);
}

function stepOf(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}
