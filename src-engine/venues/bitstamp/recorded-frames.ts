/** Bitstamp's frames as a recording keeps them, and which record of a recorded wire is which. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, bitstampDecoder } from './feed.ts';
import { instrumentsFromMarkets } from './instruments.ts';
import { BOOKS, TRADES } from './parse.ts';
import { MARKETS } from './rest.ts';

/** Changes of `diff_order_book_*`, which join on to books by REST, are left out: check-book reads them. */
const WIRE: WireRules = {
  list: { url: new RegExp(`${MARKETS}(\\?|$)`), name: 'markets', read: instrumentsFromMarkets },
  rest: 'other channels',
  message({ event, channel }, { text }) {
    if (typeof channel !== 'string') return 'no known channel';
    if (typeof event !== 'string' || event.startsWith('bts:')) return NOTHING;
    const start = [BOOKS, TRADES].find((one) => channel.startsWith(one));
    if (start === undefined) return channel.replace(/_[^_]*$/, '');
    return [{ symbol: channel.slice(start.length), text }];
  },
};

export const bitstampFrames = frameCodec({
  decoder: bitstampDecoder,
  mark: `"${BOOKS}`,
  bookOf({ channel, data }) {
    if (typeof channel !== 'string' || !channel.startsWith(BOOKS) || !isObject(data)) return undefined;
    return { symbol: channel.slice(BOOKS.length), isSnapshot: true, bids: data['bids'], asks: data['asks'] };
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (symbol, _seq, bids, asks) =>
    JSON.stringify({ event: 'data', channel: BOOKS + symbol, data: { microtimestamp: '0', bids, asks } }),
});
