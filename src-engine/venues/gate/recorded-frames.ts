/** Gate's frames as a recording keeps them, and which record of a recorded wire is which. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, BOOK_DEPTHS, bookName, gateDecoder } from './feed.ts';
import { instrumentsFromPairs } from './instruments.ts';
import { BOOK_NAME, BOOKS, TRADES } from './parse.ts';
import { PAIRS } from './rest.ts';

/** Changes of the older channel, which join on to books by REST, are left out: check-book reads them. */
const WIRE: WireRules = {
  list: { url: new RegExp(`${PAIRS}(\\?|$)`), name: 'currency pairs', read: instrumentsFromPairs },
  rest: 'other channels',
  message({ channel, event, result }, { text }) {
    if (event !== 'update') return NOTHING;
    const { s, currency_pair: pair } = isObject(result) ? result : {};
    const symbol = channel === BOOKS && typeof s === 'string' ? BOOK_NAME.exec(s)?.[1] : pair;
    if ((channel === BOOKS || channel === TRADES) && typeof symbol === 'string') return [{ symbol, text }];
    return typeof channel === 'string' ? channel : 'no known channel';
  },
};

export const gateFrames = frameCodec({
  decoder: gateDecoder,
  mark: `"${BOOKS}"`,
  bookOf({ result }) {
    const { s, full, b = [], a = [] } = isObject(result) ? result : {};
    const [, symbol, depth] = typeof s === 'string' ? (BOOK_NAME.exec(s) ?? []) : [];
    if (symbol === undefined) return undefined;
    return { symbol, isSnapshot: full === true, bids: b, asks: a, depth: Number(depth) };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  wire: WIRE,
  bookFrame: (pair, u, b, a) =>
    JSON.stringify({
      channel: BOOKS,
      event: 'update',
      result: { t: 0, full: true, s: bookName(pair, BOOK_DEPTH), u, b, a },
    }),
});
