/** The layouts that the window comes with, as the docking library stores them. Pure: sizes are shares of what is there. */
import type { PanelKind } from './panels.tsx';

/** Panels as tabs of one group; the first is on top. */
type Tabs = { readonly tabs: readonly PanelKind[]; readonly share: number };
type Split = {
  readonly split: 'row' | 'column';
  readonly share: number;
  readonly items: readonly (Split | Tabs)[];
};

const tabs = (share: number, ...kinds: readonly PanelKind[]): Tabs => ({ share, tabs: kinds });
const row = (share: number, ...items: readonly (Split | Tabs)[]): Split => ({ split: 'row', share, items });
const column = (share: number, ...items: readonly (Split | Tabs)[]): Split => ({
  split: 'column',
  share,
  items,
});

export const DEFAULT_LAYOUTS = {
  Monitor: row(
    1,
    column(
      0.34,
      tabs(0.55, 'watchlist', 'cycles', 'matrix', 'venue-spreads'),
      tabs(0.45, 'pnl', 'positions', 'risk'),
    ),
    column(
      0.46,
      tabs(0.56, 'opportunities', 'chart'),
      tabs(0.44, 'activity', 'alerts', 'health', 'audit', 'logs'),
    ),
    column(0.2, tabs(1, 'book', 'trades')),
  ),
  Trade: row(
    1,
    column(0.32, tabs(0.6, 'watchlist', 'market-by-venue'), tabs(0.4, 'trades', 'risk', 'account')),
    column(0.24, tabs(1, 'book')),
    column(
      0.44,
      tabs(0.46, 'chart', 'depth'),
      tabs(
        0.54,
        'opportunities',
        'orders',
        'fills',
        'executions',
        'positions',
        'inventory',
        'venue-comparison',
        'ghost',
        'pnl',
      ),
    ),
  ),
  Research: row(
    1,
    column(0.3, tabs(0.7, 'lab'), tabs(0.3, 'labJobs')),
    column(
      0.7,
      tabs(
        1,
        'labReview',
        'labTrades',
        'labSweeps',
        'labCompare',
        'strategies',
        'portfolio',
        'models',
        'replay',
      ),
    ),
  ),
  Arbitrage: row(
    1,
    column(
      0.4,
      tabs(0.72, 'opportunities', 'cycles'),
      tabs(0.28, 'activity', 'inventory', 'executions', 'risk'),
    ),
    column(
      0.6,
      tabs(0.62, 'linked', 'story'),
      row(0.38, tabs(0.6, 'chart', 'depth'), tabs(0.4, 'book', 'trades')),
    ),
  ),
} as const satisfies Readonly<Record<string, Split>>;

export type DefaultLayout = keyof typeof DEFAULT_LAYOUTS;

/** In the form of the docking library's `fromJSON`. */
export type StoredLayout = {
  readonly grid: {
    readonly root: unknown;
    readonly width: number;
    readonly height: number;
    readonly orientation: 'HORIZONTAL' | 'VERTICAL';
  };
  readonly panels: Readonly<Record<string, StoredPanel>>;
  readonly activeGroup?: string;
  /** Panels in windows of their own. */
  readonly popoutGroups?: readonly object[];
};

export type StoredPanel = {
  readonly id: string;
  readonly contentComponent: string;
  readonly title?: string;
  readonly params?: { readonly kind?: unknown; readonly link?: unknown };
};

/** The one component under which every panel is filed; its `kind` says which it is. */
export const CONTENT = 'panel';

/** A default layout for a window of this size, in px. */
export function buildLayout(name: DefaultLayout, width: number, height: number): StoredLayout {
  const panels: Record<string, StoredPanel> = {};
  let groups = 0;
  const node = (item: Split | Tabs, size: number, across: number): unknown => {
    if ('tabs' in item) {
      for (const kind of item.tabs) {
        panels[kind] = { id: kind, contentComponent: CONTENT, params: { kind } };
      }
      const id = String(++groups);
      return { type: 'leaf', size, data: { id, views: [...item.tabs], activeView: item.tabs[0] } };
    }
    const along = across;
    return {
      type: 'branch',
      size,
      data: item.items.map((child) => node(child, Math.round(along * child.share), size)),
    };
  };
  const root = node(DEFAULT_LAYOUTS[name], height, width);
  return {
    grid: { root, width, height, orientation: 'HORIZONTAL' },
    panels,
    activeGroup: '1',
  };
}
