import { type ReactNode, useMemo } from 'react';
import type { Balance, EquityParts } from '../../../src-engine/domain/event.ts';
import { Term } from '../../components/term.tsx';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Amount, Held, Signed } from '../../components/exact.tsx';
import { Panel } from '../../components/panel.tsx';
import type { Column } from '../../components/table-column.ts';
import { assetColumn, placeColumn } from '../../components/venue-asset-columns.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { signOf } from '../../lib/decimal-text.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { sumOf } from '../../lib/totals.ts';
import { areApart } from '../../lib/venue-asset-text.ts';
import { type BalanceRow, balanceRows } from './balance-rows.ts';
import { shownRest } from './shown-rest.ts';
import { EquityChart } from './equity-chart.tsx';

const NONE: readonly Balance[] = [];

const BALANCE_COLUMNS: readonly Column<BalanceRow>[] = [
  assetColumn('46px'),
  {
    id: 'total',
    title: 'Total',
    track: 'minmax(98px, 1fr)',
    align: 'right',
    value: (row) => row.total,
    cell: (row) => <Held asset={row.asset} text={row.total} />,
  },
  {
    id: 'free',
    title: 'Free',
    track: 'minmax(98px, 1fr)',
    align: 'right',
    value: (row) => row.free,
    cell: (row) => <Held asset={row.asset} text={row.free} />,
  },
  {
    id: 'reserved',
    title: 'Reserved',
    track: 'minmax(76px, 1fr)',
    align: 'right',
    // What it is follows from total and free.
    fromWidth: 440,
    value: (row) => row.reserved,
    cell: (row) => <Held asset={row.asset} text={row.reserved} />,
  },
  {
    id: 'cost',
    title: 'Cost',
    hint: 'What the total cost, at average, in the home currency',
    track: 'minmax(64px, 0.7fr)',
    align: 'right',
    fromWidth: 380,
    value: (row) => row.costHome,
    total: (rows) => <Amount text={sumOf(rows, (row) => row.costHome)} places={2} />,
    cell: (row) => <Amount text={row.costHome} places={2} />,
  },
];

const COLUMNS_APART: readonly Column<BalanceRow>[] = [
  ...BALANCE_COLUMNS.slice(0, 1),
  placeColumn('minmax(72px, 0.6fr)'),
  ...BALANCE_COLUMNS.slice(1),
];

/** Equity, profit and loss, and balances. Every figure is the engine's, in the home currency. */
export function Pnl() {
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const equity = useReplica((replica) => replica.equity) ?? null;
  const balances = useReplica((replica) => replica.balances) ?? NONE;
  const rows = useMemo(() => balanceRows(balances, homeAsset), [balances, homeAsset]);
  const columns = areApart(rows.map(({ asset }) => asset)) ? COLUMNS_APART : BALANCE_COLUMNS;
  return (
    <Panel
      title="PnL"
      className="area-pnl"
      note={homeAsset}
      actions={
        <>
          <EquityAge />
          <CsvButton what="the balances" file="balances" text={() => columnsCsv(columns, rows)} />
        </>
      }
    >
      {equity === null ? (
        <EmptyState title="No equity yet">
          The first sample is taken when the run has balances and prices for them.
        </EmptyState>
      ) : (
        <EquityFigures equity={equity} />
      )}
      <EquityChart />
      <VirtualTable
        label="Balances"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.asset}
        empty={<EmptyState title="No balances">They are set when a profile is chosen.</EmptyState>}
      />
    </Panel>
  );
}

/** Both lines add up to the last digit: the engine computes every part, and what is rounded adds up too. */
function EquityFigures({ equity }: { readonly equity: EquityParts }) {
  const notValued = signOf(equity.notValued) === 0 ? '0' : `-${equity.notValued}`;
  const unrealized = shownRest(equity.equity, [equity.capital, equity.realizedPnl, notValued], 2);
  const holdings = shownRest(equity.profit, [equity.cycles], 2);
  return (
    <>
      <dl className="pnl-figures">
        <div className="pnl-equity">
          <dt>
            <Term>Equity</Term>
          </dt>
          <dd>
            <Amount text={equity.equity} places={2} />
          </dd>
        </div>
        <Part sign="=" term="Capital">
          <Amount text={equity.capital} places={2} />
        </Part>
        <Part sign="+" term="Realised">
          <Signed text={equity.realizedPnl} places={2} />
        </Part>
        <Part sign="+" term="Unrealised">
          <Signed text={equity.unrealizedPnl} shown={unrealized} places={2} />
        </Part>
        {signOf(equity.notValued) !== 0 && (
          <Part sign="−" term="Not valued">
            <Amount text={equity.notValued} places={2} />
          </Part>
        )}
      </dl>
      <dl className="pnl-figures">
        <div>
          <dt>
            <Term>Profit</Term>
          </dt>
          <dd>
            <Signed text={equity.profit} places={2} />
          </dd>
        </div>
        <Part sign="=" term="From cycles">
          <Signed text={equity.cycles} places={2} />
        </Part>
        <Part sign="+" term="From holdings">
          <Signed text={equity.holdings} shown={holdings} places={2} />
        </Part>
        <div>
          <dt>
            <Term>Fees</Term>
          </dt>
          <dd>
            <Amount text={equity.fees} places={2} />
          </dd>
        </div>
      </dl>
    </>
  );
}

type PartProps = { readonly sign: '=' | '+' | '−'; readonly term: string; readonly children: ReactNode };

function Part({ sign, term, children }: PartProps) {
  return (
    <div className="pnl-part">
      <span className="dim" aria-hidden="true">
        {sign}
      </span>
      <dt>
        <Term>{term}</Term>
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function EquityAge() {
  const session = useSession();
  const text = useTicking(() => {
    const atUs = session.store.getState().replica?.equity?.atUs;
    return formatAge(atUs === undefined ? null : session.nowUs() - atUs);
  });
  return (
    <span className="num dim age" title="Age of the equity figures">
      {text}
    </span>
  );
}
