/** A venue's frames as a recording keeps them: what is the same wherever a frame is a JSON object with at most one book in it. */
import type { BookShape, FrameCodec } from '../venue-adapter.ts';
import { isObject, type Json } from './json.ts';
import { rowDigits } from './row-digits.ts';
import type { StreamDecoder } from './stream-decoder.ts';
import { WireFrames, type WireRules } from './wire-frames.ts';

/** The book in a frame, with rows that begin with price and quantity. */
export type RecordedBook = {
  readonly symbol: string;
  readonly isSnapshot: boolean;
  readonly bids: unknown;
  readonly asks: unknown;
  /** Depth of the channel, where the frame says it. */
  readonly depth?: number | undefined;
};

export type FrameCodecOptions = {
  readonly decoder: (...of: Parameters<FrameCodec['decoder']>) => Pick<StreamDecoder, 'decodeEscaped'>;
  /** Stands in the text of every frame with a book: the others are not looked into. */
  readonly mark: string;
  /** Undefined for a frame without a book. */
  readonly bookOf: (json: Json) => RecordedBook | undefined;
  readonly depthFor: FrameCodec['depthFor'];
  readonly bookFrame: NonNullable<FrameCodec['bookFrame']>;
  /** Where a record is read by what came before it: rules of each capture's own. */
  readonly wire: WireRules | (() => WireRules);
};

export function frameCodec({
  decoder,
  mark,
  bookOf,
  depthFor,
  bookFrame,
  wire,
}: FrameCodecOptions): FrameCodec {
  const read = (frame: string): RecordedBook | undefined => {
    if (!frame.includes(mark)) return undefined;
    try {
      const json: unknown = JSON.parse(frame);
      return isObject(json) ? bookOf(json) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    decoder(instruments, sink, venue) {
      const own = decoder(instruments, sink, venue);
      return (bytes, start, end, receivedUs) => {
        const frame = own.decodeEscaped(bytes, start, end, receivedUs);
        return frame.kind === 'error' ? `${frame.code}: ${frame.detail}` : '';
      };
    },
    depthOf(frame) {
      const book = read(frame);
      if (book === undefined) return { snapshotLevels: 0 };
      const snapshotLevels = book.isSnapshot ? Math.max(rowsOf(book.bids), rowsOf(book.asks)) : 0;
      return book.depth === undefined ? { snapshotLevels } : { depth: book.depth, snapshotLevels };
    },
    depthFor,
    captureFrames: () => new WireFrames(typeof wire === 'function' ? wire() : wire),
    bookFrame,
    bookShape(frame): BookShape | undefined {
      const book = read(frame);
      if (book === undefined) return undefined;
      const { symbol, isSnapshot, bids, asks } = book;
      return { symbol, isSnapshot, ...rowDigits([bids, asks]) };
    },
  };
}

function rowsOf(side: unknown): number {
  return Array.isArray(side) ? side.length : 0;
}
