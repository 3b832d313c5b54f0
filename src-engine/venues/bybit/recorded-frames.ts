/** Bybit's frames as a recording keeps them: snapshots and changes of its spot connection. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject } from '../toolkit/json.ts';
import { BYBIT_WIRE } from './capture-frames.ts';
import { bybitDecoder } from './feed.ts';
import { RESTART_ID } from './update-id.ts';

/** Those of the spot market. */
const BOOK_DEPTHS = [1, 50, 200, 1_000];

export const bybitFrames = frameCodec({
  decoder: bybitDecoder,
  mark: '"orderbook.',
  bookOf({ topic, type, data }) {
    if (!isObject(data) || typeof data['s'] !== 'string') return undefined;
    const depth = Number(/^orderbook\.(\d+)\./.exec(String(topic))?.[1] ?? 0);
    return {
      symbol: data['s'],
      isSnapshot: type === 'snapshot' || data['u'] === RESTART_ID,
      bids: data['b'],
      asks: data['a'],
      depth: depth > 0 ? depth : undefined,
    };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  wire: BYBIT_WIRE,
  bookFrame: (symbol, u, b, a) =>
    JSON.stringify({ topic: `orderbook.50.${symbol}`, type: 'snapshot', data: { s: symbol, b, a, u } }),
});
