import { shortVenueTitle, venueTitle } from '../../src-engine/domain/venue-titles.ts';
import type { Column } from './table-column.ts';

/** Where a row belongs, in tables of runs of several venues; in their files always. */
export function venueColumn<Row extends { readonly venue: string }>(fromWidth = 0): Column<Row> {
  return {
    id: 'venue',
    title: 'Venue',
    hint: 'Where it was traded',
    // The longest usual names of one venue, such as Sim. Binance: they begin alike and differ in their ends.
    track: 'minmax(86px, 0.5fr)',
    onlyMixed: true,
    fromWidth,
    value: ({ venue }) => venue,
    text: ({ venue }) => venueTitle(venue),
    cell: ({ venue }) => (
      <span className="dim" title={venueTitle(venue)}>
        {shortVenueTitle(venue)}
      </span>
    ),
  };
}
