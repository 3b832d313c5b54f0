/** For every pair of currencies the best triangle that passes through it: where prices of one venue do not fit together. */
import { type CSSProperties, useMemo } from 'react';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatBps } from '../../lib/figures.ts';
import { codeOf, placeText, venueOf } from '../../lib/venue-asset-text.ts';
import { cycleText } from '../../lib/words.ts';
import type { Valued } from './triangles.ts';
import { shortVenueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { useValued } from './use-valued.ts';

/** Rows and columns: more could not be read. */
const MAX_ASSETS = 14;
/** Net bps at which a cell is as strong as it gets, to either side. */
const FULL_BPS = 30;

const NOTHING = {};

export function MatrixPanel() {
  const { valued } = useValued();
  const { assets, cells } = useMemo(() => matrixOf(valued), [valued]);
  return (
    <Panel
      actions={<ViewAge topic="quotes" params={NOTHING} />}
      title="Spread matrix"
      note={
        <span title="Each cell is a triangle over the books of one venue.">
          net bps of the best triangle through each pair
        </span>
      }
    >
      {assets.length === 0 ? (
        <EmptyState title="Nothing to compare yet">
          Cells appear once the books of three currencies are live.
        </EmptyState>
      ) : (
        <div className="matrix-frame">
          <PlainTable className="matrix" label="Best net edge through each pair of currencies, in bps">
            <thead>
              <tr>
                <ColumnHead title="The row is sold for the column">↓ for →</ColumnHead>
                {assets.map((asset) => (
                  <th key={asset} scope="col" title={placeText(asset)}>
                    <AssetHead asset={asset} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {assets.map((from) => (
                <tr key={from}>
                  <th scope="row" title={placeText(from)}>
                    <AssetHead asset={from} />
                  </th>
                  {assets.map((to) => (
                    <Cell key={to} best={cells.get(`${from} ${to}`)} />
                  ))}
                </tr>
              ))}
            </tbody>
          </PlainTable>
        </div>
      )}
    </Panel>
  );
}

/** The code, and the venue below it where the run has several. */
function AssetHead({ asset }: { readonly asset: string }) {
  const venue = venueOf(asset);
  return (
    <>
      {codeOf(asset)}
      {venue !== '' && <small className="matrix-venue">{shortVenueTitle(venue)}</small>}
    </>
  );
}

function Cell({ best }: { readonly best: Valued | undefined }) {
  if (best === undefined) return <td className="faint">·</td>;
  const { netBps, grossBps, triangle } = best;
  const strength = Math.min(1, Math.abs(netBps) / FULL_BPS);
  return (
    <td
      className={`num ${netBps > 0 ? 'cell-gain' : 'cell-loss'}`}
      style={{ '--strength': strength } as CSSProperties}
      title={`${cycleText(triangle.path)}: ${formatBps(grossBps)} bps before fees, ${formatBps(netBps)} after`}
    >
      {formatBps(netBps)}
    </td>
  );
}

/** Best first, so the first triangle of a pair is its best. */
function matrixOf(valued: readonly Valued[]): { assets: string[]; cells: Map<string, Valued> } {
  const counts = new Map<string, number>();
  const cells = new Map<string, Valued>();
  for (const value of valued) {
    const { path } = value.triangle;
    for (const [k, from] of path.entries()) {
      counts.set(from, (counts.get(from) ?? 0) + 1);
      const pair = `${from} ${path[(k + 1) % path.length] ?? ''}`;
      if (!cells.has(pair)) cells.set(pair, value);
    }
  }
  const assets = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MAX_ASSETS)
    .map(([asset]) => asset);
  return { assets, cells };
}
