/** Holdings, asset by asset: what is free and what is set aside, what it is worth, and how old that is. */
import type { Position } from '../../../src-engine/contract/position-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Amount, Held, Signed } from '../../components/exact.tsx';
import { Panel } from '../../components/panel.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { type Column, columnsCsv } from '../../components/table-column.ts';
import { assetColumn, placeColumn } from '../../components/venue-asset-columns.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useView } from '../../engine/use-view.ts';
import { ABSENT, formatAmount, withPoint } from '../../lib/decimal-text.ts';
import { sumOf } from '../../lib/totals.ts';
import { formatAge } from '../../lib/time-text.ts';
import { areApart, codeOf, placeText } from '../../lib/venue-asset-text.ts';
import { fixedText } from '../../lib/figures.ts';

const NOTHING = {};

/** A mark of thousands needs no more than cents, one of a fraction of a cent all it has. */
function Mark({ text }: { readonly text: string }) {
  return <Amount text={text} places={text.startsWith('0.') ? 8 : 4} />;
}

const none = <span className="dim">{ABSENT}</span>;

const COLUMNS: readonly Column<Position>[] = [
  assetColumn('52px'),
  {
    id: 'free',
    title: 'Free',
    hint: 'Available for orders',
    track: 'minmax(98px, 1fr)',
    align: 'right',
    value: ({ free }) => free,
    cell: ({ asset, free }) => <Held asset={asset} text={free} />,
  },
  {
    id: 'reserved',
    title: 'Reserved',
    hint: 'Set aside for open orders and cycles',
    track: 'minmax(78px, 1fr)',
    align: 'right',
    fromWidth: 420,
    value: ({ reserved }) => reserved,
    cell: ({ asset, reserved }) => <Held asset={asset} text={reserved} />,
  },
  {
    id: 'held',
    title: 'On hold',
    hint: 'Reserved by the venue for orders that were placed elsewhere',
    track: 'minmax(78px, 1fr)',
    align: 'right',
    fromWidth: 760,
    value: ({ held }) => held,
    cell: ({ asset, held }) => <Held asset={asset} text={held} />,
  },
  {
    id: 'mark',
    title: 'Mark',
    hint: 'Mid price in the home currency, over the shortest path of pairs',
    track: 'minmax(76px, 0.8fr)',
    align: 'right',
    fromWidth: 640,
    value: ({ mark }) => mark,
    isLive: true,
    cell: ({ mark }) => (mark === null ? none : <Mark text={mark} />),
  },
  {
    id: 'value',
    title: 'Value',
    hint: 'Total at the mark, in the home currency',
    track: 'minmax(76px, 0.8fr)',
    align: 'right',
    file: 'value_home',
    value: ({ valueHome }) => valueHome,
    isLive: true,
    total: (rows) => <Total rows={rows} of="valueHome" />,
    cell: ({ valueHome }) =>
      valueHome === null ? (
        <Word tone="warn" label="No mark" explain="No live pairs connect it with the home currency." />
      ) : (
        <Amount text={valueHome} places={2} />
      ),
  },
  {
    id: 'unrealized',
    title: 'Unrealised',
    hint: 'Value minus average cost',
    track: 'minmax(70px, 0.7fr)',
    align: 'right',
    fromWidth: 550,
    file: 'unrealized_home',
    value: ({ unrealizedHome }) => unrealizedHome,
    isLive: true,
    total: (rows) => <Total rows={rows} of="unrealizedHome" />,
    cell: ({ unrealizedHome }) =>
      unrealizedHome === null ? none : <Signed text={unrealizedHome} places={2} />,
  },
  {
    id: 'share',
    title: 'Share',
    hint: 'Of the equity',
    track: 'minmax(62px, 0.7fr)',
    align: 'right',
    fromWidth: 470,
    file: 'share_pct',
    value: ({ sharePct }) => sharePct,
    isLive: true,
    cell: ({ sharePct, asset }) => (sharePct === null ? none : <Share pct={sharePct} asset={asset} />),
  },
  {
    id: 'age',
    title: 'Age',
    hint: 'Age of the oldest book of the mark',
    track: '58px',
    align: 'right',
    file: 'mark_age_us',
    value: ({ markAgeUs }) => (markAgeUs === null ? null : Math.round(markAgeUs)),
    isLive: true,
    cell: ({ markAgeUs, isMarkLive }) => (
      <span
        className={`num ${isMarkLive ? 'dim' : 'age-old'}`}
        title={isMarkLive ? undefined : 'A book of the mark is not live'}
      >
        {isMarkLive ? '' : 'OLD '}
        {formatAge(markAgeUs)}
      </span>
    ),
  },
];

const COLUMNS_APART: readonly Column<Position>[] = [
  ...COLUMNS.slice(0, 1),
  placeColumn('minmax(84px, 0.6fr)'),
  // In a narrow panel the venue is worth more than the age, which the panel's head shows too.
  ...COLUMNS.slice(1).map((column) => (column.id === 'age' ? { ...column, fromWidth: 400 } : column)),
];

function Share({ pct, asset }: { readonly pct: number; readonly asset: string }) {
  return (
    <span className="share" title={`${placeText(asset)} is ${withPoint(String(pct))} % of the equity`}>
      <span className="share-bar" style={{ width: `${Math.min(100, Math.max(0, pct))}%` }} />
      <span className="num">{fixedText(pct, 1)} %</span>
    </span>
  );
}

function Total({
  rows,
  of,
}: {
  readonly rows: readonly Position[];
  readonly of: 'valueHome' | 'unrealizedHome';
}) {
  const sum = sumOf(rows, (row) => row[of] ?? '0');
  return of === 'valueHome' ? <Amount text={sum} places={2} /> : <Signed text={sum} places={2} />;
}

export function PositionsPanel() {
  const view = useView('positions', NOTHING);
  const rows = view?.positions ?? [];
  const isApart = areApart(rows.map(({ asset }) => asset));
  const columns = isApart ? COLUMNS_APART : COLUMNS;
  const unpriced = rows.filter(({ valueHome }) => valueHome === null).length;
  return (
    <Panel
      title="Positions"
      note={
        view !== undefined && (
          <>
            <span className="num">{formatAmount(view.equity, 2)}</span> {codeOf(view.homeAsset)} in{' '}
            {rows.length} {rows.length === 1 ? 'asset' : 'assets'}
            {unpriced > 0 && `, ${unpriced} without a mark`}
          </>
        )
      }
      actions={
        <>
          <ViewAge topic="positions" params={NOTHING} />
          <CsvButton
            what="the positions"
            file="positions"
            text={() => columnsCsv(columns, rows)}
            disabled={rows.length === 0}
          />
        </>
      }
    >
      <VirtualTable
        label="Positions"
        columns={columns}
        rows={rows}
        rowKey={({ asset }) => asset}
        empty={
          <EmptyState title="No positions yet">
            Choose a profile: the balances of its account are listed here with their value.
          </EmptyState>
        }
      />
    </Panel>
  );
}
