/**
 * Panels in windows of their own. Such a window is an empty page of the same origin that this one fills: the panel is moved
 * there as it stands and is drawn by the same code from the same session, so that there is no second connection and no second truth.
 */
import type { DockviewApi, DockviewGroupPanel, IDockviewPanel } from 'dockview-react';
import { create } from 'zustand';
import { applyAppearance, usePrefs } from '../lib/prefs.ts';
import { joinWindow } from '../lib/windows.ts';
import { MAX_POPOUTS } from './layout-store.ts';
import type { StoredLayout } from './layouts.ts';

/** Where it lies beside this page. It has no script. */
export const POPOUT_PAGE = './popout.html';

export type Popout = {
  readonly id: string;
  readonly window: Window;
  /** The panels in it. */
  readonly group: Pick<DockviewGroupPanel, 'activePanel' | 'api'>;
  /** Frame around head and panels: it has the colour of the mode. */
  readonly frame: HTMLElement;
  /** Mode, kill switch and banners. */
  readonly head: HTMLElement;
};

export const usePopouts = create<{ readonly open: readonly Popout[]; readonly blocked: number }>()(() => ({
  open: [],
  blocked: 0,
}));

/** Follows the docking library. @returns the end of it. */
export function watchPopouts(api: DockviewApi): () => void {
  const added = api.onDidAddPopoutGroup(({ id, group, window: own }) => {
    if (own === null) return;
    const popout = { id, group, window: own, ...furnish(own.document) };
    const leave = joinWindow(own);
    own.addEventListener('pagehide', leave);
    usePopouts.setState(({ open }) => ({ open: [...open, popout] }));
    applyAppearance(usePrefs.getState(), own.document);
  });
  const removed = api.onDidRemovePopoutGroup(({ id }) => {
    usePopouts.setState(({ open }) => ({ open: open.filter((one) => one.id !== id) }));
  });
  const failed = api.onDidOpenPopoutWindowFail(() => {
    usePopouts.setState(({ blocked }) => ({ blocked: blocked + 1 }));
  });
  const looks = usePrefs.subscribe((prefs) => {
    for (const { window: own } of usePopouts.getState().open) applyAppearance(prefs, own.document);
  });
  return () => {
    for (const each of [added, removed, failed]) each.dispose();
    looks();
    usePopouts.setState({ open: [] });
  };
}

/** Moves a panel into a window of its own; the others of its group stay. */
export function popOut(api: DockviewApi, panel: IDockviewPanel): void {
  if (usePopouts.getState().open.length >= MAX_POPOUTS) return;
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  void api.addPopoutGroup(panel, { popoutUrl: POPOUT_PAGE });
}

/**
 * The frame in the colour of the mode, and the title: the panel in front, then the mode.
 * @returns the end of following which panel is in front.
 */
export function dressPopout({ frame, group, window: own }: Popout, className: string, title: string) {
  frame.className = `${className} popout`;
  const name = (): void => {
    const panel = group.activePanel?.title ?? '';
    own.document.title = panel === '' ? title : `${panel} · ${title}`;
  };
  name();
  const front = group.api.onDidActivePanelChange(name);
  return () => front.dispose();
}

/** A layout may come from a file: whatever page it names, its windows are this page's own. */
export function withOwnPages(layout: StoredLayout): StoredLayout {
  if (layout.popoutGroups === undefined) return layout;
  return { ...layout, popoutGroups: layout.popoutGroups.map((one) => ({ ...one, url: POPOUT_PAGE })) };
}

/** The head above the panels, and both in the frame of the mode. */
function furnish(page: Document): Pick<Popout, 'frame' | 'head'> {
  const frame = page.createElement('div');
  const head = page.createElement('div');
  frame.className = 'app popout';
  head.className = 'popout-head';
  const panels = page.querySelector<HTMLElement>('.dv-popout-window');
  frame.append(head);
  if (panels !== null) {
    // The docking library lets it fill the page.
    panels.style.position = 'relative';
    panels.style.height = 'auto';
    frame.append(panels);
  }
  page.body.append(frame);
  return { frame, head };
}

/**
 * The library copies the page's styles, those of <style> elements rule by rule, which the pages' policy forbids. What they hold
 * comes along with the chart that they are for. It is asked for a nonce just before it copies.
 */
export function keepStylesOut(page: Document): undefined {
  if (page === document) return undefined;
  const make = page.createElement.bind(page);
  page.createElement = ((tag: string) =>
    make(tag === 'style' ? 'template' : tag)) as Document['createElement'];
  queueMicrotask(() => {
    page.createElement = make;
  });
  return undefined;
}
