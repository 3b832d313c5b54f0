/** A stored run as a file: trades as CSV, everything as JSON, and a report as one page of HTML. */
import type { RunReview } from '../contract/lab-records.ts';
import { formatTimeUs } from '../domain/time.ts';
import { csvCell } from '../lib/csv-cell.ts';
import { htmlReport } from './html-report.ts';
import type { StoredTrade } from './stored-run.ts';
import type { EquitySample } from '../domain/event.ts';

export type ExportFormat = 'csv' | 'json' | 'html';
export type ExportedFile = { readonly file: string; readonly mime: string; readonly text: string };

type Parts = {
  readonly review: RunReview;
  readonly trades: readonly StoredTrade[];
  readonly samples: readonly EquitySample[];
};

export function exportRun(parts: Parts, format: ExportFormat): ExportedFile {
  const file = `${parts.review.runId}.${format}`;
  switch (format) {
    case 'csv':
      return { file, mime: 'text/csv', text: tradesCsv(parts) };
    case 'json':
      return { file, mime: 'application/json', text: `${JSON.stringify(parts, null, 1)}\n` };
    case 'html':
      return { file, mime: 'text/html', text: htmlReport(parts) };
  }
}

const CSV_COLUMNS = [
  'execution',
  'venue',
  'cycle',
  'outcome',
  'started',
  'finished',
  'start_amount',
  'start_asset',
  'expected_net_bps',
  'realized_net_bps',
  'profit',
  'profit_home',
  'home_asset',
  'detail',
] as const;

/** A row a trade, in their order; amounts exact, times in UTC. */
function tradesCsv({ review, trades }: Parts): string {
  const rows = trades.map(({ execution }) => [
    execution.executionId,
    execution.venue,
    [...execution.path, execution.path[0] ?? ''].join(' > '),
    execution.outcome,
    formatTimeUs(execution.startedUs),
    formatTimeUs(execution.finishedUs),
    execution.startAmount,
    execution.path[0] ?? '',
    String(execution.expectedNetBps),
    String(execution.realizedNetBps),
    execution.profit,
    execution.profitHome,
    review.homeAsset,
    execution.detail,
  ]);
  return [CSV_COLUMNS, ...rows].map((row) => `${row.map(csvCell).join(',')}\r\n`).join('');
}
