import { expect, test } from 'vitest';
import { logText } from './log-text.ts';

test('a file of lines is in the order of time, in UTC, and one line is one line', () => {
  const line = (seq: number, text: string) => ({
    seq,
    atUs: 1_700_000_000_000_000 + seq,
    level: 'warn' as const,
    room: 'feed',
    text,
  });
  expect(logText([line(2, 'two\nlines'), line(1, 'first')])).toBe(
    '2023-11-14T22:13:20.000001Z warn  feed: first\n2023-11-14T22:13:20.000002Z warn  feed: two lines\n',
  );
});
