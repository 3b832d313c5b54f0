import type { ReactNode } from 'react';
import { EmptyState } from '../components/empty-state.tsx';
import { Amount, Exact, Signed } from '../components/exact.tsx';
import { PlainTable } from '../components/plain-table.tsx';
import { Panel } from '../components/panel.tsx';
import { AgeMark } from '../components/view-age.tsx';
import type { Column } from '../components/table-column.ts';
import { VirtualTable } from '../components/virtual-table.tsx';
import { Word } from '../components/word.tsx';
import { sumOf } from '../lib/totals.ts';
import { Driven, Section } from './specimen.tsx';

type Row = { readonly id: string; readonly symbol: string; readonly price: string; readonly profit: string };

const ROWS: readonly Row[] = [
  { id: '1', symbol: 'BTC/USD', price: '64210.50', profit: '1.2500' },
  { id: '2', symbol: 'ETH/USD', price: '3120.0700', profit: '-0.4312' },
  { id: '3', symbol: 'ETH/BTC', price: '0.04859100', profit: '0.0000' },
];
/** More than any screen holds: only the visible ones are in the page. */
const MANY: readonly Row[] = Array.from({ length: 10_000 }, (_, at) => ({
  id: String(at),
  symbol: `ROW ${at}/USD`,
  price: `${at}.50`,
  profit: at % 3 === 0 ? `-${at}.25` : `${at}.25`,
}));
const NONE: readonly Row[] = [];
const nothing = () => undefined;
const keyOf = ({ id }: Row): string => id;

const COLUMNS: readonly Column<Row>[] = [
  {
    id: 'symbol',
    title: 'Instrument',
    track: 'minmax(80px, 1fr)',
    value: ({ symbol }) => symbol,
    cell: ({ symbol }) => <span className="symbol">{symbol}</span>,
  },
  {
    id: 'price',
    title: 'Price',
    track: '100px',
    align: 'right',
    value: ({ price }) => price,
    cell: ({ price }) => <Exact text={price} />,
  },
  {
    id: 'profit',
    title: 'Profit',
    hint: 'In the home currency, fees included',
    track: '84px',
    align: 'right',
    value: ({ profit }) => profit,
    cell: ({ profit }) => <Signed text={profit} places={4} />,
  },
  {
    id: 'state',
    title: 'State',
    track: '84px',
    fromWidth: 380,
    value: () => 'Filled',
    cell: () => <Word tone="good" label="Filled" />,
  },
];
const STALE: readonly Column<Row>[] = COLUMNS.map((column) => ({
  ...column,
  cell: (row) => <span className="stale-value">{column.cell(row)}</span>,
}));

const SUMMED: readonly Column<Row>[] = COLUMNS.map((column) =>
  column.id === 'profit'
    ? { ...column, total: (rows) => <Signed text={sumOf(rows, ({ profit }) => profit)} places={4} /> }
    : column,
);

const empty = <EmptyState title="No fills yet">Fills appear when the first order trades.</EmptyState>;

function Frame({
  name,
  note,
  children,
}: {
  readonly name: string;
  readonly note?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <div className="gallery-table">
      <Panel title={name} actions={note}>
        {children}
      </Panel>
    </div>
  );
}

export function TableSection() {
  const common = { columns: COLUMNS, rowKey: keyOf, empty };
  const chosen = { selectedKey: '2', onSelect: nothing };
  return (
    <Section title="Tables">
      <Frame name="Empty">
        <VirtualTable {...common} label="Empty" rows={NONE} />
      </Frame>
      <Frame name="Loading">
        <VirtualTable
          {...common}
          label="Loading"
          rows={NONE}
          empty={<EmptyState title="Loading…">Reading finished executions from the database.</EmptyState>}
        />
      </Frame>
      <Frame name="Rows" note={<AgeMark text="0.4 s" title="Since the last update" />}>
        <VirtualTable {...common} label="Rows" rows={ROWS} />
      </Frame>
      <Frame name="Selected, and one under the pointer">
        <VirtualTable
          {...common}
          {...chosen}
          label="Selected"
          rows={ROWS}
          rowClass={({ id }) => (id === '1' ? 'is-hover' : '')}
        />
      </Frame>
      <Frame name="With the focus">
        <Driven drive={(host) => host.querySelector('.table')?.classList.add('is-focus')}>
          <VirtualTable {...common} {...chosen} label="With the focus" rows={ROWS} />
        </Driven>
      </Frame>
      <Frame name="Stale" note={<AgeMark text="OLD: 12 s" title="Since the last update" />}>
        <VirtualTable {...common} label="Stale" columns={STALE} rows={ROWS} />
      </Frame>
      <Frame name="Sorted, with totals">
        <Driven
          drive={(host) => host.querySelector<HTMLElement>('.head-cursor, [role="columnheader"]')?.click()}
        >
          <VirtualTable {...common} label="Sorted" columns={SUMMED} rows={ROWS} />
        </Driven>
      </Frame>
      <Frame name="Only the visible rows of 10,000">
        <VirtualTable {...common} label="Of 10,000 rows" rows={MANY} />
      </Frame>
      <Frame name="Short, in full">
        <PlainTable className="health-table" label="Limit usage">
          <thead>
            <tr>
              <th scope="col">Limit</th>
              <th scope="col">Used</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Daily loss</th>
              <td>
                <Amount text="12.25" places={2} /> USD
              </td>
            </tr>
            <tr>
              <th scope="row">
                Exposure
                <small>in all open cycles</small>
              </th>
              <td>
                <Amount text="1204.5" places={2} />
              </td>
            </tr>
          </tbody>
        </PlainTable>
      </Frame>
    </Section>
  );
}
