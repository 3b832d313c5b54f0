/** KuCoin's frames as a recording keeps them: the changes of its socket, and each REST order book as a frame of its own. */
import { isObject, type Json } from '../toolkit/json.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { KUCOIN_WIRE } from './capture-frames.ts';
import { KucoinDecoder } from './market-decoder.ts';
import { BOOK_TOPIC, snapshotFrame } from './parse.ts';
import { BOOK_LEVELS } from './rest.ts';
import { isNoLevel } from './sequence.ts';

const NOTHING = { snapshotLevels: 0 };

export const kucoinFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new KucoinDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
    };
  },
  depthOf(frame) {
    const json = frame.startsWith('{"snapshot":') ? jsonOf(frame) : undefined;
    if (json === undefined) return NOTHING;
    const { bids, asks } = bookOf(json['data']);
    const sizes = [bids, asks].map((side) => (Array.isArray(side) ? side.length : 0));
    return { snapshotLevels: Math.max(...sizes) };
  },
  depthFor: (levels) => Math.max(levels, BOOK_LEVELS),
  captureFrames: () => new WireFrames(KUCOIN_WIRE),
  bookShape,
  bookFrame: (symbol, sequence, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ sequence: String(sequence), bids, asks })),
};

function bookShape(frame: string): BookShape | undefined {
  const json = jsonOf(frame);
  if (json === undefined) return undefined;
  if (typeof json['snapshot'] === 'string') {
    const { bids, asks } = bookOf(json['data']);
    return { symbol: json['snapshot'], isSnapshot: true, ...rowDigits([bids, asks]) };
  }
  const { topic, data } = json;
  if (typeof topic !== 'string' || !topic.startsWith(BOOK_TOPIC) || !isObject(data)) return undefined;
  const { bids, asks }: Json = isObject(data['changes']) ? data['changes'] : {};
  const sides = [bids, asks].map((side) =>
    Array.isArray(side) ? (side as unknown[]).filter((row) => !isNoLevel(row)) : [],
  );
  return { symbol: topic.slice(BOOK_TOPIC.length), isSnapshot: false, ...rowDigits(sides) };
}

/** The book inside of a REST answer, or of what stands for one. */
function bookOf(body: unknown): Json {
  const data = isObject(body) && isObject(body['data']) ? body['data'] : body;
  return isObject(data) ? data : {};
}

function jsonOf(frame: string): Json | undefined {
  try {
    const json: unknown = JSON.parse(frame);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
