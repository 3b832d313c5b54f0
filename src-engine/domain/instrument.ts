import {
  Decimal,
  type DecimalText,
  decimal,
  decimalPlaces,
  isDecimalText,
  isMultipleOf,
  ONE,
} from './decimal.ts';
import { UserError } from './errors.ts';
import type { Asset, InstrumentId, VenueName } from './ids.ts';

/** What the venue lets one do with an instrument. Only `online` is traded. */
export type InstrumentStatus =
  | 'online'
  | 'cancel_only'
  | 'post_only'
  | 'limit_only'
  | 'reduce_only'
  | 'maintenance'
  | 'delisted';

/** An instrument as venues, files and the contract write it: decimals as text. */
export type InstrumentSpec = {
  readonly symbol: string;
  readonly base: Asset;
  readonly quote: Asset;
  /** Smallest step of an order's price, in quote. */
  readonly tickSize: DecimalText;
  /** Smallest step of an order's quantity, in base. */
  readonly lotSize: DecimalText;
  /** Smallest order, in base. */
  readonly minQty: DecimalText;
  /** Smallest order value (price × quantity), in quote; "0" where the venue has none. */
  readonly minNotional: DecimalText;
  /** Digits behind the point that the venue's book shows; the checksum depends on them. */
  readonly priceDecimals?: number | undefined;
  readonly qtyDecimals?: number | undefined;
  /** Fee of a taker as a fraction of the notional, charged in quote: "0.004" is 40 bps. */
  readonly takerFee?: DecimalText | undefined;
  readonly status?: InstrumentStatus | undefined;
};

/** An instrument inside a run. Books count prices in 10^-priceDecimals and quantities in 10^-qtyDecimals. */
export type Instrument = {
  readonly id: InstrumentId;
  readonly venue: VenueName;
  readonly symbol: string;
  readonly base: Asset;
  readonly quote: Asset;
  readonly tickSize: Decimal;
  readonly lotSize: Decimal;
  readonly minQty: Decimal;
  readonly minNotional: Decimal;
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
  readonly takerFee: Decimal;
  readonly status: InstrumentStatus;
};

/** Most decimals a book may count in; above, its integers would leave the exact range at common sizes. */
const MAX_DECIMALS = 12;

function positive(spec: InstrumentSpec, field: 'tickSize' | 'lotSize' | 'minQty' | 'minNotional'): Decimal {
  const text = spec[field];
  const value = typeof text === 'string' && isDecimalText(text) ? decimal(text) : undefined;
  const mayBeZero = field === 'minQty' || field === 'minNotional';
  if (value === undefined || value.isNegative() || (value.isZero() && !mayBeZero)) {
    throw new UserError({
      code: 'bad-instrument',
      field: `${spec.symbol}.${field}`,
      value: text,
      message: 'is not a decimal above zero',
      remedy: 'Write plain digits such as "0.01".',
    });
  }
  return value;
}

/** A fee of the whole notional or more, or one below zero, is a mistake in the file and no venue's. */
function takerFee(spec: InstrumentSpec): Decimal {
  const text = spec.takerFee ?? '0';
  const value = isDecimalText(text) ? decimal(text) : undefined;
  if (value === undefined || value.isNegative() || value.gte(ONE)) {
    throw new UserError({
      code: 'bad-instrument',
      field: `${spec.symbol}.takerFee`,
      value: text,
      message: 'is not a fraction from 0 up to 1',
      remedy: 'Write 40 bps as "0.004".',
    });
  }
  return value;
}

/** Digits that the book shows of a price or quantity, whose step must be a whole number of its units. */
function bookDecimals(spec: InstrumentSpec, field: 'priceDecimals' | 'qtyDecimals', step: Decimal): number {
  const decimals = spec[field] ?? decimalPlaces(step);
  const fits = Number.isInteger(decimals) && decimals >= 0 && decimals <= MAX_DECIMALS;
  if (!fits || !isMultipleOf(step, Decimal.pow(10, -decimals))) {
    throw new UserError({
      code: 'bad-instrument',
      field: `${spec.symbol}.${field}`,
      value: String(decimals),
      message: `is not a whole number from 0 to ${MAX_DECIMALS} that shows a step of ${step.toString()}`,
      remedy: 'Correct the instrument in its file, or leave it out.',
    });
  }
  return decimals;
}

/** Checks a spec and gives it its place in a run. @throws UserError naming the field at fault. */
export function createInstrument(spec: InstrumentSpec, id: InstrumentId, venue: VenueName): Instrument {
  const tickSize = positive(spec, 'tickSize');
  const lotSize = positive(spec, 'lotSize');
  const priceDecimals = bookDecimals(spec, 'priceDecimals', tickSize);
  const qtyDecimals = bookDecimals(spec, 'qtyDecimals', lotSize);
  if (spec.base === spec.quote) {
    throw new UserError({
      code: 'bad-instrument',
      field: spec.symbol,
      value: `${spec.base}/${spec.quote}`,
      message: 'needs two different assets',
      remedy: 'Correct the instrument in its file, or leave it out.',
    });
  }
  return {
    id,
    venue,
    symbol: spec.symbol,
    base: spec.base,
    quote: spec.quote,
    tickSize,
    lotSize,
    minQty: positive(spec, 'minQty'),
    minNotional: positive(spec, 'minNotional'),
    priceDecimals,
    qtyDecimals,
    takerFee: takerFee(spec),
    status: spec.status ?? 'online',
  };
}

/** Places to which a fee is rounded up, and the smallest fee but none. */
const FEE_DECIMALS = 10;
export const FEE_STEP = Decimal.pow(10, -FEE_DECIMALS);

/** What a taker pays on an order of this value, in quote: what is set aside for it and what is charged at most. */
export function takerFeeOf(instrument: Instrument, notional: Decimal): Decimal {
  return notional.times(instrument.takerFee).toDecimalPlaces(FEE_DECIMALS, Decimal.ROUND_CEIL);
}

/** An instrument as files and the contract write it. */
export function specOf(instrument: Instrument) {
  return {
    symbol: instrument.symbol,
    base: instrument.base,
    quote: instrument.quote,
    tickSize: instrument.tickSize.toString(),
    lotSize: instrument.lotSize.toString(),
    minQty: instrument.minQty.toString(),
    minNotional: instrument.minNotional.toString(),
    priceDecimals: instrument.priceDecimals,
    qtyDecimals: instrument.qtyDecimals,
    takerFee: instrument.takerFee.toString(),
    status: instrument.status,
  } satisfies InstrumentSpec;
}
