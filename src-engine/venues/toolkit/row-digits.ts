/** Digits behind the point, without the zeros at their end, that the rows of a book are written with. */
export function rowDigits(sides: readonly unknown[]): {
  readonly priceDecimals: number;
  readonly qtyDecimals: number;
} {
  const rows = sides.flatMap((side) => (Array.isArray(side) ? (side as unknown[]) : []));
  const most = (column: 0 | 1): number =>
    rows.reduce(
      (digits: number, row) => Math.max(digits, digitsOf(Array.isArray(row) ? row[column] : '')),
      0,
    );
  return { priceDecimals: most(0), qtyDecimals: most(1) };
}

function digitsOf(value: unknown): number {
  return typeof value === 'string' ? (/\.(\d*?)0*$/.exec(value)?.[1]?.length ?? 0) : 0;
}
