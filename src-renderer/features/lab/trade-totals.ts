import { decimal, ZERO } from '../../../src-engine/domain/decimal.ts';

/** Sum of the profits in the home currency, exact: that of the CSV to the last digit. */
export function totalProfit(trades: readonly { readonly profitHome: string }[]): string {
  return trades.reduce((sum, { profitHome }) => sum.plus(decimal(profitHome)), ZERO).toFixed();
}
