import { type ReactNode, useState } from 'react';
import type { NewsFact } from '../../../src-engine/contract/topics.ts';
import { type Column, fieldsOf } from '../../components/table-column.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useTrace } from '../trace/trace-store.ts';
import { useStory } from '../story/story-store.ts';
import { useReplica } from '../../engine/use-session.ts';
import { AllRowsCsv } from '../history/all-rows-csv.tsx';
import { EXECUTIONS, FILLS, ORDERS } from '../history/panels.tsx';
import { useNotedColumns } from '../notes/note-column.tsx';
import type { Pages } from '../history/use-pages.ts';
import { totalsOf, useActivityTotals } from './use-totals.tsx';
import { UnreadEvents } from './unread-events.tsx';
import { EXECUTION_COLUMNS, FILL_COLUMNS, NEWS_COLUMNS, ORDER_COLUMNS } from './activity-columns.tsx';

const TABS = ['Executions', 'Orders', 'Fills', 'Events'] as const;
type Tab = (typeof TABS)[number];

/** What was tried and what came of it, newest first. */
export function Activity() {
  const [tab, setTab] = useState<Tab>('Executions');
  const totals = useActivityTotals();
  // Of the whole history, as the engine counts it.
  const counts: Readonly<Record<Tab, number | undefined>> = {
    Executions: totals?.executions.count,
    Orders: totals?.orders.count,
    Fills: totals?.fills.count,
    Events: totals?.events.count,
  };
  return (
    <section className="panel area-activity" aria-label="Activity">
      <Tabs label="Activity" names={TABS} chosen={tab} onChoose={setTab} counts={counts} actions={FILES[tab]}>
        {TABLES[tab]}
      </Tabs>
    </section>
  );
}

const NEWS: Pages<NewsFact> = {
  load: async (client, page) => [...(await client.call('listNews', page)).news],
  timeOf: ({ event }) => event.atUs,
  keyOf: ({ seq }) => String(seq),
};
const FILES: Readonly<Record<Tab, ReactNode>> = {
  Executions: fileOf('executions', EXECUTIONS, EXECUTION_COLUMNS),
  Orders: fileOf('orders', ORDERS, ORDER_COLUMNS),
  Fills: fileOf('fills', FILLS, FILL_COLUMNS),
  Events: fileOf('events', NEWS, NEWS_COLUMNS),
};

/** Saves the whole list of a tab, not what is loaded of it. */
function fileOf<Row>(name: string, pages: Pages<Row>, columns: readonly Column<Row>[]): ReactNode {
  return <AllRowsCsv key={name} what={`the ${name}`} file={name} pages={pages} columns={fieldsOf(columns)} />;
}

function Executions() {
  const rows = useReplica((replica) => replica.executions) ?? [];
  const totals = totalsOf('executions', useActivityTotals());
  const show = useStory((story) => story.show);
  const columns = useNotedColumns(EXECUTION_COLUMNS);
  return (
    <VirtualTable
      label="Executions"
      totals={totals}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.executionId}
      onOpen={(row) => show(row.executionId)}
      empty={
        <EmptyState title="No executions yet">
          When an opportunity is taken, its execution is listed here with its profit.
        </EmptyState>
      }
    />
  );
}

function Orders() {
  const showTrace = useTrace((trace) => trace.show);
  const rows = useReplica((replica) => replica.orders) ?? [];
  return (
    <VirtualTable
      label="Orders"
      columns={ORDER_COLUMNS}
      rows={rows}
      rowKey={(row) => row.orderId}
      onOpen={(row) => showTrace(row.orderId)}
      empty={<EmptyState title="No orders yet">Each leg of a taken opportunity is one order.</EmptyState>}
    />
  );
}

function Fills() {
  const showTrace = useTrace((trace) => trace.show);
  const rows = useReplica((replica) => replica.fills) ?? [];
  const totals = totalsOf('fills', useActivityTotals());
  return (
    <VirtualTable
      label="Fills"
      totals={totals}
      columns={FILL_COLUMNS}
      rows={rows}
      rowKey={(row) => row.fillId}
      onOpen={(row) => showTrace(row.orderId)}
      empty={<EmptyState title="No fills yet">Fills appear when the first order trades.</EmptyState>}
    />
  );
}

function Events() {
  const rows = useReplica((replica) => replica.news) ?? [];
  return (
    <>
      <UnreadEvents />
      <VirtualTable
        label="Events"
        columns={NEWS_COLUMNS}
        rows={rows}
        rowKey={(row) => `${row.seq}-${row.event.atUs}`}
        empty={
          <EmptyState title="No events yet">
            Feed changes, resynchronised books, halts, kills and changed limits are listed here.
          </EmptyState>
        }
      />
    </>
  );
}

const TABLES: Readonly<Record<Tab, ReactNode>> = {
  Executions: <Executions />,
  Orders: <Orders />,
  Fills: <Fills />,
  Events: <Events />,
};
