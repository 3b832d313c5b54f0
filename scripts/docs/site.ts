/**
 * `npm run docs` (`-- FOLDER`, else `out/site`): the documentation as a site of plain files, which any server or none serves. The pages are
 * those of the window; React and its Markdown, which the window has, write them. No page needs a script but for the search, and none asks
 * another server.
 */
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import {
  anchorOf,
  type DocumentPage,
  pagesOf,
  SEARCH,
  SEARCHED,
  sectionsOf,
  targetOf,
  textOf,
} from '../../src-renderer/features/documentation/pages.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const HERE = join(ROOT, 'scripts', 'docs');

type Children = { readonly children?: ReactNode };

/** Where a page lies in the site. */
export function htmlOf(path: string): string {
  return path === 'README.md'
    ? 'index.html'
    : path.replace(/README\.md$/, 'index.html').replace(/\.md$/, '.html');
}

export function readPages(root: string): DocumentPage[] {
  const names = globSync(['*.md', 'docs/**/*.md', 'examples/README.md'], { cwd: root });
  return pagesOf(
    Object.fromEntries(
      names.map((name) => [name.split(sep).join('/'), readFileSync(join(root, name), 'utf8')]),
    ),
  );
}

class Site {
  readonly #root: string;
  readonly #pages: readonly DocumentPage[];
  /** Files of the project that pages show or link to. */
  readonly files = new Set<string>();

  constructor(root: string, pages: readonly DocumentPage[]) {
    this.#root = root;
    this.#pages = pages;
  }

  /** The whole HTML of a page. */
  html(page: DocumentPage): string {
    const up = relative(posix.dirname(htmlOf(page.path)), '')
      .split(sep)
      .join('/');
    const base = up === '' ? './' : `${up}/`;
    const reading = { remarkPlugins: [remarkGfm], components: this.#components(page) };
    const text = createElement(Markdown, reading, page.text);
    const links = this.#pages.map(({ path, title }) =>
      createElement(
        'li',
        { key: path },
        createElement(
          'a',
          { href: base + htmlOf(path), 'aria-current': path === page.path ? 'page' : undefined },
          title,
        ),
      ),
    );
    const body = createElement(
      'body',
      { 'data-root': base },
      createElement(
        'div',
        { className: 'site' },
        createElement(
          'nav',
          { 'aria-label': 'Pages' },
          createElement('a', { className: 'name', href: `${base}index.html` }, 'Parallax'),
          createElement('input', {
            id: 'search',
            type: 'search',
            placeholder: 'Search',
            'aria-label': 'Search the documentation',
          }),
          createElement('ul', { id: 'pages' }, links),
          createElement('ul', { id: 'found', hidden: true }),
        ),
        createElement('main', null, text),
      ),
      ...['minisearch.js', 'sections.js', 'search.js'].map((name) =>
        createElement('script', { key: name, src: base + name }),
      ),
    );
    const head = createElement(
      'head',
      null,
      createElement('meta', { charSet: 'utf-8' }),
      createElement('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      createElement('title', null, page.path === 'README.md' ? 'Parallax' : `${page.title} · Parallax`),
      createElement('link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }),
      createElement('link', { rel: 'stylesheet', href: `${base}site.css` }),
    );
    return `<!doctype html>\n${renderToStaticMarkup(createElement('html', { lang: 'en' }, head, body))}\n`;
  }

  #components(page: DocumentPage): Components {
    const heading =
      (tag: string) =>
      ({ children }: Children) =>
        createElement(tag, { id: anchorOf(textOf(children)) }, children);
    const levels = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((tag) => [tag, heading(tag)] as const);
    return {
      ...Object.fromEntries(levels),
      table: ({ children }: Children) =>
        createElement(
          'div',
          { className: 'table', tabIndex: 0, role: 'group', 'aria-label': 'Table' },
          createElement('table', null, children),
        ),
      img: ({ src, alt }) =>
        createElement('img', { src: this.#link(page.path, String(src)), alt, loading: 'lazy' }),
      a: ({ href = '', children }) => createElement('a', { href: this.#link(page.path, href) }, children),
    };
  }

  /** As it is in the site: pages by their HTML, other files as they are; what is a folder of the project stays a name. */
  #link(from: string, href: string): string | undefined {
    const target = targetOf(from, href);
    if (target === undefined) return href;
    const { path, anchor } = target;
    const end = anchor === '' ? '' : `#${anchor}`;
    const isPage = this.#pages.some((page) => page.path === path);
    const file = join(this.#root, path);
    if (!isPage && !(existsSync(file) && statSync(file).isFile())) return undefined;
    if (!isPage) this.files.add(path);
    const to = isPage ? htmlOf(path) : path;
    return posix.relative(posix.dirname(htmlOf(from)), to) + end || end;
  }
}

/** Begins the one file that every site has and no other folder. */
const MARK = 'globalThis.PARALLAX_SECTIONS = ';

/** Writes the site in place of an earlier one. @returns the files in it, by their paths. @throws for a folder that holds anything else. */
export function writeSite(root: string, folder: string): string[] {
  demandReplaceable(root, folder);
  const pages = readPages(root);
  const site = new Site(root, pages);
  const texts = new Map(pages.map((page) => [htmlOf(page.path), site.html(page)]));
  const sections = pages.flatMap(sectionsOf).map(({ path, anchor, ...rest }, id) => ({
    id,
    ...rest,
    href: `${htmlOf(path)}#${anchor}`,
  }));
  const fields = { ...SEARCHED, storeFields: ['href', 'title', 'heading'] };
  texts.set('sections.js', `${MARK}${JSON.stringify({ sections, fields, options: SEARCH })};\n`);
  rmSync(folder, { recursive: true, force: true });
  const put = (name: string, write: (path: string) => void): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    write(join(folder, name));
  };
  for (const [name, text] of texts) put(name, (path) => writeFileSync(path, text));
  const own = new Map([
    ['site.css', join(HERE, 'site.css')],
    ['search.js', join(HERE, 'site-search.js')],
    ['minisearch.js', join(ROOT, 'node_modules', 'minisearch', 'dist', 'umd', 'index.js')],
    ['icon.svg', join(ROOT, 'src-renderer', 'icon.svg')],
    ...[...site.files].map((path) => [path, join(root, path)] as const),
  ]);
  for (const [name, from] of own) put(name, (path) => copyFileSync(from, path));
  return [...texts.keys(), ...own.keys()];
}

/** What lies in the folder is removed: so it is empty, or an earlier site, and holds no sources. */
function demandReplaceable(root: string, folder: string): void {
  if (!existsSync(folder)) return;
  const isParent = `${realpathSync(root)}${sep}`.startsWith(`${realpathSync(folder)}${sep}`);
  const isFree = statSync(folder).isDirectory() && (readdirSync(folder).length === 0 || isSite(folder));
  if (isParent || !isFree)
    throw new Error(
      `${resolve(folder)} is neither empty nor an earlier site, and all in it would be removed: name another folder.`,
    );
}

function isSite(folder: string): boolean {
  const path = join(folder, 'sections.js');
  return existsSync(path) && readFileSync(path, 'utf8').startsWith(MARK);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? join(ROOT, 'out', 'site');
  try {
    const files = writeSite(ROOT, folder);
    process.stdout.write(`${files.length} files in ${folder}\n`);
  } catch (error) {
    process.stderr.write(`docs: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
