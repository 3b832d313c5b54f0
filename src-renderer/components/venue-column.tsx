import type { Column } from './table-column.ts';

/** Where a row belongs, in tables of runs of several venues; in their files always. */
export function venueColumn<Row extends { readonly venue: string }>(fromWidth = 0): Column<Row> {
  return {
    id: 'venue',
    title: 'Venue',
    hint: 'As files and the API name it',
    // Names of one beginning, such as sim-binance and sim-bybit, differ in their ends.
    track: 'minmax(76px, 0.5fr)',
    onlyMixed: true,
    fromWidth,
    value: ({ venue }) => venue,
    cell: ({ venue }) => (
      <span className="dim" title={venue}>
        {venue}
      </span>
    ),
  };
}
