import { expect, test } from 'vitest';
import { layoutFileText, MAX_FILE, readLayoutFile } from './layout-file.ts';
import { buildLayout } from './layouts.ts';

const layouts = { Monitor: buildLayout('Monitor', 1000, 700), Mine: buildLayout('Trade', 1000, 700) };
const tables = {
  views: { 'orders Orders': { shown: { qty: true }, order: ['qty'], widths: { qty: 80 }, filter: 'btc' } },
  filters: { Orders: [{ name: 'big', text: 'size>5' }] },
};

test('what one window writes another one reads', () => {
  expect(readLayoutFile(layoutFileText({ layouts, tables }))).toEqual({ layouts, tables, problems: [] });
});

test('a layout that is damaged is left out and named, and the others are taken', () => {
  const text = layoutFileText({ layouts, tables }).replace(
    '"kind": "watchlist"',
    '"kind": "of another version"',
  );
  expect(readLayoutFile(text)).toMatchObject({
    layouts: { Mine: layouts.Mine },
    problems: ['“Monitor” is damaged or of another version'],
  });
});

test('a layout by a name that every object has is left out and named', () => {
  const { Mine } = layouts;
  for (const name of ['__proto__', 'constructor']) {
    const text = layoutFileText({ layouts: { ...layouts, other: Mine }, tables }).replace(
      '"other"',
      `"${name}"`,
    );
    const read = readLayoutFile(text);
    expect(read).toMatchObject({ layouts, problems: [`“${name}” is damaged or of another version`] });
  }
});

test.each([
  ['', /not JSON/],
  ['{', /not JSON/],
  ['null', /holds no layouts/],
  ['[]', /holds no layouts/],
  ['{"kind":"parallax-layouts","version":9}', /version 9/],
  ['{"kind":"parallax-layouts"}', /version none/],
  ['{"kind":"parallax-layouts","version":{"toString":1,"valueOf":1}}', /version \{/],
  ['['.repeat(100_000), /not JSON|holds no layouts/],
  [' '.repeat(MAX_FILE + 1), /more than 2 MB/],
])('a file of %j is refused with the reason', (text, problem) => {
  expect(readLayoutFile(text)).toMatchObject({ problem: expect.stringMatching(problem) });
});
