import { expect, test } from 'vitest';
import { twinOf } from './pseudo-states.ts';

test('a rule for the pointer or the focus has a twin for a class, and no other rule has', () => {
  expect(twinOf('.button:hover:enabled { color: red; }')).toBe('.button.is-hover:enabled { color: red; }');
  expect(twinOf(':focus-visible { outline: 2px; }')).toBe('.is-focus { outline: 2px; }');
  expect(twinOf('.button { color: red; }')).toBeUndefined();
});
