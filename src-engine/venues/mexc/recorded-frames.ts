/** MEXC's frames as a recording keeps them: bytes as base64, each REST order book as a frame of its own. */
import { frameCodec, type RecordedBook } from '../toolkit/frame-codec.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { NOTHING, type WireRules } from '../toolkit/wire-frames.ts';
import { BOOK_DEPTH, mexcDecoder } from './feed.ts';
import {
  ASKS,
  BIDS,
  CHANGES,
  CHANNEL,
  DEALS,
  FIRST_BODY,
  OPEN_BRACE,
  packedText,
  PRICE,
  QUANTITY,
  SYMBOL,
} from './fields.ts';
import { instrumentsFromInfo } from './instruments.ts';
import { snapshotFrame } from './parse.ts';
import { type ProtoField, protoFields, protoText } from './protobuf.ts';
import { SYMBOLS } from './rest.ts';

type Push = { readonly symbol: string; readonly channel: string; readonly body: ProtoField | undefined };

/** Undefined for bytes that are no message. */
function pushOf(bytes: Buffer): Push | undefined {
  try {
    const fields = protoFields(bytes);
    return {
      symbol: protoText(fields, SYMBOL),
      channel: protoText(fields, CHANNEL).split('@')[1] ?? '',
      body: fields.findLast(({ number }) => number >= FIRST_BODY),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

const WIRE: WireRules = {
  list: {
    url: new RegExp(`${SYMBOLS}(\\?|$)`),
    name: 'exchange information',
    read: (json) => instrumentsFromInfo(json),
  },
  books: {
    url: /\/api\/v3\/depth\?/,
    parameter: 'symbol',
    nameless: 'order book without a symbol',
    frame: snapshotFrame,
  },
  rest: 'other channels',
  beforehand({ bytes }) {
    if (bytes === undefined || bytes[0] === OPEN_BRACE) return undefined;
    const push = pushOf(bytes);
    if (push === undefined) return 'no protobuf message';
    const { symbol, channel, body } = push;
    if (body?.number !== CHANGES && body?.number !== DEALS) return channel || 'nameless';
    return [{ symbol, text: packedText(bytes) }];
  },
  message(json, { text }) {
    // A recording of ours has them as frames already.
    if (typeof json['snapshot'] === 'string') return [{ symbol: json['snapshot'], text }];
    const push = typeof json['pb'] === 'string' ? pushOf(Buffer.from(json['pb'], 'base64')) : undefined;
    return push === undefined ? NOTHING : [{ symbol: push.symbol, text }];
  },
};

export const mexcFrames = frameCodec({
  decoder: mexcDecoder,
  mark: '{"',
  bookOf(json) {
    const { snapshot, data, pb } = json;
    if (typeof pb === 'string') return changedBook(Buffer.from(pb, 'base64'));
    if (typeof snapshot !== 'string' || !isObject(data)) return undefined;
    const { bids, asks }: Json = data;
    return { symbol: snapshot, isSnapshot: true, bids: best(bids), asks: best(asks) };
  },
  depthFor: (levels) => Math.max(levels, BOOK_DEPTH),
  wire: WIRE,
  bookFrame: (symbol, lastUpdateId, bids, asks) =>
    snapshotFrame(symbol, JSON.stringify({ lastUpdateId, bids, asks, own: true })),
});

/** A run sees the window of a book, however deep its snapshots are. */
function best(side: unknown): unknown {
  return Array.isArray(side) ? (side as unknown[]).slice(0, BOOK_DEPTH) : side;
}

function changedBook(bytes: Buffer): RecordedBook | undefined {
  const { symbol, body } = pushOf(bytes) ?? {};
  if (symbol === undefined || body?.number !== CHANGES || body.bytes === undefined) return undefined;
  try {
    const fields = protoFields(body.bytes);
    const rows = (side: number): readonly (readonly string[])[] =>
      fields
        .filter(({ number }) => number === side)
        .map((row) => {
          const level = protoFields(row.bytes ?? Buffer.alloc(0));
          return [protoText(level, PRICE), protoText(level, QUANTITY)];
        });
    return { symbol, isSnapshot: false, bids: rows(BIDS), asks: rows(ASKS) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}
