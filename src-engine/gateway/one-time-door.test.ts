import { expect, it } from 'vitest';
import { OneTimeDoor } from './one-time-door.ts';

it('a code leads to its target once, within a minute, and a new one ends the one before', () => {
  let nowMs = 1_000;
  const door = new OneTimeDoor(() => nowMs);
  const first = door.issue('/#token=one');
  expect(first).toMatch(/^[\w-]{32}$/);
  expect(door.take(`${first}x`)).toBeUndefined();
  expect([door.take(first), door.take(first)]).toEqual(['/#token=one', undefined]);
  const old = door.issue('/#token=one');
  const next = door.issue('/#token=two');
  expect([door.take(old), door.take(next)]).toEqual([undefined, '/#token=two']);
  const late = door.issue('/#token=one');
  nowMs += 60_001;
  expect(door.take(late)).toBeUndefined();
  expect(door.take('')).toBeUndefined();
});
