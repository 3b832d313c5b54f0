/**
 * Books in recordings of Gate's spot stream: `spot.order_book_update` with the REST book that its changes join on to, `spot.obu`,
 * whose first push is whole, or `spot.order_book`, whose every push is.
 * Source of the shapes: Gate, "Spot WebSocket v4" and `GET /api/v4/spot/order_book`.
 */
import type { CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, ChannelOf, idOf, other, ranged, rowLevels } from '../capture/reading.ts';

const REST_BOOK = /\/spot\/order_book\?/;
const CHANGES = 'spot.order_book_update';
const WHOLE = 'spot.order_book';
/** `ob.BTC_USDT.400`: the pair and its depth. */
const LIMITED = 'spot.obu';
const LIMITED_PAIR = /^ob\.(.+)\.\d+$/;

/** Each change covers the ids U to u; the first one behind a book covers the id after the book's own. */
export class GateCaptureReader implements CaptureReader {
  readonly venues = ['gate'];
  readonly integrity = 'sequence';
  readonly rule = { continuity: ranged, hasRestSnapshots: true, refusesCrossed: true };
  readonly #channels = new ChannelOf();

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') {
      const { pathname, searchParams } = new URL(record.url, 'https://x');
      const symbol = searchParams.get('currency_pair') ?? '';
      if (!REST_BOOK.test(record.url) || symbol === '') return other(`REST ${pathname}`);
      const book = exactObject(record);
      return 'id' in book ? this.#book(symbol, CHANGES, book, 'id') : other('REST book without its id');
    }
    const frame = exactObject(record);
    const channel = textOf(frame['channel']);
    const event = textOf(frame['event']);
    const result = objectOf(frame['result']);
    if (channel === '') throw badLine(record.line, 'its frame has no channel');
    if (event !== 'update') return other(`${channel} ${event}`.trim());
    if (channel === CHANGES) {
      const symbol = textOf(result['s']);
      if (symbol === '') throw badLine(record.line, `a ${CHANGES} without its pair`);
      return result['full'] === true
        ? this.#book(symbol, CHANGES, result, 'u')
        : this.#change(symbol, CHANGES, result);
    }
    if (channel === LIMITED) {
      const symbol = LIMITED_PAIR.exec(textOf(result['s']))?.[1];
      if (symbol === undefined) throw badLine(record.line, `a ${LIMITED} without its pair`);
      const own = textOf(result['s']);
      return result['full'] === true
        ? this.#book(symbol, own, result, 'u')
        : this.#change(symbol, own, result);
    }
    if (channel === WHOLE) {
      const symbol = textOf(result['s']);
      if (symbol === '') throw badLine(record.line, `a ${WHOLE} without its pair`);
      return this.#book(symbol, WHOLE, result, 'lastUpdateId');
    }
    return other(channel);
  }

  #book(symbol: string, channel: string, json: Json, id: string): readonly CaptureMessage[] {
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    return [
      bookMessage('snapshot', symbol, () => {
        const last = idOf(json[id], id);
        return {
          first: last,
          last,
          bids: rowLevels(json['bids'] ?? json['b'], 'bids'),
          asks: rowLevels(json['asks'] ?? json['a'], 'asks'),
        };
      }),
    ];
  }

  #change(symbol: string, channel: string, json: Json): readonly CaptureMessage[] {
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    return [
      bookMessage('delta', symbol, () => ({
        first: idOf(json['U'], 'U'),
        last: idOf(json['u'], 'u'),
        bids: rowLevels(json['b'], 'b'),
        asks: rowLevels(json['a'], 'a'),
      })),
    ];
  }
}
