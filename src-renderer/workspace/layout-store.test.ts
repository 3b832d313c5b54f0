import { describe, expect, it } from 'vitest';
import { isLayout, loadLayouts, nameProblem, storeLayouts } from './layout-store.ts';
import { buildLayout, DEFAULT_LAYOUTS, type DefaultLayout, type StoredLayout } from './layouts.ts';
import { isPanelKind } from './panels.tsx';

const NAMES = Object.keys(DEFAULT_LAYOUTS) as DefaultLayout[];

function shelfWith(text: string | null) {
  let held = text;
  return {
    getItem: () => held,
    setItem: (_key: string, value: string) => {
      held = value;
    },
  };
}

type Node = { readonly type: string; readonly size: number; readonly data: unknown };

/** Sizes of the leaves along the way down, as the docking library reads them. */
function leaves(node: Node): string[] {
  if (node.type === 'leaf') return (node.data as { views: string[] }).views;
  return (node.data as Node[]).flatMap(leaves);
}

/** @param extent of the node along its own axis, and across it. */
function checkSizes(node: Node, extent: { readonly along: number; readonly across: number }): void {
  if (node.type === 'leaf') return;
  const children = node.data as Node[];
  const sum = children.reduce((total, child) => total + child.size, 0);
  expect(Math.abs(sum - extent.along)).toBeLessThanOrEqual(children.length);
  for (const child of children) checkSizes(child, { along: extent.across, across: child.size });
}

describe('the layouts that come with the window', () => {
  it.each(NAMES)('%s fills the window at every size, with panels that exist, each once', (name) => {
    for (const [width, height] of [
      [1_024, 620],
      [1_440, 820],
      [2_560, 1_360],
    ] as const) {
      const layout = buildLayout(name, width, height);
      const root = layout.grid.root as Node;
      checkSizes(root, { along: width, across: height });
      const views = leaves(root);
      expect(new Set(views).size).toBe(views.length);
      expect(views.toSorted()).toEqual(Object.keys(layout.panels).toSorted());
      expect(views.every(isPanelKind)).toBe(true);
      expect(isLayout(layout)).toBe(true);
    }
  });
});

describe('stored layouts', () => {
  const mine: StoredLayout = buildLayout('Trade', 1_440, 820);

  it('come back as they were saved, with the one that was open', () => {
    const shelf = shelfWith(null);
    expect(loadLayouts(shelf)).toEqual({ current: 'Monitor', layouts: {}, problems: [] });
    expect(storeLayouts(shelf, { current: 'Mine', layouts: { Mine: mine } })).toBe(true);
    expect(loadLayouts(shelf)).toEqual({ current: 'Mine', layouts: { Mine: mine }, problems: [] });
  });

  it('that are damaged or of another version are left out and reported, and the others stay', () => {
    expect(loadLayouts(shelfWith('{"version":1,')).problems).toEqual(['what was stored is damaged']);
    expect(loadLayouts(shelfWith('{"version":7,"layouts":{}}')).problems).toEqual([
      'what was stored is of another version',
    ]);
    const unknownPanel = {
      ...mine,
      panels: { crystal: { id: 'crystal', contentComponent: 'panel', params: { kind: 'crystal' } } },
    };
    const text = JSON.stringify({ version: 1, current: 'Gone', layouts: { Old: unknownPanel, Mine: mine } });
    expect(loadLayouts(shelfWith(text))).toEqual({
      current: 'Monitor',
      layouts: { Mine: mine },
      problems: ['“Old” is damaged'],
    });
  });

  it('do not keep the window from opening where there is no storage', () => {
    expect(loadLayouts(undefined).current).toBe('Monitor');
    expect(storeLayouts(undefined, { current: 'Monitor', layouts: {} })).toBe(false);
    const refusing = {
      getItem: () => {
        throw new Error('refused');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(loadLayouts(refusing).problems).toEqual([]);
    expect(storeLayouts(refusing, { current: 'Monitor', layouts: {} })).toBe(false);
  });

  it('have names of their own', () => {
    expect(nameProblem('Night watch')).toBe('');
    expect(nameProblem('  ')).toMatch(/needs a name/);
    expect(nameProblem('Monitor')).toMatch(/is a built-in layout/);
    expect(nameProblem('x'.repeat(31))).toMatch(/at most 30/);
  });
});
