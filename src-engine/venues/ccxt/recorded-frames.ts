/** Lines of a ccxt process as a recording keeps them. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, ccxtDecoder } from './feed.ts';
import { instrumentsFromMarkets } from './instruments.ts';

/** No other program records these lines: a capture of them has the books alone. */
const WIRE: WireRules = {
  list: {
    url: /^ccxt:.*\/markets$/,
    name: 'markets',
    read: (markets) => instrumentsFromMarkets({ markets }),
  },
  rest: 'others',
  message({ event, symbol }, { text }) {
    if (event === 'ack' || event === 'pong') return NOTHING;
    return event === 'book' && typeof symbol === 'string' ? [{ symbol, text }] : 'no book';
  },
};

export const ccxtFrames = frameCodec({
  decoder: ccxtDecoder,
  mark: '"event":"book"',
  bookOf({ symbol, bids, asks }) {
    return typeof symbol === 'string' ? { symbol, isSnapshot: true, bids, asks } : undefined;
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (symbol, _seq, bids, asks) =>
    JSON.stringify({ event: 'book', symbol, time: null, bids, asks, left: 0, why: '' }),
});
