/**
 * Books in recordings of Bybit's public connections (Bybit v5, "Orderbook" of the public stream). The spot market and the futures have
 * symbols of the same names: where the recording says the address of its connections, a book is named by its market as well.
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import type { CaptureRecord } from '../capture/capture-record.ts';
import { plainObject } from '../capture/exact-json.ts';
import { NOTHING, other } from '../capture/reading.ts';
import { plainLevels } from '../capture/plain-decimal.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { RESTART_ID } from './update-id.ts';

const TOPIC = /^orderbook\.(full|\d+)\.(.+)$/;
const MARKET = /\/v5\/public\/([a-z]+)/;

export class BybitCaptureReader implements CaptureReader {
  readonly venues = ['bybit', 'BYBIT'];
  readonly integrity = 'sequence';
  readonly rule = {
    // Every change is one more than the last: one that comes twice is as wrong as one that is missing.
    continuity: ({ last }: BookMessage, applied: number) =>
      last === applied + 1 ? ('follows' as const) : ('gap' as const),
    hasRestSnapshots: false,
    // The server keeps the window: what leaves it is removed by a message, and nothing else is.
    refusesUnknownRemovals: true,
    refusesCrossed: true,
  };
  /** The depth of each book that was seen first: the numbers of another depth are its own, and so is its book. */
  readonly #depths = new Map<string, string>();

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return NOTHING;
    const json = plainObject(record);
    const { topic, type, data } = json;
    const parts = typeof topic === 'string' ? TOPIC.exec(topic) : null;
    if (parts === null) {
      const { op } = json;
      const name = typeof topic === 'string' ? topic.replace(/\..*/, '') : op;
      return other(typeof name === 'string' ? name : 'nameless');
    }
    const [, depth = '', name = ''] = parts;
    const symbol = this.#bookName(name, depth, record.url);
    if (!isObject(data) || data['s'] !== name)
      return [{ kind: 'unreadable', symbol, detail: `the data of ${name} is not its book` }];
    const { u } = data;
    const isId = typeof u === 'number' && Number.isSafeInteger(u) && u > 0;
    if (!isId || (type !== 'snapshot' && type !== 'delta'))
      return [{ kind: 'unreadable', symbol, detail: 'a book without its type or its update id u' }];
    const kind = type === 'snapshot' || u === RESTART_ID ? 'snapshot' : 'delta';
    return [message(kind, symbol, u, data, depth === 'full' ? undefined : Number(depth))];
  }

  #bookName(name: string, depth: string, url: string): string {
    const market = MARKET.exec(url)?.[1];
    const symbol = market === undefined ? name : `${market}:${name}`;
    const first = this.#depths.get(symbol);
    if (first === undefined) this.#depths.set(symbol, depth);
    return first === undefined || first === depth ? symbol : `${symbol}@${depth}`;
  }
}

function message(
  kind: BookMessage['kind'],
  symbol: string,
  u: number,
  data: Json,
  window: number | undefined,
): CaptureMessage {
  try {
    const bids = plainLevels(data['b'], 'bids');
    const asks = plainLevels(data['a'], 'asks');
    return { kind, symbol, first: u, last: u, bids, asks, window };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { kind: 'unreadable', symbol, detail: error.message };
  }
}
