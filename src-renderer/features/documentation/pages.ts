/** What a page of the documentation is, wherever it is shown: in the window, or as a site (scripts/docs/site.ts). */
import { isValidElement, type ReactNode } from 'react';

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
export type Section = Found & { readonly body: string };

/** What a newcomer reads first comes first; what contributors read comes last. */
const FIRST = ['README.md', 'docs/'];
const LAST = ['CONTRIBUTING.md', 'ARCHITECTURE.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md'];

/** How the search weighs: headings count more than text, and the beginning of a word is enough. */
export const SEARCH = {
  prefix: true,
  fuzzy: 0.1,
  combineWith: 'AND',
  boost: { heading: 4, title: 2 },
} as const;
export const SEARCHED = {
  fields: ['heading', 'title', 'body'],
  storeFields: ['path', 'title', 'heading', 'anchor'],
};

/** @param files text by path from the project's root. */
export function pagesOf(files: Readonly<Record<string, string>>): DocumentPage[] {
  return Object.entries(files)
    .map(([path, text]) => ({ path, title: titleOf(text), text }))
    .sort((a, b) => placeOf(a.path) - placeOf(b.path) || a.title.localeCompare(b.title, 'en'));
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

/** The words of what Markdown made of a heading. */
export function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node);
  if (Array.isArray(node)) return node.map((each: ReactNode) => textOf(each)).join('');
  if (isValidElement<{ readonly children?: ReactNode }>(node)) return textOf(node.props.children);
  return '';
}

/** An anchor as the usual forges make it of a heading: lower case, no punctuation, hyphens for spaces. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/**
 * Where a link of a page leads, as a path from the project's root; undefined where it leads out of the project.
 * @param from the page's path. @param href as its Markdown has it.
 */
export function targetOf(from: string, href: string): { path: string; anchor: string } | undefined {
  if (/^[a-z]+:/i.test(href)) return undefined;
  const [relative = '', anchor = ''] = href.split('#');
  if (relative === '') return { path: from, anchor };
  const parts = from.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return { path: parts.join('/'), anchor };
}

/** A page in parts, each a heading with the text below it. */
export function sectionsOf({ path, title, text }: DocumentPage): Section[] {
  const found: Section[] = [];
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
