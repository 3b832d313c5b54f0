/** Orders, fills, executions and the audit trail, as far back as the database goes. */
import { useMemo } from 'react';
import type { AuditEntry } from '../../../src-engine/contract/records.ts';
import type { ExecutionRecord, FillRecord, OrderRecord } from '../../../src-engine/domain/event.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { CutSentence } from '../../components/cut-text.tsx';
import { Time } from '../../components/time.tsx';
import { type Column, fieldsOf } from '../../components/table-column.ts';
import type { CsvColumn } from '../../lib/csv.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleText } from '../../lib/words.ts';
import { EXECUTION_COLUMNS, FILL_COLUMNS, ORDER_COLUMNS } from '../activity/activity-columns.tsx';
import { useNotedColumns } from '../notes/note-column.tsx';
import { useTrace } from '../trace/trace-store.ts';
import { useStory } from '../story/story-store.ts';
import { actionText, detailText, outcomeText } from './audit-words.ts';
import { fields } from './csv-fields.ts';
import { HistoryPanel } from './history-panel.tsx';
import type { Pages } from './use-pages.ts';

export const ORDERS: Pages<OrderRecord> = {
  load: async (client, page) => [...(await client.call('listOrders', page)).orders],
  timeOf: ({ createdUs }) => createdUs,
  keyOf: ({ orderId }) => orderId,
};
const ORDER_CSV = fields<OrderRecord>([
  'createdUs',
  'updatedUs',
  'venue',
  'symbol',
  'side',
  'price',
  'qty',
  'filledQty',
  'filledNotional',
  'fees',
  'state',
  'reason',
  'orderId',
  'executionId',
]);

export function OrdersPanel() {
  const showTrace = useTrace((trace) => trace.show);
  return (
    <HistoryPanel
      title="Orders"
      onOpen={(row: OrderRecord) => showTrace(row.orderId)}
      totals="orders"
      columns={ORDER_COLUMNS}
      csv={ORDER_CSV}
      pages={ORDERS}
      empty={<EmptyState title="No orders yet">Each leg of a taken opportunity is one order.</EmptyState>}
    />
  );
}

export const FILLS: Pages<FillRecord> = {
  load: async (client, page) => [...(await client.call('listFills', page)).fills],
  timeOf: ({ atUs }) => atUs,
  keyOf: ({ fillId, venue }) => `${venue} ${fillId}`,
};
export const FILL_CSV: CsvColumn<FillRecord>[] = [
  ...fields<FillRecord>(['atUs', 'venue', 'symbol', 'side', 'price', 'qty', 'fee']),
  // The venue has a column of its own.
  { title: 'feeAsset', text: ({ feeAsset }) => codeOf(feeAsset) },
  ...fields<FillRecord>(['fillId', 'orderId', 'executionId']),
];

export function FillsPanel() {
  const showTrace = useTrace((trace) => trace.show);
  return (
    <HistoryPanel
      title="Fills"
      onOpen={(row: FillRecord) => showTrace(row.orderId)}
      totals="fills"
      columns={FILL_COLUMNS}
      csv={FILL_CSV}
      pages={FILLS}
      empty={<EmptyState title="No fills yet">Fills appear when the first order trades.</EmptyState>}
    />
  );
}

export const EXECUTIONS: Pages<ExecutionRecord> = {
  load: async (client, page) => [...(await client.call('listExecutions', page)).executions],
  timeOf: ({ finishedUs }) => finishedUs,
  keyOf: ({ executionId }) => executionId,
};
const EXECUTION_CSV: CsvColumn<ExecutionRecord>[] = [
  ...fields<ExecutionRecord>(['startedUs', 'finishedUs', 'venue']),
  { title: 'cycle', text: ({ path }) => cycleText(path) },
  ...fields<ExecutionRecord>([
    'startAmount',
    'profit',
    'profitHome',
    'expectedNetBps',
    'realizedNetBps',
    'outcome',
    'detail',
    'executionId',
    'opportunityId',
  ]),
];

export function ExecutionsPanel() {
  const show = useStory((story) => story.show);
  const columns = useNotedColumns(EXECUTION_COLUMNS);
  const csv = useMemo(() => {
    const note = columns.find(({ id }) => id === 'note');
    return [...EXECUTION_CSV, ...(note === undefined ? [] : fieldsOf([note]))];
  }, [columns]);
  return (
    <HistoryPanel
      title="Executions"
      onOpen={(row: ExecutionRecord) => show(row.executionId)}
      totals="executions"
      columns={columns}
      csv={csv}
      pages={EXECUTIONS}
      empty={
        <EmptyState title="No executions yet">
          When an opportunity is taken, its execution is listed here with its profit.
        </EmptyState>
      }
    />
  );
}

const AUDIT: Pages<AuditEntry> = {
  load: async (client, page) => [...(await client.call('listAudit', page)).entries],
  timeOf: ({ atUs }) => atUs,
  keyOf: ({ atUs, actor, action, outcome, detail }) => `${atUs} ${actor} ${action} ${outcome} ${detail}`,
};
const AUDIT_CSV = fields<AuditEntry>(['atUs', 'actor', 'action', 'outcome', 'detail']);
const AUDIT_COLUMNS: readonly Column<AuditEntry>[] = [
  {
    id: 'time',
    title: 'Time',
    track: '80px',
    value: (row) => row.atUs,
    unit: 'timeUs',
    cell: (row) => <Time atUs={row.atUs} />,
  },
  {
    id: 'actor',
    title: 'Actor',
    track: 'minmax(80px, 0.5fr)',
    value: (row) => row.actor,
    cell: (row) => row.actor,
  },
  {
    id: 'action',
    title: 'Action',
    track: 'minmax(90px, 0.6fr)',
    value: (row) => row.action,
    cell: actionText,
  },
  {
    id: 'outcome',
    title: 'Outcome',
    track: 'minmax(90px, 0.7fr)',
    value: (row) => row.outcome,
    cell: outcomeText,
  },
  {
    id: 'detail',
    title: 'Detail',
    track: 'minmax(80px, 2fr)',
    fromWidth: 480,
    value: (row) => row.detail,
    cell: (row) => <CutSentence text={detailText(row)} />,
  },
];

export function AuditPanel() {
  return (
    <HistoryPanel
      title="Audit"
      columns={AUDIT_COLUMNS}
      csv={AUDIT_CSV}
      pages={AUDIT}
      empty={
        <EmptyState title="No entries yet">
          Every change, denial and halt is kept here with its actor and its outcome.
        </EmptyState>
      }
    />
  );
}
