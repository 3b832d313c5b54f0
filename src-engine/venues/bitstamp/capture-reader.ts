/**
 * Books in recordings of Bitstamp's public stream: `diff_order_book_*` with the REST book that its changes join on to, or the
 * best 100 levels of `order_book_*`, each of them whole.
 * Source of the shapes: Bitstamp, "WebSocket API v2" and `GET /api/v2/order_book/{market}/`.
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, listOf, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, ChannelOf, idOf, other, ranged, rowLevels } from '../capture/reading.ts';

const REST_BOOK = /\/order_book\/([^/?]+)\/?(?:\?|$)/;
const CHANGES = 'diff_order_book_';
const WHOLE = 'order_book_';

/**
 * There is no sequence number, only the time of each change in µs: a change that came twice or late is found, a missing one is
 * not. A REST book may be older than the stream (it is cached for seconds), so that it counts only when a change at or before it was
 * seen, or when none had come yet.
 */
export class BitstampCaptureReader implements CaptureReader {
  readonly venues = ['bitstamp'];
  readonly integrity = 'none';
  readonly rule = { continuity: ranged, hasRestSnapshots: true, refusesCrossed: true };
  readonly #channels = new ChannelOf();
  /** Time of the last change of each book. */
  readonly #last = new Map<string, number>();
  readonly #hasSnapshot = new Set<string>();

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') {
      const symbol = REST_BOOK.exec(record.url)?.[1];
      if (symbol === undefined) return other(`REST ${new URL(record.url, 'https://x').pathname}`);
      return this.#snapshot(symbol, CHANGES, exactObject(record));
    }
    const frame = exactObject(record);
    const event = textOf(frame['event']);
    const channel = textOf(frame['channel']);
    const data = objectOf(frame['data']);
    if (event === '') throw badLine(record.line, 'its frame has no event');
    if (event !== 'data') return other(channel === '' ? event : `${event} of ${kindOf(channel)}`);
    if (channel.startsWith(CHANGES)) return this.#change(channel.slice(CHANGES.length), data);
    if (channel.startsWith(WHOLE)) return this.#snapshot(channel.slice(WHOLE.length), WHOLE, data);
    return other(kindOf(channel));
  }

  #snapshot(symbol: string, channel: string, json: Json): readonly CaptureMessage[] {
    if (!this.#channels.isOf(symbol, channel)) return other(`${channel}${symbol}, beside another channel`);
    this.#hasSnapshot.add(symbol);
    return [
      bookMessage('snapshot', symbol, () => {
        const last = idOf(json['microtimestamp'], 'microtimestamp');
        return { first: last, last, ...sides(json) };
      }),
    ];
  }

  #change(symbol: string, json: Json): readonly CaptureMessage[] {
    if (!this.#channels.isOf(symbol, CHANGES)) return other(`${CHANGES}${symbol}, beside another channel`);
    return [bookMessage('delta', symbol, () => ({ ...this.#numbers(symbol, json), ...sides(json) }))];
  }

  #numbers(symbol: string, json: Json): Pick<BookMessage, 'first' | 'last'> {
    const last = idOf(json['microtimestamp'], 'microtimestamp');
    const before = this.#last.get(symbol);
    if (before === undefined || last > before) this.#last.set(symbol, last);
    if (before !== undefined) return { first: before + 1, last };
    return { first: this.#hasSnapshot.has(symbol) ? 0 : last, last };
  }
}

function sides(json: Json): Pick<BookMessage, 'bids' | 'asks'> {
  return { bids: priced(json['bids'], 'bids'), asks: priced(json['asks'], 'asks') };
}

/** Rows of a price of zero stand in some REST books: they are no offer. */
function priced(rows: unknown, side: string): BookMessage['bids'] {
  if (!Array.isArray(rows)) throw new RangeError(`${side} are not a list`);
  return rowLevels(
    rows.filter((row) => Number(listOf(row)[0]) !== 0),
    side,
  );
}

/** `live_trades_btcusd` → `live_trades`. */
function kindOf(channel: string): string {
  return channel.replace(/_[^_]*$/, '');
}
