/** `node scripts/dashboards.ts`: writes the Grafana dashboards of resources/grafana from the tables below. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Panel = {
  readonly title: string;
  /** Queries and what each line is called. */
  readonly lines: readonly (readonly [expr: string, legend: string])[];
  readonly unit?: 's' | 'bytes' | 'percentunit' | 'ops' | 'short' | 'currencyUSD';
  /** A number of the moment in place of lines over time. */
  readonly isStat?: true;
};

const p = (q: number, metric: string, by: string): string =>
  `histogram_quantile(${q}, sum by (le, ${by}) (rate(${metric}_bucket[$__rate_interval])))`;

export const DASHBOARDS: Readonly<Record<string, readonly Panel[]>> = {
  overview: [
    { title: 'Engine', lines: [['up{job="parallax"}', '{{instance}}']], isStat: true },
    { title: 'Killed', lines: [['parallax_killed', 'killed']], isStat: true },
    { title: 'Halted', lines: [['parallax_halted', '{{venue}}']], isStat: true },
    { title: 'Storage healthy', lines: [['parallax_storage_healthy', 'healthy']], isStat: true },
    { title: 'Equity', lines: [['parallax_equity_home', '{{asset}}']] },
    { title: 'Profit and loss', lines: [['parallax_pnl_home', '{{kind}}']] },
    {
      title: 'Orders and fills a second',
      lines: [
        ['rate(parallax_orders_total[$__rate_interval])', 'orders'],
        ['rate(parallax_fills_total[$__rate_interval])', 'fills'],
      ],
      unit: 'ops',
    },
    {
      title: 'Opportunities a second',
      lines: [
        ['rate(parallax_opportunities_total[$__rate_interval])', 'opened'],
        ['rate(parallax_denials_total[$__rate_interval])', 'denied'],
      ],
      unit: 'ops',
    },
    {
      title: 'Loop delay',
      lines: [
        [p(0.5, 'parallax_loop_delay_seconds', 'instance'), 'p50'],
        [p(0.99, 'parallax_loop_delay_seconds', 'instance'), 'p99'],
      ],
      unit: 's',
    },
    {
      title: 'Memory',
      lines: [
        ['parallax_resident_bytes', 'resident'],
        ['parallax_heap_bytes', 'heap'],
      ],
      unit: 'bytes',
    },
    {
      title: 'API, p95 by operation',
      lines: [[p(0.95, 'parallax_http_request_seconds', 'operation'), '{{operation}}']],
      unit: 's',
    },
    {
      title: 'API calls a second',
      lines: [['sum by (code) (rate(parallax_http_request_seconds_count[$__rate_interval]))', '{{code}}']],
      unit: 'ops',
    },
  ],
  venues: [
    {
      title: 'Since the last sign of life',
      lines: [['parallax_feed_alive_age_seconds', '{{venue}}']],
      unit: 's',
    },
    {
      title: 'Live books',
      lines: [
        ['sum by (venue) (parallax_books{state="live"}) / sum by (venue) (parallax_books)', '{{venue}}'],
      ],
      unit: 'percentunit',
    },
    { title: 'Books by state', lines: [['sum by (venue, state) (parallax_books)', '{{venue}} {{state}}']] },
    {
      title: 'Checksum mismatches in ten minutes',
      lines: [['increase(parallax_checksum_mismatches_total[10m])', '{{venue}}']],
    },
    {
      title: 'Book messages a second',
      lines: [
        ['rate(parallax_book_updates_total[$__rate_interval])', 'taken in'],
        ['rate(parallax_books_conflated_total[$__rate_interval])', 'looked at with a later one'],
      ],
      unit: 'ops',
    },
    {
      title: 'Balances that differ from the ledger',
      lines: [['parallax_reconcile_differences', '{{venue}}']],
    },
  ],
  execution: [
    {
      title: 'Orders in flight',
      lines: [
        ['parallax_orders_in_flight', 'in flight'],
        ['parallax_orders_unknown', 'unknown'],
      ],
    },
    {
      title: 'Ends of orders a second',
      lines: [
        ['sum by (venue, end) (rate(parallax_order_ends_total[$__rate_interval]))', '{{venue}} {{end}}'],
      ],
      unit: 'ops',
    },
    {
      title: 'Share rejected',
      lines: [
        [
          'sum by (venue) (rate(parallax_order_ends_total{end="rejected"}[10m])) / sum by (venue) (rate(parallax_order_ends_total[10m]))',
          '{{venue}}',
        ],
      ],
      unit: 'percentunit',
    },
    {
      title: 'Stages from a frame to an order, p99',
      lines: [[p(0.99, 'parallax_stage_seconds', 'stage'), '{{stage}}']],
      unit: 's',
    },
    { title: 'Inputs that wait', lines: [['parallax_inputs_waiting', 'waiting']] },
    {
      title: 'Account and ghost',
      lines: [
        ['parallax_tracking_error_bps', 'tracking error, bps'],
        ['parallax_tracking_pairs', 'pairs'],
      ],
    },
  ],
  risk: [
    { title: 'Drawdown', lines: [['parallax_drawdown_ratio', 'below the peak']], unit: 'percentunit' },
    { title: 'Breakers that are open', lines: [['parallax_breakers_open', 'open']], isStat: true },
    {
      title: 'Denials a second',
      lines: [['rate(parallax_denials_total[$__rate_interval])', 'denied']],
      unit: 'ops',
    },
    { title: 'Equity', lines: [['parallax_equity_home', '{{asset}}']] },
    {
      title: 'Market intelligence: failing for',
      lines: [['parallax_intelligence_failing_seconds', '{{part}}']],
      unit: 's',
    },
    {
      title: 'Market intelligence: budget of the day used',
      lines: [['parallax_intelligence_budget_used_ratio', '{{of}}']],
      unit: 'percentunit',
    },
    {
      title: 'Halted, killed, paused',
      lines: [
        ['parallax_halted', 'halted {{venue}}'],
        ['parallax_killed', 'killed'],
        ['parallax_paused', 'paused'],
      ],
    },
  ],
};

