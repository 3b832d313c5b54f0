/** At which page help opens: that of the panel, or the dialog, in which the trader is. */
import { create } from 'zustand';
import { termOf } from '../../lib/glossary.ts';
import { isPanelKind, PANEL_KINDS, panelSpec } from '../../workspace/panels.tsx';
import { panelInUse } from '../../workspace/workspace-store.ts';
import { PANEL_HELP } from './panel-help.ts';

export type HelpPage = {
  readonly title: string;
  readonly about: string;
  readonly uses: readonly string[];
  /** The words that occur in it, with their meaning there. */
  readonly words: readonly { readonly word: string; readonly means: string }[];
};

export const useHelpPage = create<{ readonly page: HelpPage | null }>()(() => ({ page: null }));

/** Looks where the focus is; called before help opens and takes it. */
export function aimHelp(): void {
  useHelpPage.setState({ page: pageOfDialog() ?? pageOfPanel() });
}

function pageOfPanel(): HelpPage | null {
  const panel = panelInUse();
  if (panel === null || !isPanelKind(panel.kind)) return null;
  const { title, about } = panelSpec(panel.kind);
  return { title, about, uses: PANEL_HELP[panel.kind] ?? [], words: wordsIn(panel.element) };
}

/** Some panels are shown in a dialog as well, under the same name. */
function pageOfDialog(): HelpPage | null {
  const dialog = document.activeElement?.closest('dialog');
  const title = dialog?.querySelector('h2')?.textContent ?? '';
  const kind = PANEL_KINDS.find((one) => panelSpec(one).title === title);
  if (dialog == null || kind === undefined) return null;
  return { title, about: panelSpec(kind).about, uses: PANEL_HELP[kind] ?? [], words: wordsIn(dialog) };
}

/** Headings and labels of the panel: with their own explanation, else the glossary's. */
function wordsIn(element: HTMLElement): HelpPage['words'] {
  const found = new Map<string, string>();
  const marked = '[role="columnheader"], th[scope="col"], dt, .term';
  for (const each of element.querySelectorAll<HTMLElement>(marked)) {
    const word = each.textContent.trim();
    const means = (each.title === '' ? each.parentElement?.title : each.title) || termOf(word)?.means;
    if (word !== '' && means !== undefined && !found.has(word)) found.set(word, means);
  }
  return [...found].map(([word, means]) => ({ word, means }));
}
