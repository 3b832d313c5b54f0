import { type ReactNode, useState } from 'react';
import { CsvButton } from '../../components/csv-button.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { totalsOf, useActivityTotals } from './use-totals.tsx';
import { EXECUTION_COLUMNS, FILL_COLUMNS, NEWS_COLUMNS, ORDER_COLUMNS } from './activity-columns.tsx';

const TABS = ['Executions', 'Orders', 'Fills', 'Events'] as const;
type Tab = (typeof TABS)[number];

/** What was tried and what came of it, newest first. */
export function Activity() {
  const [tab, setTab] = useState<Tab>('Executions');
  const totals = useActivityTotals();
  const events = useReplica((replica) => replica.news.length) ?? 0;
  // Of the whole history, as the engine counts it; events are those of this engine process that are kept.
  const counts: Readonly<Record<Tab, number | undefined>> = {
    Executions: totals?.executions.count,
    Orders: totals?.orders.count,
    Fills: totals?.fills.count,
    Events: events,
  };
  return (
    <section className="panel area-activity" aria-label="Activity">
      <Tabs
        label="Activity"
        names={TABS}
        chosen={tab}
        onChoose={setTab}
        counts={counts}
        actions={<ActivityCsv tab={tab} />}
      >
        {TABLES[tab]}
      </Tabs>
    </section>
  );
}

/** Saves the list that is shown. */
function ActivityCsv({ tab }: { readonly tab: Tab }) {
  const session = useSession();
  const text = (): string => {
    const { replica } = session.store.getState();
    if (replica === null) return '';
    const files: Readonly<Record<Tab, () => string>> = {
      Executions: () => columnsCsv(EXECUTION_COLUMNS, replica.executions),
      Orders: () => columnsCsv(ORDER_COLUMNS, replica.orders),
      Fills: () => columnsCsv(FILL_COLUMNS, replica.fills),
      Events: () => columnsCsv(NEWS_COLUMNS, replica.news),
    };
    return files[tab]();
  };
  const name = tab.toLowerCase();
  return <CsvButton what={`the ${name}`} file={`latest-${name}`} text={text} />;
}

function Executions() {
  const rows = useReplica((replica) => replica.executions) ?? [];
  const totals = totalsOf('executions', useActivityTotals());
  return (
    <VirtualTable
      label="Executions"
      totals={totals}
      columns={EXECUTION_COLUMNS}
      rows={rows}
      rowKey={(row) => row.executionId}
      empty={
        <EmptyState title="No cycle traded yet">
          When an opportunity is taken, its execution is listed here with what it earned.
        </EmptyState>
      }
    />
  );
}

function Orders() {
  const rows = useReplica((replica) => replica.orders) ?? [];
  return (
    <VirtualTable
      label="Orders"
      columns={ORDER_COLUMNS}
      rows={rows}
      rowKey={(row) => row.orderId}
      empty={<EmptyState title="No orders yet">Each leg of a taken opportunity is one order.</EmptyState>}
    />
  );
}

function Fills() {
  const rows = useReplica((replica) => replica.fills) ?? [];
  const totals = totalsOf('fills', useActivityTotals());
  return (
    <VirtualTable
      label="Fills"
      totals={totals}
      columns={FILL_COLUMNS}
      rows={rows}
      rowKey={(row) => row.fillId}
      empty={<EmptyState title="No fills yet">Fills appear when the first order trades.</EmptyState>}
    />
  );
}

function Events() {
  const rows = useReplica((replica) => replica.news) ?? [];
  return (
    <VirtualTable
      label="Events"
      columns={NEWS_COLUMNS}
      rows={rows}
      rowKey={(row) => `${row.seq}-${row.event.atUs}`}
      empty={
        <EmptyState title="Nothing to report">
          Feed changes, resynchronised books, halts, kills and changed limits are listed here.
        </EmptyState>
      }
    />
  );
}

const TABLES: Readonly<Record<Tab, ReactNode>> = {
  Executions: <Executions />,
  Orders: <Orders />,
  Fills: <Fills />,
  Events: <Events />,
};
