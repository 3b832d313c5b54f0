/** Venue by venue what a market yields: bought at the row, sold at the column. Below it every market with its best pair of venues. */
import type { CSSProperties } from 'react';
import type {
  CrossMarket,
  CrossVenueRow,
  CrossVenueView,
  SpreadCell,
} from '../../../src-engine/contract/cross-venue-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/table-column.ts';
import { ColumnHead } from '../../components/term.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { ABSENT } from '../../lib/decimal-text.ts';
import { formatBps } from '../../lib/figures.ts';
import { MarketChoice, NoSharedMarket, QuarantineNote } from './market-choice.tsx';
import { shortVenueTitle, venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { marketName, useCrossMarket, useCrossVenue } from './use-cross-market.ts';

const TITLE = 'Venue spreads';
const QUARANTINED = 'quarantined: its coin may not be the same one at all venues, and no route trades it';
/** Net bps at which a cell that pays is as strong as it gets. */
const FULL_BPS = 20;

export function VenueSpreads() {
  const { shown, chooseId } = useCrossMarket();
  if (shown === undefined)
    return (
      <Panel title={TITLE}>
        <NoSharedMarket />
      </Panel>
    );
  return <Spreads shown={shown} onChoose={chooseId} />;
}

function Spreads({
  shown,
  onChoose,
}: {
  readonly shown: InstrumentRecord;
  readonly onChoose: (instrumentId: number) => void;
}) {
  const { view, params } = useCrossVenue(shown.id);
  return (
    <Panel
      title={TITLE}
      note={
        <span title="After both taker fees, at the best prices of live books; before depth, age risk and what bringing coins back costs">
          net bps
        </span>
      }
      actions={
        <>
          {view !== undefined && <MarketChoice view={view} onChoose={onChoose} />}
          <ViewAge topic="crossVenue" params={params} />
        </>
      }
    >
      {view === undefined ? (
        <EmptyState title="Loading…">The engine compares its venues twice a second.</EmptyState>
      ) : (
        <>
          <QuarantineNote view={view} />
          <Matrix view={view} />
          <VirtualTable
            label="Markets at several venues"
            columns={MARKET_COLUMNS}
            rows={view.markets}
            rowKey={marketName}
            selectedKey={marketName(view)}
            onSelect={({ instrumentId }) => onChoose(instrumentId)}
            empty={<EmptyState title="No market lies at two venues" />}
          />
        </>
      )}
    </Panel>
  );
}

function Matrix({ view }: { readonly view: CrossVenueView }) {
  const { rows, cells } = view;
  const of = (buyAt: number, sellAt: number): SpreadCell | undefined =>
    cells.find((cell) => cell.buyAt === buyAt && cell.sellAt === sellAt);
  const untraded = view.isQuarantined ? `; ${QUARANTINED}` : '';
  return (
    <div className="spreads-frame">
      <PlainTable
        className="matrix"
        label={`Net edge of ${marketName(view)} by venue, in bps: bought at the row, sold at the column`}
      >
        <thead>
          <tr>
            <ColumnHead title="Bought at the venue of the row, sold at that of the column">
              buy ↓ sell →
            </ColumnHead>
            {rows.map(({ instrumentId, venue }) => (
              <th key={instrumentId} scope="col">
                {shortVenueTitle(venue)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((buy) => (
            <tr key={buy.instrumentId}>
              <th scope="row">{shortVenueTitle(buy.venue)}</th>
              {rows.map((sell) => (
                <Cell
                  key={sell.instrumentId}
                  buy={buy}
                  sell={sell}
                  cell={of(buy.instrumentId, sell.instrumentId)}
                  untraded={untraded}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </div>
  );
}

function Cell({
  buy,
  sell,
  cell,
  untraded,
}: {
  readonly buy: CrossVenueRow;
  readonly sell: CrossVenueRow;
  readonly cell: SpreadCell | undefined;
  /** Why no route trades it, at the end of its words; empty: nothing is in the way. */
  readonly untraded: string;
}) {
  if (cell === undefined) return <td className="faint">·</td>;
  const { netBps, grossBps, band } = cell;
  if (netBps === null) {
    const missing = [buy, sell].filter(({ netBid, netAsk }) => netBid === null || netAsk === null);
    const why = missing
      .map(({ venue, reason }) => `${venueTitle(venue)}: ${reason === '' ? 'no price' : reason}`)
      .join('; ');
    return (
      <td className="faint" title={why}>
        {ABSENT}
      </td>
    );
  }
  const strength = Math.min(1, Math.max(0.3, netBps / FULL_BPS));
  const gross = grossBps === null ? '' : `, ${formatBps(grossBps)} before fees`;
  return (
    <td
      className={`num spread-${band ?? 'far'}`}
      style={{ '--strength': strength } as CSSProperties}
      title={`Buy at ${venueTitle(buy.venue)}, sell at ${venueTitle(sell.venue)}: ${formatBps(netBps)} bps after fees${gross}${band === 'pays' ? '; it pays' : untraded}`}
    >
      {band === 'pays' && <span aria-hidden="true">▲ </span>}
      {formatBps(netBps, 1)}
    </td>
  );
}

const MARKET_COLUMNS: readonly Column<CrossMarket>[] = [
  {
    id: 'market',
    title: 'Market',
    hint: 'Base and quote, the same coins at all its venues',
    track: 'minmax(90px, 1fr)',
    value: marketName,
    cell: (market) => (
      <span className="symbol" title={market.isQuarantined ? QUARANTINED : undefined}>
        {marketName(market)}
        {market.isQuarantined && <small className="dim"> quarantined</small>}
      </span>
    ),
  },
  {
    id: 'venues',
    title: 'Venues',
    hint: 'At how many venues of the session it lies',
    track: '64px',
    align: 'right',
    value: ({ venues }) => venues,
    cell: ({ venues }) => <span className="num">{venues}</span>,
  },
  {
    id: 'bestBps',
    title: 'Best net bps',
    hint: 'Of all its pairs of venues, after both taker fees; quarantined markets come last, and no route trades them',
    track: 'minmax(84px, 0.6fr)',
    align: 'right',
    isLive: true,
    value: ({ bestBps, isQuarantined }) => (isQuarantined ? null : bestBps),
    cell: ({ bestBps, isQuarantined }) =>
      bestBps === null ? (
        <span className="dim">{ABSENT}</span>
      ) : (
        <span className={`num ${bestBps > 0 && !isQuarantined ? 'gain' : 'dim'}`}>{formatBps(bestBps)}</span>
      ),
  },
];
