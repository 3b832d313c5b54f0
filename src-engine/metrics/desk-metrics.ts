/** Figures of the trading desk and of who asks the engine: what is halted, unknown, lost, and how long calls take. */
import type { OperationOutput } from '../contract/operations.ts';
import type { IntelligenceFigures } from '../contract/intelligence-operations.ts';
import type { GhostStatus } from '../contract/live-records.ts';
import type { RiskStatus } from '../contract/risk-records.ts';
import type { SloView } from '../contract/slo-operations.ts';
import type { TopicView } from '../contract/topics.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import { heading, metric, type Sample } from './exposition.ts';
import type { OrderEnds } from './order-ends.ts';
import type { RequestMeter } from './request-meter.ts';

/** What is undefined is not known, as while no session runs, and is left out. */
export type DeskFigures = {
  readonly risk: RiskStatus | undefined;
  readonly portfolio: TopicView<'portfolio'> | undefined;
  readonly standing: OperationOutput<'getAccountStanding'> | undefined;
  readonly ghost: GhostStatus | undefined;
  readonly ends: OrderEnds;
  readonly requests: RequestMeter;
  /** Clients of the stream of events. */
  readonly streams: number;
  readonly slos: SloView;
  readonly intelligence: IntelligenceFigures;
  /** Facts by event bus. */
  readonly buses: readonly {
    readonly bus: string;
    readonly published: number;
    readonly failed: number;
    readonly backlog: number;
  }[];
  /** Notices by channel. */
  readonly channels: readonly { readonly channel: string; readonly sent: number; readonly failed: number }[];
};

export function deskLines(desk: DeskFigures): string[] {
  const { risk, portfolio, standing, ghost, ends, requests, streams } = desk;
  return [
    ...(risk === undefined ? [] : riskLines(risk)),
    ...equityLines(portfolio),
    ...(standing === undefined ? [] : accountLines(standing)),
    ...(ghost === undefined ? [] : trackingLines(ghost)),
    ...metric(
      'parallax_order_ends_total',
      'counter',
      'Orders that ended, by how they ended.',
      ends.samples(),
    ),
    ...metric(
      'parallax_notifications_total',
      'counter',
      'Notices by channel: those that arrived, and those that were given up.',
      desk.channels.flatMap(({ channel, sent, failed }) => [
        { labels: { channel, result: 'sent' }, value: sent },
        { labels: { channel, result: 'failed' }, value: failed },
      ]),
    ),
    ...sloLines(desk.slos),
    ...intelligenceLines(desk.intelligence),
    ...metric(
      'parallax_bus_published_total',
      'counter',
      'Facts by event bus that its broker confirmed, and tries that failed.',
      desk.buses.flatMap(({ bus, published, failed }) => [
        { labels: { bus, result: 'published' }, value: published },
        { labels: { bus, result: 'failed' }, value: failed },
      ]),
    ),
    ...metric(
      'parallax_bus_backlog',
      'gauge',
      'Facts of the journal that the broker of an event bus has not confirmed yet.',
      desk.buses.map(({ bus, backlog }) => ({ labels: { bus }, value: backlog })),
    ),
    ...metric('parallax_sse_clients', 'gauge', 'Clients of the stream of events.', [{ value: streams }]),
    ...heading('parallax_http_request_seconds', 'histogram', 'Time from a request to the end of its answer.'),
    ...requests.lines('parallax_http_request_seconds'),
  ];
}

/** Nothing where nothing was counted. */
function sloLines({ slos }: SloView): string[] {
  const known = <T>(value: T | null, sample: (value: T) => Sample): Sample[] =>
    value === null ? [] : [sample(value)];
  return [
    ...metric(
      'parallax_slo_ratio',
      'gauge',
      'Share of 30 days that was good, by service level.',
      slos.flatMap(({ name, ratio }) => known(ratio, (value) => ({ labels: { slo: name }, value }))),
    ),
    ...metric(
      'parallax_slo_burn_rate',
      'gauge',
      'How many times faster than allowed the budget of a service level is used, by window.',
      slos.flatMap(({ name, burnHour, burnSixHours }) => [
        ...known(burnHour, (value) => ({ labels: { slo: name, window: 'hour' }, value })),
        ...known(burnSixHours, (value) => ({ labels: { slo: name, window: 'sixhours' }, value })),
      ]),
    ),
  ];
}