const WIDTH = 12;
const HEIGHT = 8;
const SOURCE = { type: 'prometheus', uid: '${source}' };

/** One dashboard as Grafana imports it; its data source is chosen there. */
export function dashboardOf(name: string, panels: readonly Panel[]): object {
  return {
    uid: `parallax-${name}`,
    title: `Parallax: ${name}`,
    tags: ['parallax'],
    schemaVersion: 39,
    editable: true,
    time: { from: 'now-6h', to: 'now' },
    refresh: '30s',
    templating: { list: [{ name: 'source', label: 'Prometheus', type: 'datasource', query: 'prometheus' }] },
    panels: panels.map(({ title, lines, unit = 'short', isStat }, n) => ({
      id: n + 1,
      title,
      type: isStat === true ? 'stat' : 'timeseries',
      datasource: SOURCE,
      gridPos: { x: (n % 2) * WIDTH, y: Math.floor(n / 2) * HEIGHT, w: WIDTH, h: HEIGHT },
      fieldConfig: { defaults: { unit }, overrides: [] },
      targets: lines.map(([expr, legendFormat], k) => ({
        refId: String.fromCharCode(65 + k),
        datasource: SOURCE,
        expr,
        legendFormat,
      })),
    })),
  };
}

export const DASHBOARD_FOLDER = fileURLToPath(new URL('../resources/grafana/', import.meta.url));

export function dashboardText(name: string, panels: readonly Panel[]): string {
  return `${JSON.stringify(dashboardOf(name, panels), undefined, 1)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(DASHBOARD_FOLDER, { recursive: true });
  for (const [name, panels] of Object.entries(DASHBOARDS)) {
    writeFileSync(`${DASHBOARD_FOLDER}${name}.json`, dashboardText(name, panels));
  }
}
