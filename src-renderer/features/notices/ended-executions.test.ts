import { expect, it } from 'vitest';
import { endedSince } from './ended-executions.ts';

const ended = (finishedUs: number, profitHome: string) => ({ finishedUs, profitHome });

it('what just ended has a sound, once, in whichever order the list is, and a loss before a profit', () => {
  // A began first and ended last; then the list is read anew, by its beginnings.
  const [a, b] = [ended(20, '1.5'), ended(15, '0.5')];
  expect(endedSince([a, b], 10)).toEqual({ result: 'profit', untilUs: 20 });
  expect(endedSince([b, a], 20)).toEqual({ result: undefined, untilUs: 20 });
  expect(endedSince([ended(30, '2'), ended(25, '-0.1'), a], 20)).toEqual({ result: 'loss', untilUs: 30 });
  // Another profile, whose last one ended before the window was opened; its first one is heard.
  expect(endedSince([ended(5, '-3')], 10)).toEqual({ result: undefined, untilUs: 10 });
  expect(endedSince([ended(11, '0.2')], 10).result).toBe('profit');
  expect(endedSince([ended(11, '0')], 10)).toEqual({ result: undefined, untilUs: 11 });
});
