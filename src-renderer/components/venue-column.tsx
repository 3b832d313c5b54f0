import {
  exchangeTitle,
  isSimulatedVenue,
  shortVenueTitle,
  venueTitle,
} from '../../src-engine/domain/venue-titles.ts';
import { venuesNamed } from '../../src-engine/domain/venue-asset.ts';
import type { Column } from './table-column.ts';

/** Room of a letter of the interface's face, and most that a column asks for, in px. */
const LETTER = 6.5;
const MOST = 130;
const HEAD = 'Sim. venue';

type Shape = { readonly isSimulated: boolean; readonly letters: number; readonly least: number };

/**
 * What a venue's column is over its rows: where all are simulated its head says it once, so that the cells show what they differ in;
 * its track has room for the longest name, and the narrowest for one exchange of a route.
 */
export function overVenues<Row>(
  venueOf: (row: Row) => string,
  cellClass: string,
): NonNullable<Column<Row>['over']> {
  return (rows) => {
    const { isSimulated, letters, least } = shapeOf(new Set(rows.map(venueOf)));
    // The head is whole where there is room.
    const widest = Math.min(MOST, Math.max(roomOf(letters), roomOf(HEAD.length)));
    return {
      ...(isSimulated && { title: HEAD }),
      track: `minmax(${widest}px, 0.5fr)`,
      floor: roomOf(least),
      cell: (row) => {
        const venue = venueOf(row);
        return (
          <span className={cellClass} title={venueTitle(venue)}>
            {isSimulated ? exchangeTitle(venue) : shortVenueTitle(venue)}
          </span>
        );
      },
    };
  };
}

function roomOf(letters: number): number {
  return Math.max(40, Math.ceil(letters * LETTER) + 2);
}

function shapeOf(venues: ReadonlySet<string>): Shape {
  const named = [...venues].filter((venue) => venue !== '');
  const isSimulated = named.length > 0 && named.every(isSimulatedVenue);
  const title = isSimulated ? exchangeTitle : shortVenueTitle;
  const longest = (names: readonly string[]) => Math.max(0, ...names.map((name) => title(name).length));
  return { isSimulated, letters: longest(named), least: longest(named.flatMap(venuesNamed)) };
}

/** Where a row belongs, in tables of runs of several venues; in their files always. */
export function venueColumn<Row extends { readonly venue: string }>(fromWidth = 0): Column<Row> {
  return {
    id: 'venue',
    title: 'Venue',
    hint: 'Where it was traded',
    track: 'minmax(86px, 0.5fr)',
    onlyMixed: true,
    fromWidth,
    value: ({ venue }) => venue,
    text: ({ venue }) => venueTitle(venue),
    over: overVenues(({ venue }) => venue, 'dim'),
    cell: ({ venue }) => (
      <span className="dim" title={venueTitle(venue)}>
        {shortVenueTitle(venue)}
      </span>
    ),
  };
}
