/** Binance's frames as a recording keeps them: the changes of its streams, and each REST snapshot as a frame of its own. */
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { BinanceWire } from './capture-frames.ts';
import { BinanceDecoder } from './market-decoder.ts';
import { snapshotFrame } from './parse.ts';
import { isObject } from './rest-errors.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';

/** Depths at which the weight of a snapshot changes: a live feed asks for one of them. */
const SNAPSHOT_LIMITS = [100, 500, 1_000, 5_000];
const NOTHING = { snapshotLevels: 0 };

export const binanceFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new BinanceDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
    };
  },
  depthOf(frame) {
    if (!frame.startsWith('{"snapshot":')) return NOTHING;
    let json: unknown;
    try {
      json = JSON.parse(frame);
    } catch {
      return NOTHING;
    }
    const data: unknown = isObject(json) ? json['data'] : undefined;
    if (!isObject(data)) return NOTHING;
    const sizes = [data['bids'], data['asks']].map((side) => (Array.isArray(side) ? side.length : 0));
    return { snapshotLevels: Math.max(...sizes) };
  },
  captureFrames: () => new WireFrames(new BinanceWire()),
  bookShape,
  bookFrame: (symbol, lastUpdateId, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ lastUpdateId, bids, asks })),
  depthFor: (levels) => SNAPSHOT_LIMITS.find((limit) => limit >= levels) ?? levels,
};

/** Digits are counted without the zeros at their end: every price and quantity is written with eight. */
function bookShape(frame: string): BookShape | undefined {
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const data = isObject(json['data']) ? json['data'] : json;
  const isSnapshot = typeof json['snapshot'] === 'string';
  const symbol = isSnapshot ? json['snapshot'] : data['e'] === 'depthUpdate' ? data['s'] : undefined;
  if (typeof symbol !== 'string') return undefined;
  return { symbol, isSnapshot, ...rowDigits([data['bids'], data['asks'], data['b'], data['a']]) };
}
