/** Binance's frames as a recording keeps them: the changes of its streams, and each REST snapshot as a frame of its own. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { BOOK_DEPTH } from './book-levels.ts';
import { BinanceWire } from './capture-frames.ts';
import { BinanceDecoder } from './market-decoder.ts';
import { snapshotFrame } from './parse.ts';
import { isObject } from '../toolkit/json.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';

export const binanceFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new BinanceDecoder(instruments, sink, venue);
    const read = (bytes: Buffer, start: number, end: number, receivedUs: TimeUs): string => {
      const frame = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return frame.kind === 'error' ? `${frame.code}: ${frame.detail}` : '';
    };
    return Object.assign(read, { bookFrame: (id: InstrumentId) => decoder.bookFrame(id) });
  },
  // A run sees a window of a book, however deep its snapshots are.
  depthOf: (frame) => ({ snapshotLevels: frame.startsWith('{"snapshot":') ? BOOK_DEPTH : 0 }),
  captureFrames: () => new WireFrames(new BinanceWire()),
  bookShape,
  bookFrame: (symbol, lastUpdateId, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ lastUpdateId, bids, asks })),
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
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
