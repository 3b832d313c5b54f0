/** What the exchange knows of a pair that it lists. Each protocol has a table of its own, with its venue's names and figures. */
import { Decimal } from '../../../domain/decimal.ts';
import { UserError } from '../../../domain/errors.ts';
import type { Asset } from '../../../domain/ids.ts';

/** A fee in percent of the notional, as a venue writes it: "0.4" is 40 bps. */
export type FeeTier = { readonly takerPercent: string; readonly makerPercent: string };

export type Pair = {
  /** `BTC/USD`, whatever its venue calls it. */
  readonly symbol: string;
  readonly base: Asset;
  readonly quote: Asset;
  /** Prices are whole numbers of 10^-priceDecimals. */
  readonly priceDecimals: number;
  /** Quantities are whole numbers of 10^-qtyDecimals: the least step of an order. */
  readonly qtyDecimals: number;
  /** Decimals of what a fee in quote is cut to. */
  readonly costDecimals: number;
  readonly tickSize: string;
  readonly orderMin: string;
  readonly costMin: string;
  /** The fee of the first volume tier: what a newcomer pays. */
  readonly entryFee: FeeTier;
  /** The fee of the last volume tier. */
  readonly topFee: FeeTier;
};

/** The least step of a quantity or price of so many decimals: 2 → "0.01". */
export function stepText(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}

/**
 * `real`: the first tier of the venue's schedule, what a newcomer pays. `demo`: the last tier, so that a demonstration shows
 * triangles that pay. `{takerPercent, makerPercent}`: the same for every pair.
 */
export type FeeSchedule = 'real' | 'demo' | FeeTier;

/** The fee of a pair under a schedule, as fractions of the notional. */
export function feeOf(
  pair: Pair,
  schedule: FeeSchedule,
): { readonly taker: Decimal; readonly maker: Decimal } {
  const tier = schedule === 'real' ? pair.entryFee : schedule === 'demo' ? pair.topFee : schedule;
  return { taker: new Decimal(tier.takerPercent).div(100), maker: new Decimal(tier.makerPercent).div(100) };
}

/** The pairs of the given symbols out of a venue's table. @throws UserError naming a symbol that is not in it. */
export function choosePairs<P extends Pair>(table: readonly P[], symbols: readonly string[]): readonly P[] {
  return symbols.map((symbol) => {
    const pair = table.find((candidate) => candidate.symbol === symbol);
    if (pair !== undefined) return pair;
    throw new UserError({
      code: 'unknown-pair',
      field: 'pairs',
      value: symbol,
      message: 'is not a pair of the local exchange',
      remedy: `Use symbols such as ${table
        .slice(0, 3)
        .map((known) => known.symbol)
        .join(', ')}.`,
    });
  });
}
