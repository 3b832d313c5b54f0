/**
 * Every panel of the window, one line each. To add one: write a component that takes no props, give it a line here, and
 * name it in a layout of layouts.ts if it should be there from the start. A component learns of its instrument by
 * `useLinkedInstrument`, and need not care whether it is visible: hidden panels keep their state and none of their
 * effects, so that what they had subscribed to ends.
 */
import {
  Activity as ActivityIcon,
  ArrowDownUp,
  BellRing,
  BookOpen,
  BookText,
  Boxes,
  ChartCandlestick,
  ChartColumn,
  ChartLine,
  FileChartLine,
  FlaskConical,
  Gauge,
  Grid2x2,
  Ghost,
  GitCompare,
  Grid3x3,
  Handshake,
  History,
  Landmark,
  Layers,
  Link2,
  List,
  ListChecks,
  type LucideIcon,
  ReceiptText,
  Rewind,
  Route,
  Scale,
  SquareSplitHorizontal,
  ScrollText,
  ShieldCheck,
  Terminal,
  Timer,
  Trophy,
  Wallet,
  Waypoints,
  Zap,
} from 'lucide-react';
import type { ComponentType } from 'react';
import { AccountPanel } from '../features/account/account-standing.tsx';
import { Activity } from '../features/activity/activity.tsx';
import { AlertsPanel } from '../features/alerts/alerts-panel.tsx';
import { CrossVenueBoard } from '../features/cross-venue/board-panel.tsx';
import { VenueComparisonPanel } from '../features/cross-venue/comparison-panel.tsx';
import { VenueSpreads } from '../features/cross-venue/spreads-panel.tsx';
import { CyclesPanel } from '../features/cycles/cycles-panel.tsx';
import { MatrixPanel } from '../features/cycles/matrix-panel.tsx';
import { STRATEGY_PANELS } from './strategy-panels.tsx';
import { InventoryPanel } from '../features/inventory/inventory-panel.tsx';
import { DocumentationPanel } from '../features/documentation/documentation-panel.tsx';
import { LinkedCycle } from '../features/linked-cycle/linked-cycle.tsx';
import { Ladder } from '../features/book/ladder.tsx';
import { Health } from '../features/health/health.tsx';
import { LogsPanel } from '../features/logs/logs-panel.tsx';
import { GhostPanel } from '../features/live/ghost-panel.tsx';
import { LabCompare } from '../features/lab/lab-compare.tsx';
import { LabJobs } from '../features/lab/lab-jobs.tsx';
import { LabReview } from '../features/lab/lab-review.tsx';
import { LabStart } from '../features/lab/lab-start.tsx';
import { LabSweeps } from '../features/lab/lab-sweeps.tsx';
import { LabTrades } from '../features/lab/lab-trades.tsx';
import { AuditPanel, ExecutionsPanel, FillsPanel, OrdersPanel } from '../features/history/panels.tsx';
import { OpportunityHistoryPanel } from '../features/history/opportunity-history.tsx';
import { PricePanel } from '../features/market/price-panel.tsx';
import { DepthHeatmap } from '../features/market/depth-heatmap.tsx';
import { RecentTrades } from '../features/market/recent-trades.tsx';
import { Opportunities } from '../features/opportunities/opportunities.tsx';
import { ProfitPanel } from '../features/pnl/profit-panel.tsx';
import { Pnl } from '../features/pnl/pnl.tsx';
import { PositionsPanel } from '../features/positions/positions-panel.tsx';
import { ReplayPanel } from '../features/replay/replay-panel.tsx';
import { StoryPanel } from '../features/story/story-panel.tsx';
import { RiskPanel } from '../features/risk/risk-standing.tsx';
import { VenuesPanel } from '../features/venues/venues-panel.tsx';
import { Watchlist } from '../features/watchlist/watchlist.tsx';

/** How panels are grouped in menus. */
export const PANEL_GROUPS = ['Market', 'Trading', 'Risk', 'Research', 'Engine'] as const;
export type PanelGroup = (typeof PANEL_GROUPS)[number];

