import {
  compare,
  Decimal,
  type DecimalText,
  decimal,
  decimalPlaces,
  estimateOf,
  IN_DOUBT,
  isDecimalText,
  isMultipleOf,
  isPositive,
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
  /** Fee of a taker as a fraction of the notional, charged in quote: "0.004" is 40 bps. Null or left out: not known. */
  readonly takerFee?: DecimalText | null | undefined;
  /** Fee of a maker, whose order rested, likewise; a rebate is written as "0". Null or left out: not known. */
  readonly makerFee?: DecimalText | null | undefined;
  /** Where the fees are from, as it is shown: see `Instrument.feeBasis`. */
  readonly feeBasis?: string | undefined;
  /** What each order that trades costs besides, in quote, whatever its size: gas on a chain. Left out: nothing. */
  readonly orderCost?: DecimalText | undefined;
  readonly status?: InstrumentStatus | undefined;
};

/**
 * An instrument inside a run. Books count prices in 10^-priceDecimals and quantities in 10^-qtyDecimals. What the venue
 * may change in mid-session is changed by `takeChange` alone, in a step of the kernel that owns the instrument.
 */
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
  /** Undefined: not known. Such an instrument is not traded: an absent fee is never taken for none. */
  readonly takerFee: Decimal | undefined;
  /** Of an order that rested. Undefined: not known, and then the taker's is reckoned with. Rebates are not: never below zero. */
  readonly makerFee?: Decimal | undefined;
  /**
   * Where the fee is from, in words that are shown beside it: `account`, `listed`, `assumed, schedule of 2026-01-12`;
   * empty where a file or an option gave it.
   */
  readonly feeBasis: string;
  /** What each order that trades costs besides, in quote, whatever its size. Undefined: nothing. */
  readonly orderCost?: Decimal | undefined;
  readonly status: InstrumentStatus;
  /** Why this run does not trade it whatever its status says: shown beside it. Empty: it does. */
  readonly stoppedFor: string;
};

/** What a venue may change of an instrument while a run trades it; what is left out stays. */
export type InstrumentChange = {
  readonly tickSize?: DecimalText | undefined;
  readonly lotSize?: DecimalText | undefined;
  readonly minQty?: DecimalText | undefined;
  readonly minNotional?: DecimalText | undefined;
  readonly takerFee?: DecimalText | undefined;
  readonly makerFee?: DecimalText | undefined;
  readonly orderCost?: DecimalText | undefined;
  readonly feeBasis?: string | undefined;
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
function feeOf(spec: InstrumentSpec, field: 'takerFee' | 'makerFee'): Decimal | undefined {
  const text = spec[field];
  if (text === undefined || text === null) return undefined;
  const value = isDecimalText(text) ? decimal(text) : undefined;
  if (value === undefined || value.isNegative() || value.gte(ONE)) {
    throw new UserError({
      code: 'bad-instrument',
      field: `${spec.symbol}.${field}`,
      value: text,
      message: 'is not a fraction from 0 up to 1',
      remedy: 'Write 40 bps as "0.004".',
    });
  }
  return value;
}

/** @throws UserError for a cost that is no decimal of zero or more. */
function orderCostOf({ symbol, orderCost: text }: InstrumentSpec): Decimal | undefined {
  if (text === undefined) return undefined;
  const value = typeof text === 'string' && isDecimalText(text) ? decimal(text) : undefined;
  if (value !== undefined && !value.isNegative()) return value;
  throw new UserError({
    code: 'bad-instrument',
    field: `${symbol}.orderCost`,
    value: text,
    message: 'is not a decimal of zero or more',
    remedy: 'Write what an order costs in quote, such as "1.8", or leave it out where it costs nothing.',
  });
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
    takerFee: feeOf(spec, 'takerFee'),
    makerFee: feeOf(spec, 'makerFee'),
    feeBasis: spec.feeBasis ?? '',
    orderCost: orderCostOf(spec),
    status: spec.status ?? 'online',
    stoppedFor: '',
  };
}

/** True when the venue lets it be traded, its fee is known and nothing has stopped it. */
export function isTradable({ status, takerFee: fee, stoppedFor }: Instrument): boolean {
  return status === 'online' && fee !== undefined && stoppedFor === '';
}

const CHANGEABLE = [
  'tickSize',
  'lotSize',
  'minQty',
  'minNotional',
  'takerFee',
  'makerFee',
  'orderCost',
] as const;

type Mutable = { -readonly [K in keyof Instrument]: Instrument[K] };

/** The venue opens or closes it for trading. */
export function takeStatus(instrument: Instrument, status: InstrumentStatus): void {
  (instrument as Mutable).status = status;
}

/** This run trades it no longer, and why; or, with an empty reason, again. */
export function takeStop(instrument: Instrument, reason: string): void {
  (instrument as Mutable).stoppedFor = reason;
}

/**
 * Takes over what the venue changed, in place: every holder of the instrument sees the change.
 * @returns what differs from before, as `name before → after`; empty when nothing does.
 */
