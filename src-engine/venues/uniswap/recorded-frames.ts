/** Lines of the process that reads pools, as a recording keeps them: block, hash and both sides of each book. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, poolDecoder } from './feed.ts';
import { instrumentsFromPools } from './instruments.ts';

/** No other program records these lines: a capture of them has the books alone. */
const WIRE: WireRules = {
  list: { url: /^chain:.*\/markets$/, name: 'markets', read: (rows) => instrumentsFromPools({ rows }) },
  rest: 'others',
  message({ event, symbol }, { text }) {
    if (event === 'ack' || event === 'pong' || event === 'alive' || event === 'gas') return NOTHING;
    return event === 'book' && typeof symbol === 'string' ? [{ symbol, text }] : 'no book';
  },
};

export const poolFrames = frameCodec({
  decoder: poolDecoder,
  mark: '"event":"book"',
  bookOf({ symbol, bids, asks }) {
    return typeof symbol === 'string' ? { symbol, isSnapshot: true, bids, asks } : undefined;
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (symbol, _seq, bids, asks) =>
    JSON.stringify({ event: 'book', symbol, block: 0, hash: '', time: 0, bids, asks }),
});
