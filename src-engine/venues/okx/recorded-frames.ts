/** OKX's frames as a recording keeps them: those of its streams, and each book by REST as a frame of its own. */
import { isObject, type Json } from '../toolkit/json.ts';
import { rowDigits } from '../toolkit/row-digits.ts';
import { WireFrames } from '../toolkit/wire-frames.ts';
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { OKX_WIRE } from './capture-frames.ts';
import { BOOK_DEPTH } from './feed.ts';
import { OkxDecoder } from './market-decoder.ts';

export const okxFrames: FrameCodec = {
  decoder(instruments, sink, venue) {
    const decoder = new OkxDecoder(instruments, sink, venue);
    return (bytes, start, end, receivedUs) => {
      const read = decoder.decodeEscaped(bytes, start, end, receivedUs);
      return read.kind === 'error' ? `${read.code}: ${read.detail}` : '';
    };
  },
  depthOf(frame) {
    const book = frame.includes('"snapshot"') ? bookOf(frame) : undefined;
    if (book?.isSnapshot !== true) return { snapshotLevels: 0 };
    return { snapshotLevels: Math.max(book.bids.length, book.asks.length) };
  },
  captureFrames: () => new WireFrames(OKX_WIRE),
  bookShape,
  bookFrame: (instId, seqId, bids, asks) =>
    JSON.stringify({
      arg: { channel: 'books', instId },
      action: 'snapshot',
      data: [{ asks, bids, seqId, prevSeqId: -1 }],
    }),
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
};

function bookShape(frame: string): BookShape | undefined {
  const book = bookOf(frame);
  if (book === undefined) return undefined;
  return { symbol: book.symbol, isSnapshot: book.isSnapshot, ...rowDigits([book.bids, book.asks]) };
}

type RecordedBook = {
  readonly symbol: string;
  readonly isSnapshot: boolean;
  readonly bids: readonly unknown[];
  readonly asks: readonly unknown[];
};

function bookOf(frame: string): RecordedBook | undefined {
  let json: unknown;
  try {
    json = JSON.parse(frame);
  } catch {
    return undefined;
  }
  if (!isObject(json)) return undefined;
  const arg: Json = isObject(json['arg']) ? json['arg'] : {};
  const answer = isObject(json['answer']) ? json['answer'] : undefined;
  const symbol = answer === undefined ? arg['instId'] : json['snapshot'];
  const data = answer === undefined ? json['data'] : answer['data'];
  const entry: unknown = Array.isArray(data) ? data[0] : undefined;
  if (typeof symbol !== 'string' || !isObject(entry)) return undefined;
  if (answer === undefined && arg['channel'] !== 'books') return undefined;
  const side = (key: string): readonly unknown[] => {
    const rows = entry[key];
    return Array.isArray(rows) ? (rows as unknown[]) : [];
  };
  const isSnapshot = answer !== undefined || json['action'] === 'snapshot';
  return { symbol, isSnapshot, bids: side('bids'), asks: side('asks') };
}
