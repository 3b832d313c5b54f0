/**
 * In what a venue charges its taker fee: in quote, in what is received, or in an asset of its own at a discount (such as BNB). It
 * matters between venues: a fee in base leaves less base to sell at the other one.
 */
import { Decimal, ONE } from '../domain/decimal.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import { feeToReckon, type Instrument, makerFeeToReckon } from '../domain/instrument.ts';
import { gridOf, type InstrumentGrid } from './instrument-grid.ts';

export type FeeCharge =
  | { readonly in: 'quote' }
  | { readonly in: 'received' }
  /** `asset` as the run names it where it lies; `share` of the listed fee that is left after the discount: 0.75 of BNB's 25 %. */
  | { readonly in: 'discount-asset'; readonly asset: Asset; readonly share: Decimal };

export const IN_QUOTE: FeeCharge = { in: 'quote' };
const IN_RECEIVED: FeeCharge = { in: 'received' };

/** How each venue charges its fees. @param feesInReceived venues that take them out of what is received; the others charge them in quote. */
export function chargesOf(feesInReceived: readonly VenueName[]): (venue: VenueName) => FeeCharge {
  return (venue) => (feesInReceived.includes(venue) ? IN_RECEIVED : IN_QUOTE);
}

/** The taker fee as a fraction of what it is charged on, discount included. */
export function chargedFee(instrument: Pick<Instrument, 'takerFee'>, charge: FeeCharge): Decimal {
  return feeToReckon(instrument).times(charge.in === 'discount-asset' ? charge.share : ONE);
}

/** The maker fee likewise: of an order that rested. */
export function chargedMakerFee(
  instrument: Pick<Instrument, 'takerFee' | 'makerFee'>,
  charge: FeeCharge,
): Decimal {
  return makerFeeToReckon(instrument).times(charge.in === 'discount-asset' ? charge.share : ONE);
}

/** The instrument's numbers with what a buyer and a seller pay there. A fee in an asset of its own costs as much as one in quote. */
export function gridWithCharge(instrument: Instrument, charge: FeeCharge): InstrumentGrid {
  const fee = chargedFee(instrument, charge);
  return {
    ...gridOf(instrument),
    fee: fee.toNumber(),
    // Who keeps 1 − fee of the base that a notional buys pays 1 / (1 − fee) of it for each unit kept.
    buyFee: charge.in === 'received' ? fee.div(new Decimal(1).minus(fee)).toNumber() : fee.toNumber(),
  };
}
