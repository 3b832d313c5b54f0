import { Decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Fill } from '../domain/order.ts';
import { notionalOf } from '../portfolio/fill-flows.ts';

/** Coarsest place to which a venue is known to round what it books: Kraken keeps fiat in four decimals. */
const COARSEST_DECIMALS = 4;
/** Most of what was traded that rounding may explain: a hundredth of a percent. */
const MOST = new Decimal('0.0001');

/**
 * Amounts that a venue may have rounded since its balances last agreed: values in quote and fees. Quantities are whole
 * lots and exact.
 */
export class Turnover {
  readonly #amounts = new Map<Asset, { count: number; sum: Decimal }>();

  add({ quote }: Instrument, fill: Fill): void {
    this.#count(quote, notionalOf(fill));
    this.#count(fill.feeAsset, new Decimal(fill.fee));
  }

  /** Fills of an order of an earlier run, whose balances may not have been compared since. Its fees count as in quote. */
  addEarlier({ quote }: Instrument, fills: number, notional: Decimal, fees: Decimal): void {
    for (const amount of [notional, fees]) this.#count(quote, amount, fills);
  }

  /**
   * True when rounding can be all that lies between ledger and venue: at most one unit in the last place that the venue
   * shows for each amount, and a hundredth of a percent of what was traded.
   */
  explains(asset: Asset, ledger: Decimal, venue: Decimal): boolean {
    const traded = this.#amounts.get(asset);
    if (traded === undefined) return false;
    const unit = Decimal.pow(10, -Math.max(COARSEST_DECIMALS, venue.decimalPlaces()));
    const difference = ledger.minus(venue).abs();
    return difference.lte(unit.times(traded.count)) && difference.lte(traded.sum.times(MOST));
  }

  clear(): void {
    this.#amounts.clear();
  }

  #count(asset: Asset, amount: Decimal, count = 1): void {
    if (amount.isZero()) return;
    const traded = this.#amounts.get(asset) ?? { count: 0, sum: ZERO };
    this.#amounts.set(asset, { count: traded.count + count, sum: traded.sum.plus(amount.abs()) });
  }
}
