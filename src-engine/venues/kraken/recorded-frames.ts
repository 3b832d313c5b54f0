/** Kraken's frames as a recording keeps them. */
import { isObject } from '../toolkit/json.ts';
import type { FrameCodec } from '../venue-adapter.ts';
import { BOOK_DEPTHS } from './frame.ts';
import { inferBookShape } from './infer-shape.ts';
import { KrakenDecoder } from './market-decoder.ts';

const NOTHING = { snapshotLevels: 0 };

export const krakenFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new KrakenDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
    };
  },
  depthOf(frame) {
    const isAck = frame.includes('"subscribe"');
    if (!isAck && !frame.includes('"snapshot"')) return NOTHING;
    let json: unknown;
    try {
      json = JSON.parse(frame);
    } catch {
      return NOTHING;
    }
    if (!isObject(json)) return NOTHING;
    const { result, data, channel } = json;
    if (isAck && isObject(result) && typeof result['depth'] === 'number') {
      return { depth: result['depth'], snapshotLevels: 0 };
    }
    const first: unknown = Array.isArray(data) ? data[0] : undefined;
    if (channel !== 'book' || !isObject(first)) return NOTHING;
    const sizes = [first['bids'], first['asks']].map((side) => (Array.isArray(side) ? side.length : 0));
    return { snapshotLevels: Math.max(...sizes) };
  },
  depthFor: (levels) => BOOK_DEPTHS.find((depth) => depth >= levels) ?? levels,
  bookShape: (frame) => (frame.includes('"book"') ? inferBookShape(frame) : undefined),
};
