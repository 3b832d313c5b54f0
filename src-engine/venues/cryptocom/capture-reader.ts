/**
 * Books in recordings of Crypto.com's market stream: whole books, and in SNAPSHOT_AND_UPDATE changes behind the first of them.
 * Source of the shapes: Crypto.com Exchange v1, `book.{instrument}.{depth}`; before v1 every push was whole and without a number.
 */
import type { CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { ExactNumbers } from '../capture/exact-numbers.ts';
import { exactObject, listOf, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, linked, other, rowLevels } from '../capture/reading.ts';
import { isObject, type Json } from '../toolkit/json.ts';

/**
 * Each change names the number before it in `pu`; empty ones keep the chain. Whole books alone carry nothing by which a missing
 * one would show: their time `t` runs backwards at times and is no number.
 */
export class CryptoComCaptureReader implements CaptureReader {
  readonly venues = ['cryptocom', 'crypto.com'];
  readonly rule = { continuity: linked, hasRestSnapshots: false, refusesCrossed: true };
  readonly #numbers = new ExactNumbers();
  #hasChanges = false;

  get integrity(): 'sequence' | 'none' {
    return this.#hasChanges ? 'sequence' : 'none';
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    const frame = exactObject(record);
    const result = objectOf(frame['result']);
    const channel = textOf(result['channel']);
    if (channel !== 'book' && channel !== 'book.update')
      return other(channel || textOf(frame['method']) || 'nameless');
    const symbol = textOf(result['instrument_name']);
    if (symbol === '') throw badLine(record.line, `a ${channel} without its instrument`);
    return listOf(result['data']).map((entry) => {
      const data = objectOf(entry);
      return channel === 'book' && !isObject(data['update'])
        ? this.#book(symbol, data)
        : this.#change(symbol, data);
    });
  }

  #book(symbol: string, data: Json): CaptureMessage {
    return bookMessage('snapshot', symbol, () => {
      const last = 'u' in data ? this.#numbers.of(symbol, data['u']) : 0;
      return { first: last, last, offset: this.#numbers.offset(symbol), ...sides(data) };
    });
  }

  #change(symbol: string, data: Json): CaptureMessage {
    this.#hasChanges = true;
    return bookMessage('delta', symbol, () => ({
      first: this.#numbers.of(symbol, data['pu']) + 1,
      last: this.#numbers.of(symbol, data['u']),
      offset: this.#numbers.offset(symbol),
      ...sides(objectOf(data['update'])),
    }));
  }
}

function sides(data: Json): { bids: ReturnType<typeof rowLevels>; asks: ReturnType<typeof rowLevels> } {
  return { bids: rowLevels(data['bids'], 'bids'), asks: rowLevels(data['asks'], 'asks') };
}
