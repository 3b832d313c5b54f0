/**
 * The pages of the documentation: the Markdown files of the project, as they were when the window was built. They are a part of the
 * window, so they are there without a network and are those of this version.
 */
import MiniSearch from 'minisearch';
import { type DocumentPage, type Found, pagesOf, SEARCH, SEARCHED, sectionsOf, targetOf } from './pages.ts';

const files: Readonly<Record<string, string>> = import.meta.glob(
  ['../../../*.md', '../../../docs/**/*.md', '../../../examples/README.md'],
  { query: '?raw', import: 'default', eager: true },
);

export const PAGES: readonly DocumentPage[] = pagesOf(
  Object.fromEntries(Object.entries(files).map(([file, text]) => [file.replace(/^(?:\.\.\/)+/, ''), text])),
);

const byPath = new Map(PAGES.map((page) => [page.path, page]));

export function pageAt(path: string): DocumentPage | undefined {
  return byPath.get(path);
}

/** @returns a page and a heading of it; undefined where the link leads out of the documentation. */
export function followLink(from: string, href: string): { path: string; anchor: string } | undefined {
  const target = targetOf(from, href);
  return target !== undefined && byPath.has(target.path) ? target : undefined;
}

let index: MiniSearch | undefined;

/** Most results that are shown. */
const MAX_FOUND = 30;

/** Sections that have the typed words or begin with them, the best first; headings count more than text. */
export function search(typed: string): readonly Found[] {
  if (typed.trim() === '') return [];
  index ??= indexed();
  return index
    .search(typed, SEARCH)
    .slice(0, MAX_FOUND)
    .map((each) => each as unknown as Found);
}

function indexed(): MiniSearch {
  const made = new MiniSearch(SEARCHED);
  made.addAll(PAGES.flatMap(sectionsOf).map((section, id) => ({ id, ...section })));
  return made;
}
