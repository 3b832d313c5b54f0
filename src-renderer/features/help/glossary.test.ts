import { expect, test } from 'vitest';
import { findTerms, GLOSSARY } from './glossary.ts';

test('every word is there once, in the order of the alphabet, with a sentence', () => {
  const words = GLOSSARY.map(({ word }) => word);
  expect(words).toEqual([...new Set(words)].toSorted((a, b) => a.localeCompare(b)));
  for (const { word, means } of GLOSSARY)
    expect(`${word}: ${means}`).toMatch(/^[a-z -]+: [A-Z].+[.!]$|^[a-z -]+: .+K\.$/);
});

test('a word is found by itself first, then where others speak of it', () => {
  expect(findTerms('denied')[0]?.word).toBe('denied');
  expect(findTerms('denied').map(({ word }) => word)).toContain('rejected');
  expect(findTerms('no such thing at all')).toEqual([]);
  expect(findTerms('  ')).toHaveLength(GLOSSARY.length);
});
