import type { CsvColumn } from '../../lib/csv.ts';
import { formatFull } from '../../lib/time-text.ts';

/** Times of a file are UTC, whatever the window shows. */
export const utc = (atUs: number): string => `${formatFull(atUs, 'utc')}Z`;

/** The same fields in a file as in the records, exact. */
export function fields<Row>(names: readonly (keyof Row & string)[]): CsvColumn<Row>[] {
  return names.map((name) => ({
    title: name,
    text: (row) => {
      const value: unknown = row[name];
      if (name.endsWith('Us') && typeof value === 'number') return utc(value);
      return typeof value === 'string' ? value : JSON.stringify(value ?? null);
    },
  }));
}
