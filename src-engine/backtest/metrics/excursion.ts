/**
 * How far trades went against us and for us before they ended: maximum adverse and favourable excursion (MAE,
 * MFE). Source: J. Sweeney, "Maximum adverse excursion" (1997).
 *
 * Conventions: the standing of a trade at a time is what it holds beyond what it gave, at the marks of that time,
 * in the home currency, fees included. The excursions are its lowest and highest standing over its life, its
 * end included and its beginning counted as zero: MAE is zero or below, MFE zero or above.
 */
import { Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { FillRecord } from '../../domain/event.ts';
import type { Asset } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';

/** Home currency per unit of an asset at this moment; undefined while it is not known. */
export type HomePrice = (asset: Asset) => Decimal | undefined;

export type Excursion = { readonly mae: number; readonly mfe: number };

export type ExcursionFigures = {
  readonly trades: number;
  readonly meanMae: number | null;
  readonly worstMae: number | null;
  readonly meanMfe: number | null;
  readonly bestMfe: number | null;
  /** Profit of all trades over the sum of their MFE: how much of what was within reach came home. */
  readonly captured: number | null;
};

/** One trade under way. */
export class TradeExcursion {
  readonly #holdings = new Map<Asset, Decimal>();
  #mae = 0;
  #mfe = 0;

  /** Books a fill; the fee counts in the asset that it was charged in. */
  book(fill: FillRecord, { base, quote }: Pick<Instrument, 'base' | 'quote'>): void {
    const sign = fill.side === 'buy' ? 1 : -1;
    this.#add(base, decimal(fill.qty).times(sign));
    this.#add(quote, decimal(fill.qty).times(fill.price).times(-sign));
    this.#add(fill.feeAsset, decimal(fill.fee).negated());
  }

  /** Looks where the trade stands. Says nothing while something that it holds has no known price. */
  mark(price: HomePrice): void {
    let standing = ZERO;
    for (const [asset, amount] of this.#holdings) {
      if (amount.isZero()) continue;
      const each = price(asset);
      if (each === undefined) return;
      standing = standing.plus(each.times(amount));
    }
    this.#reach(standing.toNumber());
  }

  /** Ends it with its booked profit. @param profitHome in the home currency. */
  end(profitHome: number): Excursion {
    this.#reach(profitHome);
    return { mae: this.#mae, mfe: this.#mfe };
  }

  #reach(standing: number): void {
    this.#mae = Math.min(this.#mae, standing);
    this.#mfe = Math.max(this.#mfe, standing);
  }

  #add(asset: Asset, amount: Decimal): void {
    this.#holdings.set(asset, (this.#holdings.get(asset) ?? new Decimal(0)).plus(amount));
  }
}

/** Excursions of ended trades, added up. */
export class ExcursionTally {
  #trades = 0;
  #maeSum = 0;
  #mfeSum = 0;
  #worst = 0;
  #best = 0;
  #profit = 0;

  add({ mae, mfe }: Excursion, profitHome: number): void {
    this.#trades++;
    this.#maeSum += mae;
    this.#mfeSum += mfe;
    this.#worst = Math.min(this.#worst, mae);
    this.#best = Math.max(this.#best, mfe);
    this.#profit += profitHome;
  }

  figures(): ExcursionFigures {
    const trades = this.#trades;
    const isNone = trades === 0;
    return {
      trades,
      meanMae: isNone ? null : this.#maeSum / trades,
      worstMae: isNone ? null : this.#worst,
      meanMfe: isNone ? null : this.#mfeSum / trades,
      bestMfe: isNone ? null : this.#best,
      captured: this.#mfeSum === 0 ? null : this.#profit / this.#mfeSum,
    };
  }
}
