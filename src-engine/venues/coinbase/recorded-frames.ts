/** Coinbase's frames as a recording keeps them. */
import { isObject, type Json } from '../toolkit/json.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';
import type { BookLevels, FrameCodec } from '../venue-adapter.ts';
import { CoinbaseWire } from './capture-frames.ts';
import { BOOK_DEPTH, CoinbaseDecoder } from './market-decoder.ts';
import { streamOf } from './products.ts';

export const coinbaseFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new CoinbaseDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      const fault = read.kind === 'books' ? read.errors[0] : read;
      return fault?.kind === 'error' ? `${fault.code}: ${fault.detail}` : '';
    };
  },
  // A run sees a window of a book, whatever its depth at the venue.
  depthOf: (frame) => ({ snapshotLevels: bookOf(frame)?.isSnapshot === true ? BOOK_DEPTH : 0 }),
  captureFrames: () => new WireFrames(new CoinbaseWire()),
  bookShape(frame) {
    const book = bookOf(frame);
    if (book === undefined) return undefined;
    const rows = book.updates.map((row) => (isObject(row) ? [row['price_level'], row['new_quantity']] : []));
    return { symbol: book.symbol, isSnapshot: book.isSnapshot, ...rowDigits([rows]) };
  },
  bookFrame: (symbol, _seq, bids, asks) =>
    JSON.stringify({
      channel: 'l2_data',
      timestamp: '',
      sequence_num: 0,
      events: [
        {
          type: 'snapshot',
          product_id: streamOf(symbol),
          updates: [...rowsOf('bid', bids), ...rowsOf('offer', asks)],
        },
      ],
    }),
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
};

function rowsOf(side: 'bid' | 'offer', levels: BookLevels): object[] {
  return levels.map(([price_level, new_quantity]) => ({ side, event_time: '', price_level, new_quantity }));
}

type RecordedBook = {
  readonly symbol: string;
  readonly isSnapshot: boolean;
  readonly updates: readonly unknown[];
};

function bookOf(frame: string): RecordedBook | undefined {
  if (!frame.slice(0, 40).includes('"l2_data"')) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return undefined;
  }
  const events: unknown = isObject(json) ? json['events'] : undefined;
  const event: unknown = Array.isArray(events) ? events[0] : undefined;
  const { product_id: symbol, type, updates }: Json = isObject(event) ? event : {};
  if (typeof symbol !== 'string' || !Array.isArray(updates)) return undefined;
  return { symbol, isSnapshot: type === 'snapshot', updates: updates as unknown[] };
}
