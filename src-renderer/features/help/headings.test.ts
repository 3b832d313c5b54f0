/** Every heading and label of the window is a word of the glossary, says itself what it means, or is plain English. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { termOf } from '../../lib/glossary.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Words that mean here what they mean anywhere. */
const PLAIN = new Set(
  `#|A|B|B is|B − A|At|Chart|Day|Detail|Difference|Event|Figure|From|Level|Line|Max.|Memory|Meaning|Receive|Samples|Reason|Setting|Share|
Started|State|Time|Times|Total|Trades|Uptime|Asset|Won / lost|
Traded by both / live only / ghost only|Profit $|PnL $|engine|updates/s|Instruments|Messages`
    .split('|')
    .map((word) => word.trim()),
);

type Heading = { readonly text: string; readonly saysItself: boolean; readonly file: string };

/** As they stand in the source; `$` for what is put in. */
function headings(): Heading[] {
  const files = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((name) => name.endsWith('.tsx') && !name.endsWith('.test.tsx'))
    .flatMap((file) => {
      const source = readFileSync(join(ROOT, 'features', file), 'utf8');
      const columns = [...source.matchAll(/title: ['`]([^'`]*)['`],\s*(hint:[\s\S]{0,160}?)?track:/g)];
      const heads = [...source.matchAll(/<ColumnHead([^>]*)>([^<]*)<\/ColumnHead>/g)];
      const names = [...source.matchAll(/<(?:Fact|Item)\s+name="([^"]*)"(?![^>]*onChoose)([^>]*)>/g)];
      const terms = [...source.matchAll(/<Term>([^<]*)<\/Term>/g)];
      const found = [
        ...columns.map(([, text, hint]) => [text, hint !== undefined]),
        ...heads.map(([, attributes = '', text]) => [text, attributes.includes('title=')]),
        ...names.map(([, text, rest = '']) => [text, rest.includes('title=')]),
        ...terms.map(([, text]) => [text, false]),
      ] as [string, boolean][];
      return found.map(([text, saysItself]) => ({
        text: text
          .replaceAll(/\$?\{[^}]*\}/g, '$')
          .replaceAll(/\s+/g, ' ')
          .trim(),
        saysItself,
        file,
      }));
    })
    .filter(({ text }) => text !== '' && text !== '$');
}

test('every heading of a table and every label of a panel can be looked up', () => {
  const all = headings();
  expect(all.length).toBeGreaterThan(120);
  const unknown = all.filter(
    ({ text, saysItself }) => !saysItself && termOf(text) === undefined && !PLAIN.has(text),
  );
  expect(unknown.map(({ text, file }) => `${file}: ${text}`)).toEqual([]);
});

test('no plain word is on the list that is a term', () => {
  expect([...PLAIN].filter((word) => termOf(word) !== undefined)).toEqual([]);
});

test('nothing names a column without looking its word up', () => {
  const bare = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx'))
    .filter((name) => !name.endsWith('trial-heatmap.tsx'))
    .filter((name) => /<th scope="col"/.test(readFileSync(join(ROOT, 'features', name), 'utf8')));
  expect(bare).toEqual([]);
});

/** Looked at alone: pictures, and words that are put together of several fields. Quotes get theirs from the live store. */
const WITHOUT_VALUE = ['profit-panel.tsx bar', 'alert-list.tsx state'];

test('every column of a long table can be sorted by, copied exact and saved', () => {
  const columns = readdirSync(join(ROOT, 'features'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tsx') && !name.endsWith('quote-cells.tsx'))
    .flatMap((file) => {
      const source = readFileSync(join(ROOT, 'features', file), 'utf8');
      const found = source.matchAll(/\{\s*id: '?(\w+)'?,\s*title: [\s\S]*?\bcell[:,]/g);
      return [...found].map(([text, id]) => ({ text, name: `${file.split('/').at(-1)} ${id}` }));
    })
    .filter(({ text }) => text.includes('track:'));
  expect(columns.length).toBeGreaterThan(60);
  const bare = columns.filter(({ text }) => !/\bvalue[:,]/.test(text)).map(({ name }) => name);
  expect(bare.sort()).toEqual(WITHOUT_VALUE.toSorted());
});
