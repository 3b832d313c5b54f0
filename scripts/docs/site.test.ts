/** The documentation as a site: complete, without a link that leads nowhere, and without a word to another server. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from '../start/run.ts';
import { htmlOf, readPages, writeSite } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-site-'));
let files: readonly string[] = [];
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const pages = (): string[] => files.filter((name) => name.endsWith('.html'));

beforeAll(() => {
  files = writeSite(ROOT, folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('has every page of the documentation, with its pictures', () => {
  expect(pages().sort()).toEqual(
    readPages(ROOT)
      .map(({ path }) => htmlOf(path))
      .sort(),
  );
  expect(pages()).toEqual(
    expect.arrayContaining(['index.html', 'docs/tutorial.html', 'docs/runbooks/index.html']),
  );
  expect(read('docs/tutorial.html')).toMatch(/<img src="tutorial\/first-run\.png"/);
  expect(existsSync(join(folder, 'docs/tutorial/first-run.png'))).toBe(true);
});

it('has no link that leads nowhere', () => {
  const anchors = new Map(
    pages().map((name) => [name, new Set([...read(name).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  const broken = pages().flatMap((name) =>
    [...read(name).matchAll(/ (?:href|src)="([^"]+)"/g)].flatMap(([, href = '']) => {
      if (/^(?:https?|mailto):/.test(href)) return [];
      const [path = '', anchor] = href.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      const isThere =
        existsSync(join(folder, file)) && (anchor === undefined || anchors.get(file)?.has(anchor) === true);
      return isThere ? [] : [`${name}: ${href}`];
    }),
  );
  expect(broken).toEqual([]);
});

it('asks no other server, and runs no script but its own', () => {
  for (const name of pages()) {
    const loaded = [...read(name).matchAll(/<(?:script|img|link)[^>]* (?:src|href)="([^"]+)"/g)].map(
      ([, href]) => href,
    );
    expect(loaded.filter((href) => /^[a-z]+:|^\/\//i.test(href ?? ''))).toEqual([]);
    expect(read(name)).not.toMatch(/<script>| on[a-z]+="/);
  }
});

it('is searched in the browser by the words of its headings and text', () => {
  const world = createContext({});
  for (const name of ['minisearch.js', 'sections.js']) runInContext(read(name), world);
  const found = (typed: string): string[] =>
    runInContext(
      `(() => { const { sections, fields, options } = PARALLAX_SECTIONS; const index = new MiniSearch(fields); index.addAll(sections);
        return index.search(${JSON.stringify(typed)}, options).map(({ href }) => href); })()`,
      world,
    ) as string[];
  expect(found('overfit spec').some((href) => href.startsWith('docs/sweeps.html#'))).toBe(true);
  expect(found('no-such-word-anywhere-zzz')).toHaveLength(0);
  const [first = ''] = found('kill switch');
  const [page = '', anchor = ''] = first.split('#');
  expect(read(page)).toContain(` id="${anchor}"`);
});

it('replaces an earlier site, and removes nothing that is none', () => {
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'thesis.md'), 'years of work');
  for (const taken of [other, join(other, 'thesis.md'), ROOT, dirname(ROOT)])
    expect(() => writeSite(ROOT, taken)).toThrow(/neither empty nor an earlier site/);
  expect(readFileSync(join(other, 'thesis.md'), 'utf8')).toBe('years of work');
  expect(writeSite(ROOT, folder)).toEqual(files);
  expect(existsSync(other)).toBe(false);
});
