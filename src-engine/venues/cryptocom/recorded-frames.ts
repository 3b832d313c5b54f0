/** Crypto.com's frames as a recording keeps them, and which record of a recorded wire is which. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, BOOK_DEPTHS, cryptocomDecoder } from './feed.ts';
import { instrumentsFromResult } from './instruments.ts';
import { INSTRUMENTS } from './rest.ts';

const BOOKS: ReadonlySet<unknown> = new Set(['book', 'book.update']);

const WIRE: WireRules = {
  list: {
    url: new RegExp(`${INSTRUMENTS}(\\?|$)`),
    name: 'instruments',
    read: (json) => instrumentsFromResult(isObject(json) ? json['result'] : undefined),
  },
  rest: 'other channels',
  message({ result }, { text }) {
    if (!isObject(result)) return NOTHING;
    const { channel, instrument_name: symbol } = result;
    const isKept = BOOKS.has(channel) || channel === 'trade';
    if (isKept && typeof symbol === 'string') return [{ symbol, text }];
    return typeof channel === 'string' ? channel : 'no known channel';
  },
};

export const cryptocomFrames = frameCodec({
  decoder: cryptocomDecoder,
  mark: '"book',
  bookOf({ result }) {
    const { channel, instrument_name: symbol, depth, data }: Json = isObject(result) ? result : {};
    const entry: unknown = Array.isArray(data) ? data[0] : undefined;
    if (!BOOKS.has(channel) || typeof symbol !== 'string' || !isObject(entry)) return undefined;
    const { bids, asks }: Json = isObject(entry['update']) ? entry['update'] : entry;
    const known = typeof depth === 'number' ? depth : undefined;
    return { symbol, isSnapshot: channel === 'book', bids, asks, depth: known };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  wire: WIRE,
  bookFrame: (symbol, u, bids, asks) => {
    const result = {
      instrument_name: symbol,
      channel: 'book',
      depth: BOOK_DEPTH,
      data: [{ bids, asks, t: 0, u }],
    };
    return JSON.stringify({ id: -1, method: 'subscribe', code: 0, result });
  },
});
