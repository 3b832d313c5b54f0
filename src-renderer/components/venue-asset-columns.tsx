/** An asset of an account, and the venue where it lies: two columns, in files too. */
import { codeOf, venueOf } from '../lib/venue-asset-text.ts';
import { shortVenueTitle, venueTitle } from '../../src-engine/domain/venue-titles.ts';
import type { Column } from './table-column.ts';
import { overVenues } from './venue-column.tsx';

type OfAsset = { readonly asset: string };

/** The code alone: `USD@kraken` of a run of several venues is `USD`, with its venue in the next column. */
export function assetColumn<Row extends OfAsset>(track: string): Column<Row> {
  return {
    id: 'asset',
    title: 'Asset',
    track,
    value: ({ asset }) => codeOf(asset),
    cell: ({ asset }) => <span className="symbol">{codeOf(asset)}</span>,
  };
}

/** For runs of several venues alone: empty where there is one. */
export function placeColumn<Row extends OfAsset>(track: string): Column<Row> {
  return {
    id: 'venue',
    title: 'Venue',
    hint: 'Where it is held: an order at one venue cannot use a balance at another',
    track,
    value: ({ asset }) => venueOf(asset),
    text: ({ asset }) => venueTitle(venueOf(asset)),
    over: overVenues(({ asset }) => venueOf(asset), 'dim'),
    cell: ({ asset }) => (
      <span className="dim" title={venueTitle(venueOf(asset))}>
        {shortVenueTitle(venueOf(asset))}
      </span>
    ),
  };
}
