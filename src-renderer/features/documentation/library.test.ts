import { describe, expect, it } from 'vitest';
import { followLink, PAGES, pageAt, search } from './library.ts';
import { anchorOf, sectionsOf } from './pages.ts';

describe('the documentation', () => {
  it('begins with the README and has every page of docs', () => {
    expect(PAGES[0]?.path).toBe('README.md');
    const paths = PAGES.map(({ path }) => path);
    expect(paths).toContain('docs/live-trading.md');
    expect(paths.indexOf('docs/sweeps.md')).toBeLessThan(paths.indexOf('ARCHITECTURE.md'));
    expect(PAGES.every(({ title }) => title !== 'Untitled')).toBe(true);
  });

  it('follows a link from a page in a folder to a heading of a page above it', () => {
    expect(followLink('docs/sweeps.md', '../README.md#venues')).toEqual({
      path: 'README.md',
      anchor: 'venues',
    });
    expect(followLink('README.md', 'docs/sweeps.md')).toEqual({ path: 'docs/sweeps.md', anchor: '' });
    expect(followLink('docs/sweeps.md', '#the-spec')).toEqual({ path: 'docs/sweeps.md', anchor: 'the-spec' });
  });

  it('shows what is no page as no link to one', () => {
    expect(followLink('README.md', 'LICENSE')).toBeUndefined();
    expect(followLink('README.md', 'https://example.org/README.md')).toBeUndefined();
    expect(followLink('README.md', '../../README.md/../x.md')).toBeUndefined();
  });

  it('takes no comment of a shell for a heading', () => {
    const text = '# Page\n\n```\n# not a heading\n```\n\n## Next\n\ntext';
    const sections = sectionsOf({ path: 'p.md', title: 'Page', text });
    expect(sections.map(({ heading }) => heading)).toEqual(['Page', 'Next']);
  });

  it('finds a heading before text that has the word, by the beginnings of words', () => {
    expect(search('sweep overfit spec').map(({ path }) => path)).toContain('docs/sweeps.md');
    expect(search('no-such-word-anywhere-zzz')).toEqual([]);
    expect(search('invent over sever')[0]).toMatchObject({ path: 'docs/inventory.md' });
    expect(search('watchdog').length).toBeGreaterThan(1);
    expect(search('   ')).toEqual([]);
  });

  it('finds nothing that its page does not have', () => {
    for (const { path, anchor } of search('book')) {
      const page = pageAt(path);
      const anchors = [...(page?.text.matchAll(/^#{1,6} (.+)$/gm) ?? [])].map(([, text = '']) =>
        anchorOf(text),
      );
      expect(anchors).toContain(anchor);
    }
  });
});
