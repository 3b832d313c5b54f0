/** The workspace as menus, shortcuts and the palette use it. The docking library holds the panels themselves. */
import type { DockviewApi, IDockviewPanel } from 'dockview-react';
import { create } from 'zustand';
import { useTableViews } from '../lib/table-views.ts';
import { layoutFileText, readLayoutFile } from './layout-file.ts';
import { loadLayouts, type StoredLayouts, storeLayouts } from './layout-store.ts';
import { buildLayout, CONTENT, DEFAULT_LAYOUTS, type DefaultLayout, type StoredLayout } from './layouts.ts';
import type { Link } from './links.ts';
import { type PanelKind, panelSpec } from './panels.tsx';
import { popOut, watchPopouts, withOwnPages } from './popouts.ts';

/** Changes are stored this long after the last of them. */
const STORE_AFTER_MS = 400;
const SIGNS_OF_STAYING = ['pageshow', 'pointerdown', 'keydown'] as const;

type WorkspaceState = {
  readonly api: DockviewApi | null;
  readonly current: string;
  /** Names of all layouts: those that come with the window, then the trader's own. */
  readonly names: readonly string[];
  /** What could not be restored, to be reported once. */
  readonly problems: readonly string[];
};

function shelf(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

const loaded = loadLayouts(shelf());
let stored: StoredLayouts = loaded;
let storing: ReturnType<typeof setTimeout> | undefined;
/** While a layout is taken in, the changes of its panels are not the trader's. */
let isTaking = false;
let takings = 0;
/** Windows that close with this one are not closed by the trader: the layout stays as it was, however long the next page takes. */
let isLeaving = false;
/** Windows were closed by leaving, and the page stayed: what is stored has them still, until the trader changes the layout. */
let isBereft = false;

const namesOf = ({ layouts }: StoredLayouts): string[] => [
  ...new Set([...Object.keys(DEFAULT_LAYOUTS), ...Object.keys(layouts)]),
];

export const useWorkspace = create<WorkspaceState>()(() => ({
  api: null,
  current: loaded.current,
  names: namesOf(loaded),
  problems: loaded.problems,
}));

const state = useWorkspace.getState;

export function isDefaultLayout(name: string): name is DefaultLayout {
  return Object.hasOwn(DEFAULT_LAYOUTS, name);
}

/** The docking library is there: the layout that was open last comes back. */
export function attach(api: DockviewApi): () => void {
  useWorkspace.setState({ api });
  take(state().current);
  const changes = api.onDidLayoutChange(() => {
    if (!isTaking) keep();
  });
  const popouts = watchPopouts(api);
  const leave = (): void => {
    if (!isLeaving) flush();
    isLeaving = true;
  };
  // The docking library closes its windows with `beforeunload`, and its listeners come after this one.
  window.addEventListener('beforeunload', leave);
  window.addEventListener('pagehide', leave);
  // A page that is used after all did not leave: what was opened was a download, or came back from the browser's memory.
  for (const each of SIGNS_OF_STAYING) window.addEventListener(each, stayed, true);
  return () => {
    window.removeEventListener('beforeunload', leave);
    window.removeEventListener('pagehide', leave);
    for (const each of SIGNS_OF_STAYING) window.removeEventListener(each, stayed, true);
    popouts();
    changes.dispose();
    useWorkspace.setState({ api: null });
  };
}

/** A key that is held down since before it, such as F5, is no sign. */
function stayed(event: Event): void {
  if (!('repeat' in event && event.repeat === true)) isLeaving = false;
}

/** Opens another layout; the open one is kept as it is. */
export function chooseLayout(name: string): void {
  flush();
  take(name);
}

/** Saves the current panels under a name of the trader's. */
export function saveLayoutAs(name: string): void {
  const { api } = state();
  if (api === null) return;
  flush();
  put(name.trim(), snapshot(api));
}

/** Resets a built-in layout to its default. */
export function resetLayout(): void {
  const { current } = state();
  const { [current]: _dropped, ...layouts } = stored.layouts;
  if (!isDefaultLayout(current)) return;
  stored = { ...stored, layouts };
  take(current);
}

/** Forgets a layout of the trader's own, and opens the first of the others. */
export function deleteLayout(name: string): void {
  if (isDefaultLayout(name)) return;
  const { [name]: _dropped, ...layouts } = stored.layouts;
  stored = { ...stored, layouts };
  useWorkspace.setState({ names: namesOf(stored) });
  take(namesOf(stored)[0] ?? 'Monitor');
}

/** All layouts, and how the tables in them are set, as a file. */
export function exportLayouts(): string {
  flush();
  const { views, filters } = useTableViews.getState();
  return layoutFileText({ layouts: stored.layouts, tables: { views, filters } });
}

/** Takes over the layouts of a file; one of the same name is replaced. @returns what is to be reported; empty: nothing. */
export function importLayouts(text: string): string {
  const read = readLayoutFile(text);
  if ('problem' in read) return read.problem;
  const { current } = state();
  flush();
  stored = { current, layouts: { ...stored.layouts, ...read.layouts } };
  const { views, filters } = useTableViews.getState();
  useTableViews.getState().replace({
    views: { ...views, ...read.tables.views },
    filters: { ...filters, ...read.tables.filters },
  });
  take(current);
  return read.problems.length === 0 ? '' : `Left out: ${read.problems.join('; ')}.`;
}

/** Brings a panel to the front, beside what is in use; opens it where it is not. */
export function openPanel(kind: PanelKind, another = false): void {
  const { api } = state();
  if (api === null) return;
  const open = api.panels.find((panel) => kindOf(panel) === kind);
  if (open !== undefined && !another) {
    open.api.setActive();
    focusContent(open);
    return;
  }
  let id: string = kind;
  for (let n = 2; api.getPanel(id) !== undefined; n++) id = `${kind}-${n}`;
  const { title } = panelSpec(kind);
  const reference = placeFor(api);
  const added = api.addPanel({
    id,
    component: CONTENT,
    title,
    params: { kind },
    ...(reference === undefined ? {} : { position: { referencePanel: reference, direction: 'within' } }),
  });
  focusContent(added);
}

/** Beside what is in use in the window that has the focus: a panel of another screen does not draw others there. */
function placeFor(api: DockviewApi): IDockviewPanel | undefined {
  const active = api.activePanel;
  if (active === undefined || active.api.location.type === 'grid' || !document.hasFocus()) return active;
  const docked = api.groups.find(({ api: own }) => own.location.type === 'grid' && own.isVisible);
  return docked?.activePanel ?? active;
}

/** Moves a panel to a window of its own; from there all that are in it come back. */
export function togglePopout(panel: IDockviewPanel): void {
  const { api } = state();
  if (api === null) return;
  const { location } = panel.api;
  if (location.type === 'popout') location.getWindow().close();
  else popOut(api, panel);
}

export function toggleMaximized(): void {
  const { api } = state();
  if (api === null) return;
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  else if (api.activePanel !== undefined) api.maximizeGroup(api.activePanel);
}

/** Moves to the next group of panels, or the one before, and puts the focus into it. */
export function focusNextGroup(step: 1 | -1): void {
  const { api } = state();
  if (api === null || api.groups.length === 0) return;
  const at = api.groups.findIndex((group) => group === api.activeGroup);
  const next = api.groups[(at + step + api.groups.length) % api.groups.length];
  const panel = next?.activePanel;
  if (panel === undefined || panel === null) return;
  panel.api.setActive();
  focusContent(panel);
}

export function closeActivePanel(): void {
  state().api?.activePanel?.api.close();
}

export function setLink(panel: IDockviewPanel, link: Link): void {
  panel.api.updateParameters({ ...panel.params, link });
  keep();
}

/** A damaged layout is reported once. */
export function dismissLayoutProblems(): void {
  useWorkspace.setState({ problems: [] });
}

/** The panel that has the focus, or else the one on top of the group in use; null where none is open. */
export function panelInUse(): { readonly kind: unknown; readonly element: HTMLElement } | null {
  const { api } = state();
  const focused = api?.panels.find((panel) => {
    const { element } = panel.view.content;
    return element.contains(element.ownerDocument.activeElement);
  });
  const panel = focused ?? api?.activePanel;
  return panel === undefined ? null : { kind: kindOf(panel), element: panel.view.content.element };
}

function kindOf(panel: IDockviewPanel): unknown {
  return panel.params?.['kind'];
}

/** The first thing of a panel that takes the focus: tables before fields. */
function focusContent(panel: IDockviewPanel): void {
  requestAnimationFrame(() => {
    const element = panel.view.content.element;
    const found = ['.table', '[tabindex="0"]', 'button', 'input'].map((kind) =>
      element.querySelector<HTMLElement>(kind),
    );
    found.find((each) => each !== null)?.focus();
  });
}

function snapshot(api: DockviewApi): StoredLayout {
  return api.toJSON() as unknown as StoredLayout;
}

function take(name: string): void {
  const { api } = state();
  if (api === null) return;
  const taking = ++takings;
  isTaking = true;
  const kept = stored.layouts[name];
  if (kept === undefined || !apply(api, kept)) {
    if (kept !== undefined) {
      const problem = `“${name}” could not be restored`;
      useWorkspace.setState(({ problems }) => ({ problems: [...problems, problem] }));
    }
    apply(api, buildLayout(isDefaultLayout(name) ? name : 'Monitor', api.width, api.height));
  }
  useWorkspace.setState({ current: name });
  const settle = (): void => {
    if (taking !== takings) return;
    isTaking = false;
    if (state().api === api) put(name, snapshot(api));
  };
  // Windows open one after the other: until the last of them the panels are not those of the layout.
  if ((kept?.popoutGroups?.length ?? 0) > 0) void api.popoutRestorationPromise.then(settle);
  else settle();
}

/** False when the docking library refuses it. */
function apply(api: DockviewApi, layout: StoredLayout): boolean {
  try {
    api.fromJSON(withOwnPages(layout) as unknown as Parameters<DockviewApi['fromJSON']>[0]);
    for (const panel of api.panels) {
      const kind = kindOf(panel);
      if (typeof kind === 'string') panel.api.setTitle(panelSpec(kind as PanelKind).title);
    }
    return true;
  } catch {
    api.clear();
    return false;
  }
}

function put(current: string, layout: StoredLayout): void {
  isBereft = false;
  stored = { current, layouts: { ...stored.layouts, [current]: layout } };
  useWorkspace.setState({ current, names: namesOf(stored) });
  storeLayouts(shelf(), stored);
}

function keep(): void {
  clearTimeout(storing);
  isBereft = isLeaving;
  if (isLeaving) return;
  storing = setTimeout(flush, STORE_AFTER_MS);
}

function flush(): void {
  clearTimeout(storing);
  const { api, current } = state();
  // A maximised group is a look, not a layout.
  if (api !== null && !isTaking && !isLeaving && !isBereft && !api.hasMaximizedGroup() && api.totalPanels > 0)
    put(current, snapshot(api));
}
