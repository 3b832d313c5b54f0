/** Sums as a trader looks for them: exact, so that they equal those of the file to the last digit. */
import { decimal, ZERO } from '../../src-engine/domain/decimal.ts';

/** Sum of decimal text over all rows, as decimal text. */
export function sumOf<Row>(rows: readonly Row[], text: (row: Row) => string): string {
  return rows.reduce((sum, row) => sum.plus(decimal(text(row))), ZERO).toFixed();
}

/** The same by asset, in the order of the alphabet: amounts of different assets are never added. */
export function sumByAsset<Row>(
  rows: readonly Row[],
  read: (row: Row) => { readonly asset: string; readonly amount: string },
): readonly { readonly asset: string; readonly sum: string }[] {
  const groups = new Map<string, string[]>();
  for (const row of rows) {
    const { asset, amount } = read(row);
    const group = groups.get(asset);
    if (group === undefined) groups.set(asset, [amount]);
    else group.push(amount);
  }
  return [...groups]
    .map(([asset, amounts]) => ({ asset, sum: sumOf(amounts, (amount) => amount) }))
    .sort((a, b) => (a.asset < b.asset ? -1 : 1));
}
