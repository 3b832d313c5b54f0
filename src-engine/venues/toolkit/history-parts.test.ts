import { describe, expect, it } from 'vitest';
import type { AccountHistory } from './account-reading.ts';
import { BadField } from './account-fields.ts';
import { orderProblem, readHeld } from './account-rows.ts';
import { withSingles } from './asked-singly.ts';
import { type HistorySpan, inParts, TooLong } from './history-parts.ts';
import { VenueRefused } from './public-rest.ts';

const HOUR_MS = 3_600_000;
/** From 10 s on, by our clock; the venue's is 2 s ahead. */
const QUESTION = { sinceUs: 10_000_000, skewUs: 2_000_000, nowUs: 10_000_000 + 4 * HOUR_MS * 1_000 };
const FROM_MS = 12_000;

describe('a history in parts', () => {
  /** Reads with a bound on the length of a part; undefined: all is too much. */
  async function read(mostMs: number | undefined, question = QUESTION, longestMs?: number) {
    const spans: HistorySpan[] = [];
    const answer = await inParts(question, longestMs, async (span) => {
      spans.push(span);
      const endMs = span.endMs ?? (question.nowUs + question.skewUs) / 1_000;
      if (mostMs === undefined || endMs - span.startMs > mostMs) throw new TooLong('too long');
      return { rows: spans.length };
    });
    return { spans, answer };
  }

  it('is read to now without an end where all of it can be', async () => {
    expect(await read(4 * HOUR_MS)).toEqual({
      spans: [{ startMs: FROM_MS }],
      answer: { rows: 1, endUs: undefined },
    });
    // A clock that was set back, and nothing but this moment.
    expect((await read(HOUR_MS, { ...QUESTION, nowUs: 9_000_000 })).spans).toEqual([{ startMs: FROM_MS }]);
  });

  it('is asked for an eighth each time, the oldest part first, and says where that ended', async () => {
    const { spans, answer } = await read(4 * HOUR_MS - 1);
    expect(spans).toEqual([{ startMs: FROM_MS }, { startMs: FROM_MS, endMs: FROM_MS + HOUR_MS / 2 }]);
    expect(answer).toEqual({ rows: 2, endUs: (FROM_MS + HOUR_MS / 2) * 1_000 });
  });

  it('is never asked for more than one question may cover', async () => {
    const { spans } = await read(4 * HOUR_MS, QUESTION, HOUR_MS);
    expect(spans).toEqual([{ startMs: FROM_MS, endMs: FROM_MS + HOUR_MS }]);
    expect((await read(HOUR_MS, { ...QUESTION, nowUs: 11_000_000 }, HOUR_MS)).spans).toEqual([
      { startMs: FROM_MS },
    ]);
  });

  it.each([2, 7, 63, 64])('of %i ms is tried down to a single one', async (lastsMs) => {
    const question = { ...QUESTION, nowUs: QUESTION.sinceUs + lastsMs * 1_000 };
    const { spans } = await read(1, question);
    expect(spans.at(-1)).toEqual({ startMs: FROM_MS, endMs: FROM_MS + 1 });
  });

  it('whose single millisecond has too many rows is an error with that moment, and other errors end it', async () => {
    await expect(read(undefined)).rejects.toThrow('too many rows of one moment, 12000 ms');
    const failing = inParts(QUESTION, undefined, () => Promise.reject(new Error('unreachable')));
    await expect(failing).rejects.toThrow('unreachable');
  });
});

describe('orders that no list shows', () => {
  const history: AccountHistory<unknown> = {
    orders: [{ id: 'ended' }, 7],
    fills: [{ order: 'filled' }, { order: 'ended' }, { order: 'alive' }, {}, null],
    unread: [{ source: 'fills', row: 'X', problem: 'refused' }],
    endUs: undefined,
  };
  const idOf = (fill: Readonly<Record<string, unknown>>) =>
    typeof fill['order'] === 'string' ? { id: fill['order'] } : undefined;

  const asked = (alive: readonly string[], ask: (id: string) => Promise<unknown>) =>
    withSingles(history, [{ id: 'open' }], {
      alive: alive.map((id) => ({ id })),
      idField: 'id',
      namedBy: idOf,
      ask: ({ id }) => ask(id),
      concernsAll: (code) => code === 'clock',
      source: 'orders',
    });

  it('are asked by their ids, each once, and what the venue does not show is named', async () => {
    const ids: string[] = [];
    const { orders, unread } = await asked(['open', 'alive', 'gone', 'empty'], async (id) => {
      ids.push(id);
      if (id === 'empty') return undefined;
      if (id === 'gone') throw new VenueRefused('order', 'absent', 'no such order');
      return { id };
    });
    expect(ids).toEqual(['alive', 'gone', 'empty', 'filled']);
    expect(orders).toEqual([...history.orders, { id: 'alive' }, { id: 'filled' }]);
    expect(unread?.map(({ source, row }) => [source, row]).toSorted()).toEqual([
      ['fills', 'X'],
      ['orders', 'empty'],
      ['orders', 'gone'],
    ]);
  });

  it('are an error where they are too many, or the refusal concerns all', async () => {
    const many = Array.from({ length: 201 }, (_, k) => `order-${k}`);
    await expect(asked(many, () => Promise.resolve({}))).rejects.toThrow('203 orders of the history');
    const refused = asked([], () => Promise.reject(new VenueRefused('order', 'clock', 'off')));
    await expect(refused).rejects.toThrow('off');
  });
});

describe('rows of what is held', () => {
  const LIST = { nameField: 'coin', source: 'wallet', what: 'a balance' };

  it('are read one by one, and those that cannot be are named', () => {
    const read: string[] = [];
    const rows = [{ coin: 'BTC' }, null, { coin: '' }, { coin: 7 }, { coin: 'ETH' }, { coin: 'USD' }];
    const unread = readHeld(rows, LIST, (_, asset) => {
      if (asset === 'ETH') throw new BadField('free "x" is not an amount');
      read.push(asset);
    });
    expect(read).toEqual(['BTC', 'USD']);
    expect(unread).toEqual([
      { source: 'wallet', row: '', asset: undefined, problem: 'null is not a balance' },
      { source: 'wallet', row: '', asset: '', problem: '{"coin":""} is not a balance' },
      { source: 'wallet', row: '', asset: undefined, problem: '{"coin":7} is not a balance' },
      { source: 'wallet', row: 'ETH', asset: 'ETH', problem: 'free "x" is not an amount' },
    ]);
    const fault = (): never => {
      throw new TypeError('a fault of ours');
    };
    expect(() => readHeld([{ coin: 'BTC' }], LIST, fault)).toThrow('a fault of ours');
  });

  it('of orders name their state before their amounts', () => {
    const row = { state: 'odd', price: '1', qty: '-1' };
    const amounts = ['price', 'qty'];
    expect(orderProblem(row, false, 'state', amounts)).toBe('state "odd" is not known');
    expect(orderProblem(row, true, 'state', amounts)).toBe('qty "-1" is not an amount');
    expect(orderProblem(row, true, 'state', ['price'])).toBeUndefined();
  });
});
