/** Binance's frames as a recording keeps them: the changes of its streams, and each REST snapshot as a frame of its own. */
import type { FrameCodec } from '../venue-adapter.ts';
import { BinanceDecoder } from './market-decoder.ts';
import { snapshotFrame } from './parse.ts';
import { isObject } from './rest-errors.ts';

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
  bookFrame: (symbol, lastUpdateId, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ lastUpdateId, bids, asks })),
  depthFor: (levels) => SNAPSHOT_LIMITS.find((limit) => limit >= levels) ?? levels,
};
