/** Bybit's frames as a recording keeps them: snapshots and changes of its spot connection. */
import { isObject, type Json } from '../toolkit/json.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { BYBIT_WIRE } from './capture-frames.ts';
import { BybitDecoder } from './market-decoder.ts';
import { RESTART_ID } from './update-id.ts';

/** Those of the spot market. */
const BOOK_DEPTHS = [1, 50, 200, 1_000];
const NOTHING = { snapshotLevels: 0 };

export const bybitFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new BybitDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
    };
  },
  depthOf(frame) {
    const [json, data] = bookOf(frame);
    if (data === undefined) return NOTHING;
    const depth = Number(/^orderbook\.(\d+)\./.exec(String(json['topic']))?.[1] ?? 0);
    const sizes = [data['b'], data['a']].map((side) => (Array.isArray(side) ? side.length : 0));
    const snapshotLevels = json['type'] === 'snapshot' ? Math.max(...sizes) : 0;
    return depth > 0 ? { depth, snapshotLevels } : { snapshotLevels };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  captureFrames: () => new WireFrames(BYBIT_WIRE),
  bookShape,
  bookFrame: (symbol, u, b, a) =>
    JSON.stringify({ topic: `orderbook.50.${symbol}`, type: 'snapshot', data: { s: symbol, b, a, u } }),
};

function bookShape(frame: string): BookShape | undefined {
  const [json, data] = bookOf(frame);
  const symbol = data?.['s'];
  if (data === undefined || typeof symbol !== 'string') return undefined;
  const isSnapshot = json['type'] === 'snapshot' || data['u'] === RESTART_ID;
  return { symbol, isSnapshot, ...rowDigits([data['b'], data['a']]) };
}

/** The frame and the data of a book; no data for any other frame. */
function bookOf(frame: string): readonly [Json, Json | undefined] {
  if (!frame.includes('"orderbook.')) return [{}, undefined];
  try {
    const json: unknown = JSON.parse(frame);
    if (isObject(json) && isObject(json['data'])) return [json, json['data']];
  } catch {
    // Not a frame of a book.
  }
  return [{}, undefined];
}
