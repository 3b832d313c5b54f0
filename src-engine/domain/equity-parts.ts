/** What an account is worth, by where it comes from. Every sum holds to the last digit: the parts are differences of the figures that are shown. */
import { type Decimal, type DecimalText, decimal } from './decimal.ts';
import type { EquityParts, EquitySample } from './event.ts';

type Money = Pick<EquitySample, 'equity' | 'realizedPnl' | 'unrealizedPnl'>;

/** Realised and unrealised together. */
export function profitOf({ realizedPnl, unrealizedPnl }: Money): Decimal {
  return decimal(realizedPnl).plus(unrealizedPnl);
}

/** What was paid in, less what was taken out: equity less all that was made and lost, where everything held has a price. */
export function capitalOf(sample: Money): Decimal {
  return decimal(sample.equity).minus(profitOf(sample));
}

/**
 * @param cycles what all finished executions booked, in the home currency.
 * @param notValued what the coins cost that the sample leaves out because they have no price: it was not taken out.
 */
export function equityParts(sample: EquitySample, cycles: DecimalText, notValued: DecimalText): EquityParts {
  const profit = profitOf(sample);
  return {
    ...sample,
    capital: capitalOf(sample).plus(notValued).toFixed(),
    profit: profit.toFixed(),
    cycles,
    holdings: profit.minus(cycles).toFixed(),
    notValued,
  };
}
