/** The columns of the board: those of an opportunity, with what the engine counts of its cycle, and amounts in the home currency first. */
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { Amount, Signed } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { placesFor, profitPlaces, withPoint } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleKey } from '../../workspace/followed.ts';
import { EdgeSpark } from './edge-spark.tsx';
import { OPPORTUNITY_COLUMNS } from './opportunity-columns.tsx';
import type { Edges } from './use-edges.ts';

/** Home currency per unit of an asset, as the engine marks it; undefined: not known. */
export type Marks = ReadonlyMap<string, string>;

/** An amount of the first asset in the home currency: the same text where it is that, an estimate elsewhere; null: no mark. */
export function homeText(text: string, asset: string, homeAsset: string, marks: Marks): string | null {
  if (codeOf(asset) === codeOf(homeAsset)) return text;
  const mark = marks.get(asset);
  return mark === undefined ? null : (Number(text) * Number(mark)).toFixed(8);
}

export function boardColumns(homeAsset: string, marks: Marks, edges: Edges): readonly Column<Opportunity>[] {
  const statsOf = (row: Opportunity) => edges.get(cycleKey(row));
  const home = (row: Opportunity, text: string) => homeText(text, row.path[0] ?? '', homeAsset, marks);
  const size: Pick<Column<Opportunity>, 'title' | 'hint' | 'value' | 'cell'> = {
    title: 'Size',
    hint: `Start amount that maximises the net profit, in ${homeAsset}; where the first asset has no mark, in that`,
    value: (row) => home(row, row.startAmount),
    cell: (row) => <Money row={row} text={row.startAmount} home={home(row, row.startAmount)} />,
  };
  const profit: typeof size = {
    title: 'Profit',
    hint: `Expected profit in ${homeAsset}; where the first asset has no mark, in that`,
    value: (row) => home(row, row.expectedProfit),
    cell: (row) => (
      <Money row={row} text={row.expectedProfit} home={home(row, row.expectedProfit)} isSigned />
    ),
  };
  return OPPORTUNITY_COLUMNS.flatMap((column): Column<Opportunity>[] => {
    if (column.id === 'size') return [{ ...column, ...size, file: `size_${homeAsset}` }];
    if (column.id === 'profit') return [{ ...column, ...profit, file: `profit_${homeAsset}` }];
    if (column.id === 'decision') return [...countsOf(statsOf), column];
    if (column.id !== 'why') return [column];
    const native = OPPORTUNITY_COLUMNS.filter(({ id }) => id === 'size' || id === 'profit');
    return [
      column,
      ...native.map((one) => ({
        ...one,
        id: `native-${one.id}`,
        title: `Native ${one.title.toLowerCase()}`,
        fromWidth: 1_400,
        track: '110px',
      })),
      {
        id: 'start_asset',
        title: 'Start asset',
        hint: 'The first asset of the cycle, in which its native amounts are',
        track: '70px',
        fromWidth: 1_400,
        value: (row) => codeOf(row.path[0] ?? ''),
        cell: (row) => codeOf(row.path[0] ?? ''),
      },
    ];
  });
}

function countsOf(statsOf: (row: Opportunity) => ReturnType<Edges['get']>): Column<Opportunity>[] {
  return [
    {
      id: 'edges',
      title: 'Edges',
      hint: 'Best net edge of each of its last opportunities of today (UTC), the newest at the right',
      track: '54px',
      fromWidth: 600,
      value: (row) => statsOf(row)?.edges.at(-1) ?? null,
      cell: (row) => <EdgeSpark edges={statsOf(row)?.edges ?? []} />,
    },
    {
      id: 'hits',
      title: 'Hit rate',
      hint: 'Executions of today (UTC) that completed, of those that sent an order',
      track: '70px',
      align: 'right',
      fromWidth: 660,
      value: (row) => {
        const { attempts = 0, completed = 0 } = statsOf(row) ?? {};
        return attempts === 0 ? null : completed / attempts;
      },
      cell: (row) => {
        const { attempts = 0, completed = 0 } = statsOf(row) ?? {};
        return attempts === 0 ? (
          <span className="dim">—</span>
        ) : (
          <span className="num" title={`${completed} of ${attempts} attempts completed today (UTC)`}>
            {Math.round((completed / attempts) * 100)} %{' '}
            <span className="dim">of {formatCount(attempts)}</span>
          </span>
        );
      },
    },
    {
      id: 'seen-today',
      title: 'Times',
      hint: 'Opportunities of it that closed today (UTC)',
      track: '48px',
      align: 'right',
      fromWidth: 1_000,
      value: (row) => statsOf(row)?.seen ?? 0,
      cell: (row) => <span className="num dim">{formatCount(statsOf(row)?.seen ?? 0)}</span>,
    },
    {
      id: 'booked',
      title: 'Booked',
      hint: 'What its executions of today (UTC) earned, in the home currency',
      track: '64px',
      align: 'right',
      fromWidth: 1_080,
      value: (row) => statsOf(row)?.profitHome ?? null,
      cell: (row) => <Signed text={statsOf(row)?.profitHome ?? '0'} places={2} />,
    },
  ];
}

type MoneyProps = {
  readonly row: Opportunity;
  readonly text: string;
  readonly home: string | null;
  readonly isSigned?: boolean;
};

/** In the home currency, with the native amount in the tooltip; without a mark the native amount with its code. */
function Money({ row, text, home, isSigned = false }: MoneyProps) {
  const asset = row.path[0] ?? '';
  const code = codeOf(asset);
  if (home !== null) {
    const places = isSigned ? 4 : 2;
    return (
      <span title={`${withPoint(text)} ${code}`}>
        {isSigned ? <Signed text={home} places={places} /> : <Amount text={home} places={places} />}
      </span>
    );
  }
  return (
    <span title={`${withPoint(text)} ${code}: no mark in the home currency`}>
      {isSigned ? (
        <Signed text={text} places={profitPlaces(asset)} />
      ) : (
        <Amount text={text} places={placesFor(asset)} />
      )}{' '}
      <span className="dim">{code}</span>
    </span>
  );
}