function intelligenceLines({ counts, used, readingAgeUs, failingUs }: IntelligenceFigures): string[] {
  return [
    ...metric(
      'parallax_intelligence_results_total',
      'counter',
      'Questions and feeds of market intelligence, by what came of them.',
      [...counts].map(([code, value]) => ({ labels: { code }, value })),
    ),
    ...metric(
      'parallax_intelligence_budget_used_ratio',
      'gauge',
      'Share of the budget of the day that market intelligence used.',
      [
        { labels: { of: 'calls' }, value: used.calls },
        { labels: { of: 'tokens' }, value: used.tokens },
      ],
    ),
    ...metric(
      'parallax_intelligence_reading_age_seconds',
      'gauge',
      'Age of the oldest reading of market intelligence that strategies look at.',
      readingAgeUs === null ? [] : [{ value: readingAgeUs / US_PER_SECOND }],
    ),
    ...metric(
      'parallax_intelligence_failing_seconds',
      'gauge',
      'How long the endpoint, and the worst feed, have failed without a success in between.',
      [
        { labels: { part: 'endpoint' }, value: failingUs.endpoint / US_PER_SECOND },
        { labels: { part: 'feed' }, value: failingUs.feed / US_PER_SECOND },
      ],
    ),
  ];
}

function riskLines({ holds, equity, peakEquity, breakers }: RiskStatus): string[] {
  const halts = holds.filter(({ kind }) => kind === 'halted');
  const venues = [...new Set(['', ...halts.map(({ venue = '' }) => venue)])];
  return [
    ...metric(
      'parallax_halted',
      'gauge',
      'Whether trading is halted, of all venues (an empty name) or at one.',
      venues.map((venue) => ({
        labels: { venue },
        value: halts.some((halt) => (halt.venue ?? '') === venue) ? 1 : 0,
      })),
    ),
    ...metric('parallax_breakers_open', 'gauge', 'Breakers that are not closed.', [
      { value: breakers.length },
    ]),
    ...metric(
      'parallax_drawdown_ratio',
      'gauge',
      'Share of the highest equity that is lost.',
      drawdown(equity, peakEquity),
    ),
  ];
}

/** Nothing where a price is missing: unknown is no loss of zero. */
function drawdown(equity: string | null, peak: string | null): Sample[] {
  const [now, highest] = [Number(equity ?? Number.NaN), Number(peak ?? Number.NaN)];
  return highest > 0 && !Number.isNaN(now) ? [{ value: Math.max(0, 1 - now / highest) }] : [];
}

function equityLines(portfolio: TopicView<'portfolio'> | undefined): string[] {
  const equity = portfolio?.equity;
  if (equity === undefined || equity === null) return [];
  const home = equity.homeAsset;
  const { withoutPrice = 0 } = equity;
  // A coin without a price is a gap of what it is worth, and no low.
  const valued = <T>(samples: T[]): T[] => (withoutPrice === 0 ? samples : []);
  const kinds = [
    ['realized', equity.realizedPnl],
    ...valued([['unrealized', equity.unrealizedPnl] as const]),
    ['fees', equity.fees],
    ['cycles', equity.cycles],
    ...valued([['holdings', equity.holdings] as const]),
  ] as const;
  return [
    ...metric(
      'parallax_equity_home',
      'gauge',
      'Equity in the home currency; nothing while a coin that is held has no price.',
      valued([{ labels: { asset: home }, value: Number(equity.equity) }]),
    ),
    ...metric('parallax_coins_without_price', 'gauge', 'Coins that are held and have no price.', [
      { value: withoutPrice },
    ]),
    ...metric(
      'parallax_capital_home',
      'gauge',
      'What was paid in less what was taken out, in the home currency.',
      [{ labels: { asset: home }, value: Number(equity.capital) }],
    ),
    ...metric(
      'parallax_pnl_home',
      'gauge',
      'Profit and loss, and fees paid, in the home currency: realized + unrealized = cycles + holdings.',
      kinds.map(([kind, amount]) => ({ labels: { asset: home, kind }, value: Number(amount) })),
    ),
  ];
}

function accountLines({ unknownOrders, venues }: OperationOutput<'getAccountStanding'>): string[] {
  return [
    ...metric('parallax_orders_unknown', 'gauge', 'Orders whose outcome is not known.', [
      { value: unknownOrders.length },
    ]),
    ...metric(
      'parallax_reconcile_differences',
      'gauge',
      'Balances in which the account differs from the ledger.',
      venues.map(({ venue, differences }) => ({ labels: { venue }, value: differences.length })),
    ),
  ];
}

function trackingLines({ pairs, trackingErrorBps }: GhostStatus): string[] {
  return [
    ...metric('parallax_tracking_pairs', 'gauge', 'Cycles that account and ghost both traded.', [
      { value: pairs },
    ]),
    ...metric(
      'parallax_tracking_error_bps',
      'gauge',
      'Standard deviation of what account and ghost made of the same cycles.',
      trackingErrorBps === null ? [] : [{ value: trackingErrorBps }],
    ),
  ];
}
