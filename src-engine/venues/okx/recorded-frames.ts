/** OKX's frames as a recording keeps them: those of its streams, and each book by REST as a frame of its own. */
import { frameCodec } from '../toolkit/frame-codec.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { OKX_WIRE } from './capture-frames.ts';
import { BOOK_DEPTH } from './feed.ts';
import { OkxDecoder } from './market-decoder.ts';

export const okxFrames = frameCodec({
  decoder: (instruments, sink, venue) => new OkxDecoder(instruments, sink, venue),
  mark: '"data":',
  bookOf(json) {
    const arg: Json = isObject(json['arg']) ? json['arg'] : {};
    const answer = isObject(json['answer']) ? json['answer'] : undefined;
    const symbol = answer === undefined ? arg['instId'] : json['snapshot'];
    const data = answer === undefined ? json['data'] : answer['data'];
    const entry: unknown = Array.isArray(data) ? data[0] : undefined;
    if (typeof symbol !== 'string' || !isObject(entry)) return undefined;
    if (answer === undefined && arg['channel'] !== 'books') return undefined;
    const isSnapshot = answer !== undefined || json['action'] === 'snapshot';
    return { symbol, isSnapshot, bids: entry['bids'], asks: entry['asks'] };
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: OKX_WIRE,
  bookFrame: (instId, seqId, bids, asks) =>
    JSON.stringify({
      arg: { channel: 'books', instId },
      action: 'snapshot',
      data: [{ asks, bids, seqId, prevSeqId: -1 }],
    }),
});
