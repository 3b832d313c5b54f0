/**
 * Books in recordings of MEXC's spot stream, whose data are protobuf: `aggre.depth` with the REST book that its changes join on to, or
 * the best levels of `limit.depth`, each push whole. Answers to requests are JSON.
 * Source of the shapes: MEXC spot v3, "How to properly maintain a local copy of the order book", and its published .proto files.
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, objectOf, textOf } from '../capture/exact-json.ts';
import type { WrittenLevel } from '../capture/plain-decimal.ts';
import { bookMessage, ChannelOf, idOf, other, ranged, rowLevels } from '../capture/reading.ts';
import {
  ASKS,
  BIDS,
  CHANGES,
  CHANNEL,
  FROM_VERSION,
  OPEN_BRACE,
  packedBytes,
  PRICE,
  QUANTITY,
  SYMBOL,
  TO_VERSION,
  WHOLE,
} from './fields.ts';
import { type ProtoField, protoFields, protoText } from './protobuf.ts';

const REST_BOOK = /\/api\/v3\/depth\?/;
/** Of a whole book. */
const WHOLE_VERSION = 4;

/** Each change covers versions; its first is the one after the last version of the change before it. */
export class MexcCaptureReader implements CaptureReader {
  readonly venues = ['mexc'];
  readonly integrity = 'sequence';
  readonly rule = { continuity: ranged, hasRestSnapshots: true, refusesCrossed: true };
  readonly #channels = new ChannelOf();

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return this.#answer(record);
    const { line } = record;
    const bytes = record.bytes ?? packedBytes(record.text);
    if (bytes === undefined || bytes[0] === OPEN_BRACE) {
      const frame = exactObject(record);
      // As a recording of ours keeps the answer of a REST call.
      const named = textOf(frame['snapshot']);
      if (named !== '') return this.#restBook(named, objectOf(frame['data']));
      return other(textOf(frame['msg']) || textOf(frame['c']).split('@')[1] || 'nameless');
    }
    let wrapper: readonly ProtoField[];
    try {
      wrapper = protoFields(bytes);
    } catch (error) {
      throw badLine(line, error instanceof Error ? error.message : 'its frame is no protobuf message');
    }
    const channel = protoText(wrapper, CHANNEL).split('@')[1] ?? '';
    const symbol = protoText(wrapper, SYMBOL);
    const body = wrapper.findLast(({ number }) => number === WHOLE || number === CHANGES);
    if (body?.bytes === undefined) return other(channel || 'nameless');
    if (symbol === '') throw badLine(line, `${channel} without its symbol`);
    const inner = body.bytes;
    const isWhole = body.number === WHOLE;
    return this.#book(isWhole ? 'snapshot' : 'delta', symbol, isWhole ? 'limit.depth' : 'aggre.depth', () => {
      const fields = protoFields(inner);
      const last = idOf(protoText(fields, isWhole ? WHOLE_VERSION : TO_VERSION), 'its version');
      const first = isWhole ? last : idOf(protoText(fields, FROM_VERSION), 'fromVersion');
      return { first, last, bids: levelsOf(fields, BIDS, 'bids'), asks: levelsOf(fields, ASKS, 'asks') };
    });
  }

  #answer(record: CaptureRecord): readonly CaptureMessage[] {
    const { pathname, searchParams } = new URL(record.url, 'https://x');
    const symbol = searchParams.get('symbol') ?? '';
    if (!REST_BOOK.test(record.url) || symbol === '') return other(`REST ${pathname}`);
    return this.#restBook(symbol, exactObject(record));
  }

  #restBook(symbol: string, json: Json): readonly CaptureMessage[] {
    return this.#book('snapshot', symbol, 'aggre.depth', () => {
      const last = idOf(json['lastUpdateId'], 'lastUpdateId');
      return {
        first: last,
        last,
        bids: rowLevels(json['bids'], 'bids'),
        asks: rowLevels(json['asks'], 'asks'),
      };
    });
  }

  #book(
    kind: BookMessage['kind'],
    symbol: string,
    channel: string,
    parts: () => Omit<BookMessage, 'kind' | 'symbol'>,
  ): readonly CaptureMessage[] {
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    return [bookMessage(kind, symbol, parts)];
  }
}

/** A side that did not change is left out. */
function levelsOf(fields: readonly ProtoField[], number: number, side: string): WrittenLevel[] {
  const rows = fields
    .filter((field) => field.number === number)
    .map(({ bytes = Buffer.alloc(0) }) => {
      const level = protoFields(bytes);
      return [protoText(level, PRICE), protoText(level, QUANTITY)];
    });
  return rowLevels(rows, side);
}
