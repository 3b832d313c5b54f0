import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { EmptyState } from '../../components/empty-state.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { EXECUTION_COLUMNS, FILL_COLUMNS, NEWS_COLUMNS, ORDER_COLUMNS } from './activity-columns.tsx';

const TABS = ['Executions', 'Orders', 'Fills', 'Events'] as const;
type Tab = (typeof TABS)[number];

/** What was tried and what came of it, newest first. */
export function Activity() {
  const [tab, setTab] = useState<Tab>('Executions');
  const baseId = useId();
  const counts: Readonly<Record<Tab, number>> = {
    Executions: useReplica((replica) => replica.executions.length) ?? 0,
    Orders: useReplica((replica) => replica.orders.length) ?? 0,
    Fills: useReplica((replica) => replica.fills.length) ?? 0,
    Events: useReplica((replica) => replica.news.length) ?? 0,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length] ?? tab;
    setTab(next);
    document.getElementById(`${baseId}-${next}`)?.focus();
  };
  return (
    <section className="panel area-activity" aria-label="Activity">
      <div className="panel-head tabs" role="tablist" aria-label="Activity" onKeyDown={onKeyDown}>
        {TABS.map((name) => (
          <button
            key={name}
            id={`${baseId}-${name}`}
            type="button"
            role="tab"
            aria-selected={tab === name}
            aria-controls={`${baseId}-panel`}
            tabIndex={tab === name ? 0 : -1}
            className="tab"
            onClick={() => setTab(name)}
          >
            {name} <span className="num dim">{counts[name]}</span>
          </button>
        ))}
      </div>
      <div id={`${baseId}-panel`} className="panel-body" role="tabpanel" aria-labelledby={`${baseId}-${tab}`}>
        {TABLES[tab]}
      </div>
    </section>
  );
}

function Executions() {
  const rows = useReplica((replica) => replica.executions) ?? [];
  return (
    <VirtualTable
      label="Executions"
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
  return (
    <VirtualTable
      label="Fills"
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
