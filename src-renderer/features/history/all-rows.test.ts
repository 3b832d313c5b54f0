import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readAllRows } from './all-rows.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Row = { readonly atUs: number };
const columns = [{ title: 'at', text: ({ atUs }: Row) => String(atUs) }];

/** A list of so many rows, newest first, as the engine pages it. */
function listOf(count: number) {
  const asked: (number | undefined)[] = [];
  return {
    asked,
    load: ({ limit, beforeUs = count + 1 }: { limit: number; beforeUs?: number }) => {
      asked.push(beforeUs);
      const first = Math.min(beforeUs - 1, count);
      return Promise.resolve(
        Array.from({ length: Math.max(0, Math.min(limit, first)) }, (_, k): Row => ({ atUs: first - k })),
      );
    },
  };
}

const read = async (
  count: number,
  accepts?: (row: Row) => boolean,
  goesOn: (rows: number) => boolean = () => true,
) => {
  const list = listOf(count);
  const done = readAllRows(list.load, { timeOf: ({ atUs }) => atUs }, columns, goesOn, accepts);
  await vi.runAllTimersAsync();
  const whole = await done;
  return { list, whole, lines: whole?.parts.join('').trim().split('\r\n') };
};

test.each([0, 1, 999, 1_000, 1_001, 2_500])(
  'a list of %d rows is in the file, each row once',
  async (count) => {
    const { whole, lines } = await read(count);
    expect(whole).toMatchObject({ rows: count, isCut: false });
    expect(lines).toEqual(['at', ...Array.from({ length: count }, (_, k) => String(count - k))]);
  },
);

test('a filter looks at every row of the list, and not at the loaded ones alone', async () => {
  const { whole, lines } = await read(2_500, ({ atUs }) => atUs % 1_000 === 1);
  expect(lines).toEqual(['at', '2001', '1001', '1']);
  expect(whole?.rows).toBe(3);
});

test('a download that is ended makes no file, and no further page is asked for', async () => {
  const { list, whole } = await read(5_000, undefined, (rows) => rows < 2_000);
  expect(whole).toBeUndefined();
  expect(list.asked).toHaveLength(2);
});
