/**
 * The pages of the documentation: the Markdown files of the project, as they were when the window was built. They are a part of the
 * window, so they are there without a network and are those of this version.
 */
import MiniSearch from 'minisearch';

const files: Readonly<Record<string, string>> = import.meta.glob(
  ['../../../*.md', '../../../docs/**/*.md', '../../../examples/README.md'],
  { query: '?raw', import: 'default', eager: true },
);

export type DocumentPage = {
  /** Path from the project's root: `docs/sweeps.md`. */
  readonly path: string;
  readonly title: string;
  readonly text: string;
};

/** A heading of a page with what is below it, as the search finds it. */
export type Found = {
  readonly path: string;
  readonly title: string;
  readonly heading: string;
  readonly anchor: string;
};

/** What a newcomer reads first comes first; what contributors read comes last. */
const FIRST = ['README.md', 'docs/'];
const LAST = ['CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md'];

export const PAGES: readonly DocumentPage[] = Object.entries(files)
  .map(([file, text]) => ({ path: file.replace(/^(?:\.\.\/)+/, ''), title: titleOf(text), text }))
  .sort((a, b) => placeOf(a.path) - placeOf(b.path) || a.title.localeCompare(b.title, 'en'));

const byPath = new Map(PAGES.map((page) => [page.path, page]));

export function pageAt(path: string): DocumentPage | undefined {
  return byPath.get(path);
}

function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? 'Untitled';
}

function placeOf(path: string): number {
  const last = LAST.indexOf(path);
  if (last >= 0) return FIRST.length + 1 + last;
  const first = FIRST.findIndex((start) => path.startsWith(start));
  return first >= 0 ? first : FIRST.length;
}

/** An anchor as the usual forges make it of a heading: lower case, no punctuation, hyphens for spaces. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Where a link of a page leads.
 * @param from the page's path. @param href as its Markdown has it.
 * @returns a page and a heading of it; undefined where it leads out of the documentation.
 */
export function followLink(from: string, href: string): { path: string; anchor: string } | undefined {
  if (/^[a-z]+:/i.test(href)) return undefined;
  const [relative = '', anchor = ''] = href.split('#');
  if (relative === '') return { path: from, anchor };
  const parts = from.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const path = parts.join('/');
  return byPath.has(path) ? { path, anchor } : undefined;
}

type Section = Found & { readonly id: number; readonly body: string };

/** A page in parts, each a heading with the text below it. */
export function sectionsOf({ path, title, text }: DocumentPage): Omit<Section, 'id'>[] {
  const found: Omit<Section, 'id'>[] = [];
  let heading = title;
  let body: string[] = [];
  let isCode = false;
  const close = (): void => {
    if (body.length > 0)
      found.push({ path, title, heading, anchor: anchorOf(heading), body: body.join('\n') });
    body = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const next = isCode ? undefined : /^#{1,6} (.+)$/.exec(line)?.[1];
    if (next === undefined) {
      body.push(line);
      continue;
    }
    close();
    heading = next;
    body = [''];
  }
  close();
  return found;
}

let index: MiniSearch<Section> | undefined;

/** Most results that are shown. */
const MAX_FOUND = 30;

/** Sections that have the typed words or begin with them, the best first; headings count more than text. */
export function search(typed: string): readonly Found[] {
  if (typed.trim() === '') return [];
  index ??= indexed();
  return index
    .search(typed, { prefix: true, fuzzy: 0.1, combineWith: 'AND', boost: { heading: 4, title: 2 } })
    .slice(0, MAX_FOUND)
    .map((each) => each as unknown as Found);
}

function indexed(): MiniSearch<Section> {
  const made = new MiniSearch<Section>({
    fields: ['heading', 'title', 'body'],
    storeFields: ['path', 'title', 'heading', 'anchor'],
  });
  made.addAll(PAGES.flatMap(sectionsOf).map((section, id) => ({ id, ...section })));
  return made;
}