export function takeChange(instrument: Instrument, change: InstrumentChange): string[] {
  const own: Mutable = instrument;
  const changes: string[] = [];
  for (const field of CHANGEABLE) {
    const text = change[field];
    const before = own[field];
    if (text === undefined || before?.eq(text) === true) continue;
    own[field] = decimal(text);
    changes.push(`${field} ${before?.toString() ?? 'unknown'} → ${text}`);
  }
  if (change.feeBasis !== undefined) own.feeBasis = change.feeBasis;
  return changes;
}

/** Places to which a fee is rounded up, and the smallest fee but none. */
const FEE_DECIMALS = 10;
export const FEE_STEP = Decimal.pow(10, -FEE_DECIMALS);

/** In place of a fee that is not known: more than twice the highest that any venue here charges. */
const UNKNOWN_FEE = decimal('0.01');

/**
 * The taker fee to reckon with. Where it is not known nothing new is ordered, and for what is open there since an earlier
 * run more is set aside than any venue charges.
 */
export function feeToReckon({ takerFee: fee }: Pick<Instrument, 'takerFee'>): Decimal {
  return fee ?? UNKNOWN_FEE;
}

/** The fee to reckon with for an order that rests. */
export function makerFeeToReckon(instrument: Pick<Instrument, 'takerFee' | 'makerFee'>): Decimal {
  return instrument.makerFee ?? feeToReckon(instrument);
}

/** What an order costs of this instrument: by its value, and whatever its value. */
export type OrderFees = Pick<Instrument, 'takerFee' | 'makerFee' | 'orderCost'>;

/** What is set aside for the fee of an order of this value, in quote: it may take, or rest, whichever costs more. */
export function mostFeeOf(instrument: OrderFees, notional: Decimal): Decimal {
  const { makerFee, orderCost } = instrument;
  const isMakers = makerFee !== undefined && compare(makerFee, feeToReckon(instrument)) > 0;
  return takerFeeOf(isMakers ? { takerFee: makerFee, orderCost } : instrument, notional);
}

/**
 * What a taker pays on an order of this value, in quote, its fixed cost included: what is set aside for it and what is charged at most.
 */
export function takerFeeOf(instrument: Omit<OrderFees, 'makerFee'>, notional: Decimal): Decimal {
  const fee = notional.times(feeToReckon(instrument));
  const { orderCost } = instrument;
  return roundedFee(orderCost === undefined ? fee : fee.plus(orderCost));
}

/** Each of its orders costs something besides, whatever its size. A cost of zero, as on a chain without fees, is none. */
export function hasOrderCost<T extends Pick<Instrument, 'orderCost'>>(
  instrument: T,
): instrument is T & { readonly orderCost: Decimal } {
  return instrument.orderCost !== undefined && isPositive(instrument.orderCost);
}

/** A fee as it is charged at most: rounded up. */
export function roundedFee(fee: Decimal): Decimal {
  return fee.toDecimalPlaces(FEE_DECIMALS, Decimal.ROUND_CEIL);
}

/** What the venue refuses of an order by its rules: a price or quantity off its steps, or one below its minimums. */
export type RuleFault = { readonly code: 'off-grid' | 'below-minimum'; readonly detail: string };

/** Why these rules take no order of this price and quantity; undefined: they do. */
export function ruleFaultOf(
  { tickSize, lotSize, minQty, minNotional, base, quote }: Instrument,
  price: Decimal,
  qty: Decimal,
): RuleFault | undefined {
  if (!isPositive(price) || !isMultipleOf(price, tickSize)) {
    const detail = `price ${price.toString()} is not a multiple of tick ${tickSize.toString()}`;
    return { code: 'off-grid', detail };
  }
  if (!isPositive(qty) || !isMultipleOf(qty, lotSize)) {
    const detail = `quantity ${qty.toString()} is not a multiple of lot ${lotSize.toString()}`;
    return { code: 'off-grid', detail };
  }
  if (compare(qty, minQty) < 0) {
    const detail = `quantity ${qty.toString()} is below the minimum of ${minQty.toString()} ${base}`;
    return { code: 'below-minimum', detail };
  }
  // An order that is far above the minimum is not multiplied out.
  if (estimateOf(qty) * estimateOf(price) > estimateOf(minNotional) * (1 + IN_DOUBT)) return undefined;
  const notional = qty.times(price);
  if (compare(notional, minNotional) >= 0) return undefined;
  const detail = `value ${notional.toString()} is below the minimum of ${minNotional.toString()} ${quote}`;
  return { code: 'below-minimum', detail };
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
    takerFee: instrument.takerFee?.toString() ?? null,
    makerFee: instrument.makerFee?.toString(),
    feeBasis: instrument.feeBasis === '' ? undefined : instrument.feeBasis,
    orderCost: instrument.orderCost?.toString(),
    status: instrument.status,
  } satisfies InstrumentSpec;
}
