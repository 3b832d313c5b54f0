import { expect, it } from 'vitest';
import { bookDepthOf, deepest, depthAt, depthWords } from './book-depth.ts';

it('is one number where all venues have the same, and one each where they differ', () => {
  expect(bookDepthOf(new Map([['east', 25]]))).toBe(25);
  const same = new Map([
    ['east', 25],
    ['west', 25],
  ]);
  expect(bookDepthOf(same)).toBe(25);
  const differing = bookDepthOf(new Map([...same, ['west', 100]]));
  expect(differing).toEqual({ east: 25, west: 100 });
  expect([depthAt(differing, 'east'), depthAt(differing, 'north'), depthAt(25, 'north')]).toEqual([
    25,
    undefined,
    25,
  ]);
  expect([deepest(differing), deepest(25)]).toEqual([100, 25]);
  expect([depthWords(differing), depthWords(25)]).toEqual(['25 at east, 100 at west', '25']);
});