export type PanelSpec = {
  readonly title: string;
  readonly group: PanelGroup;
  readonly icon: LucideIcon;
  readonly component: ComponentType;
  /** What it shows, for menus. */
  readonly about: string;
  /** Shows one instrument: its link letter says which. */
  readonly linked?: boolean;
  /** May be open more than once. */
  readonly several?: boolean;
};

export const PANELS = {
  watchlist: {
    title: 'Watchlist',
    group: 'Market',
    icon: List,
    component: Watchlist,
    about: 'Best prices of every instrument with their age',
    linked: true,
  },
  book: {
    title: 'Book',
    group: 'Market',
    icon: BookOpen,
    component: Ladder,
    about: 'The ladder of one instrument',
    linked: true,
    several: true,
  },
  chart: {
    title: 'Chart',
    group: 'Market',
    icon: ChartCandlestick,
    component: PricePanel,
    about: 'Candles of the mid price with our fills, spread and traded quantity',
    linked: true,
    several: true,
  },
  depth: {
    title: 'Depth',
    group: 'Market',
    icon: Layers,
    component: DepthHeatmap,
    about: 'The book over time as a heatmap',
    linked: true,
    several: true,
  },
  trades: {
    title: 'Trades',
    group: 'Market',
    icon: ArrowDownUp,
    component: RecentTrades,
    about: 'The venue’s public trades',
    linked: true,
    several: true,
  },
  cycles: {
    title: 'Cycles',
    group: 'Market',
    icon: Waypoints,
    component: CyclesPanel,
    about: 'Every triangle, the currency graph, one cycle leg by leg',
  },
  matrix: {
    title: 'Spread matrix',
    group: 'Market',
    icon: Grid3x3,
    component: MatrixPanel,
    about: 'The best triangle through each pair of currencies',
  },
  'market-by-venue': {
    title: 'Market by venue',
    group: 'Market',
    icon: SquareSplitHorizontal,
    component: CrossVenueBoard,
    about: 'One market at all its venues: prices after fees, age, and which venue moves first',
    linked: true,
    several: true,
  },
  'venue-spreads': {
    title: 'Venue spreads',
    group: 'Market',
    icon: Grid2x2,
    component: VenueSpreads,
    about: 'Net edge of buying at one venue and selling at another',
    linked: true,
    several: true,
  },
  opportunities: {
    title: 'Opportunities',
    group: 'Trading',
    icon: Zap,
    component: Opportunities,
    about: 'Open and closed opportunities with their waterfall',
  },
  linked: {
    title: 'Linked cycle',
    group: 'Trading',
    icon: Link2,
    component: LinkedCycle,
    about: 'The legs of the chosen cycle or route side by side, with what its orders would take',
    linked: true,
  },
  activity: {
    title: 'Activity',
    group: 'Trading',
    icon: ActivityIcon,
    component: Activity,
    about: 'Executions, orders, fills and events, newest first',
  },
  ghost: {
    title: 'Ghost',
    group: 'Trading',
    icon: Ghost,
    component: GhostPanel,
    about: 'The simulated account beside the live one, and its tracking error',
  },
  pnl: {
    title: 'PnL',
    group: 'Trading',
    icon: ChartLine,
    component: Pnl,
    about: 'Equity, profit and loss, balances',
  },
  positions: {
    title: 'Positions',
    group: 'Trading',
    icon: Wallet,
    component: PositionsPanel,
    about: 'Balances per asset with their value and its age',
  },
  inventory: {
    title: 'Inventory',
    group: 'Trading',
    icon: Boxes,
    component: InventoryPanel,
    about: 'What lies at each venue beside its target, transfers, and what to move',
  },
  'venue-comparison': {
    title: 'Venue comparison',
    group: 'Trading',
    icon: Trophy,
    component: VenueComparisonPanel,
    about: 'Fill rate, latency, slippage, rejections and failed legs of each venue',
  },
  profit: {
    title: 'Profit',
    group: 'Trading',
    icon: ChartColumn,
    component: ProfitPanel,
    about: 'Equity with its drawdown, profit by day and by cycle',
  },
  ...STRATEGY_PANELS,
  lab: {
    title: 'Backtest lab',
    group: 'Research',
    icon: FlaskConical,
    component: LabStart,
    about: 'Record a market, and start a backtest or a sweep over it',
  },
  replay: {
    title: 'Replay',
    group: 'Research',
    icon: Rewind,
    component: ReplayPanel,
    about: 'A recording played again, step by step, with a scrubber',
  },
  labJobs: {
    title: 'Jobs',
    group: 'Research',
    icon: ListChecks,
    component: LabJobs,
    about: 'Backtests, sweeps and imports with their progress; cancel and resume',
  },
  labReview: {
    title: 'Review',
    group: 'Research',
    icon: FileChartLine,
    component: LabReview,
    about: 'A run: settings, data, figures, equity, captured edge',
  },
  labTrades: {
    title: 'Trades of the run',
    group: 'Research',
    icon: ChartCandlestick,
    component: LabTrades,
    about: 'Every trade of a run on the chart, with its reasons, legs and books',
  },
  labSweeps: {
    title: 'Sweeps',
    group: 'Research',
    icon: Grid3x3,
    component: LabSweeps,
    about: 'Trials over their settings, train beside test, and a verdict on the best',
  },
  labCompare: {
    title: 'Compare',
    group: 'Research',
    icon: GitCompare,
    component: LabCompare,
    about: 'Two runs: settings that differ, figures and curves side by side',
  },
  orders: {
    title: 'Orders',
    group: 'Trading',
    icon: ReceiptText,
    component: OrdersPanel,
    about: 'Every order, as far back as the database goes',
  },
  fills: {
    title: 'Fills',
    group: 'Trading',
    icon: Handshake,
    component: FillsPanel,
    about: 'Every fill with its fee',
  },
  executions: {
    title: 'Executions',
    group: 'Trading',
    icon: Route,
    component: ExecutionsPanel,
    about: 'Every attempt to trade a cycle, with its profit',
  },
  story: {
    title: 'Execution story',
    group: 'Trading',
    icon: Timer,
    component: StoryPanel,
    about: 'One execution step by step: times of its orders, books, and why its result differs from the plan',
  },
  'opportunity-history': {
    title: 'Opportunity history',
    group: 'Trading',
    icon: History,
    component: OpportunityHistoryPanel,
    about: 'Closed opportunities and why they were taken or not',
  },
  risk: {
    title: 'Risk',
    group: 'Risk',
    icon: ShieldCheck,
    component: RiskPanel,
    about: 'Loss level, breakers, stops, limit usage, denials',
  },
  alerts: {
    title: 'Alerts',
    group: 'Risk',
    icon: BellRing,
    component: AlertsPanel,
    about: 'Events that need attention, and your own rules',
  },
  account: {
    title: 'Account',
    group: 'Risk',
    icon: Scale,
    component: AccountPanel,
    about: 'The ledger beside the venue, unresolved orders, orders placed elsewhere',
  },
  audit: {
    title: 'Audit',
    group: 'Risk',
    icon: ScrollText,
    component: AuditPanel,
    about: 'Every action with its actor, time and outcome',
  },
  venues: {
    title: 'Venues',
    group: 'Engine',
    icon: Landmark,
    component: VenuesPanel,
    about: 'How each venue stands, and which of them the profile trades',
  },
  health: {
    title: 'Engine health',
    group: 'Engine',
    icon: Gauge,
    component: Health,
    about: 'Latencies of each stage, the event loop, memory',
  },
  logs: {
    title: 'Logs',
    group: 'Engine',
    icon: Terminal,
    component: LogsPanel,
    about: 'Log of the engine by level, with search',
  },
  documentation: {
    title: 'Documentation',
    group: 'Engine',
    icon: BookText,
    component: DocumentationPanel,
    about: 'The manual of this version, with search',
  },
} as const satisfies Readonly<Record<string, PanelSpec>>;

export type PanelKind = keyof typeof PANELS;

export const PANEL_KINDS = Object.keys(PANELS) as PanelKind[];

export function isPanelKind(name: unknown): name is PanelKind {
  return typeof name === 'string' && Object.hasOwn(PANELS, name);
}

export function panelSpec(kind: PanelKind): PanelSpec {
  return PANELS[kind];
}
