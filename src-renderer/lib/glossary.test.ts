import { expect, test } from 'vitest';
import { findTerms, GLOSSARY, termOf } from './glossary.ts';

test('every word is there once, in the order of the alphabet, with a sentence', () => {
  const words = GLOSSARY.map(({ word }) => word);
  expect(words).toEqual([...new Set(words)].toSorted((a, b) => a.localeCompare(b)));
  for (const { word, means } of GLOSSARY) expect(`${word}: ${means}`).toMatch(/^[a-z\d. -]+: [A-Z].+[.!]$/);
});

test('a heading is known by its short name, and no name means two things', () => {
  expect(termOf('Exp. bps')?.word).toBe('expected');
  expect(termOf(' Qty ')?.word).toBe('quantity');
  expect(termOf('Whatever')).toBeUndefined();
  const names = GLOSSARY.flatMap(({ word, also }) => [word, ...also]).map((name) => name.toLowerCase());
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
});

test('a word is found by itself first, then where others speak of it', () => {
  expect(findTerms('denied')[0]?.word).toBe('denied');
  expect(findTerms('denied').map(({ word }) => word)).toContain('rejected');
  expect(findTerms('no such thing at all')).toEqual([]);
  expect(findTerms('  ')).toHaveLength(GLOSSARY.length);
});
