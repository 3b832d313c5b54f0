/**
 * Venues whose streams keep a window of a book: a level that leaves it is removed by a message, and the one that comes into it is sent.
 * So every level of the window is known, and nothing has to be left out of it or asked for again; where it were otherwise, a side would
 * shrink or grow with the market. (Where a stream has every change of a book whose snapshots are cut, `KnownBook` knows its edge.)
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { HAS_SHARED_DATA, sharedFile } from '../testing/shared-data.ts';

type Rows = readonly (readonly [price: string, qty: string])[];
type Book = { readonly isSnapshot: boolean; readonly bids: Rows; readonly asks: Rows };
type Side = Set<string>;
type Message = {
  readonly topic?: string;
  readonly type?: string;
  readonly action?: string;
  readonly arg?: { readonly channel: string; readonly instId: string };
  readonly data?:
    | { readonly b: Rows; readonly a: Rows }
    | readonly { readonly bids: Rows; readonly asks: Rows }[];
};

const READERS = {
  bybit({ topic, type, data }: Message, name: string): Book | undefined {
    if (topic !== name || data === undefined || !('b' in data)) return undefined;
    return { isSnapshot: type === 'snapshot', bids: data.b, asks: data.a };
  },
  okx({ action, arg, data }: Message, name: string): Book | undefined {
    if (action === undefined || `${arg?.channel} ${arg?.instId}` !== name || !Array.isArray(data))
      return undefined;
    const [book] = data as readonly { readonly bids: Rows; readonly asks: Rows }[];
    return book === undefined ? undefined : { isSnapshot: action === 'snapshot', ...book };
  },
} as const;

it.runIf(HAS_SHARED_DATA).each([
  ['BYBIT', 'bybit', 'orderbook.200.BTCUSDT', 200],
  ['BYBIT', 'bybit', 'orderbook.200.DOGEUSDT', 200],
  ['OKX', 'okx', 'books BTC-USDT', 400],
] as const)(
  '%s, by a recording: %s %s has all %i levels after every message, and none is cut here',
  (file, venue, name, window) => {
    const sides: readonly [Side, Side] = [new Set(), new Set()];
    const sizes = new Set<number>();
    const lines = gunzipSync(readFileSync(sharedFile(`venues/${file}.jsonl.gz`)))
      .toString('utf8')
      .trim()
      .split('\n');
    let messages = 0;
    for (const line of lines) {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data?: string };
      if (t !== 'recv' || data?.startsWith('{') !== true) continue;
      const book = READERS[venue](JSON.parse(data) as Message, name);
      if (book === undefined) continue;
      messages++;
      for (const [at, rows] of [book.bids, book.asks].entries()) {
        const side = sides[at] as Side;
        if (book.isSnapshot) side.clear();
        for (const [price, qty] of rows) {
          if (Number(qty) === 0) side.delete(price);
          else side.add(price);
        }
        sizes.add(side.size);
      }
    }
    expect(messages).toBeGreaterThan(50);
    expect([...sizes]).toEqual([window]);
  },
);
