/**
 * Books in recordings of Upbit's stream: every push is the whole book, in long or short names, in binary frames of UTF-8 JSON.
 * Source of the shapes: Upbit, "WebSocket: Orderbook" (formats DEFAULT and SIMPLE).
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { exactObject, type Json, listOf, objectOf, textOf } from '../capture/exact-json.ts';
import { plainDecimal } from '../capture/plain-decimal.ts';
import { bookMessage, idOf, other, rowLevels, unnumbered } from '../capture/reading.ts';
import { upbitTotals } from './book-rule.ts';

const SHORT = {
  units: 'obu',
  bid: ['bp', 'bs'],
  ask: ['ap', 'as'],
  totals: ['tbs', 'tas'],
  code: 'cd',
  time: 'tms',
} as const;
const LONG = {
  units: 'orderbook_units',
  bid: ['bid_price', 'bid_size'],
  ask: ['ask_price', 'ask_size'],
  totals: ['total_bid_size', 'total_ask_size'],
  code: 'code',
  time: 'timestamp',
} as const;
type Names = typeof SHORT | typeof LONG;

/** Nothing can be lost but freshness: the next push is whole again. One that came twice or late is found by its time. */
export class UpbitCaptureReader implements CaptureReader {
  readonly venues = ['upbit'];
  readonly integrity = 'totals';
  readonly rule = {
    continuity: unnumbered,
    compare: upbitTotals,
    hasRestSnapshots: false,
    refusesCrossed: true,
  };
  /** The last book of each symbol, and its time in ms: two books may share one. */
  readonly #last = new Map<string, { readonly time: number; readonly text: string }>();

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    const frame = exactObject(record);
    const type = textOf(frame['ty'] ?? frame['type']);
    if (type !== 'orderbook') return other(type || Object.keys(frame)[0] || 'nameless');
    const names: Names = 'ty' in frame ? SHORT : LONG;
    const symbol = textOf(frame[names.code]);
    if (symbol === '') throw badLine(record.line, 'an orderbook without its code');
    return [this.#book(symbol, frame, names, record.text)];
  }

  #book(symbol: string, frame: Json, names: Names, text: string): CaptureMessage {
    const message = bookMessage('snapshot', symbol, () => partsOf(frame, names));
    if (message.kind === 'unreadable') return message;
    const before = this.#last.get(symbol);
    if (before !== undefined && (message.last < before.time || text === before.text)) {
      return { kind: 'repeated', symbol, detail: `${names.time} ${message.last} came after ${before.time}` };
    }
    this.#last.set(symbol, { time: message.last, text });
    return message;
  }
}

function partsOf(frame: Json, names: Names): Omit<BookMessage, 'kind' | 'symbol'> {
  if (!Array.isArray(frame[names.units])) throw new RangeError(`${names.units} are not a list`);
  const units = listOf(frame[names.units]).map(objectOf);
  const side = ([price, qty]: Names['bid'] | Names['ask'], name: string): BookMessage['bids'] =>
    rowLevels(
      // Thin books are filled up with units of zero.
      units.map((unit) => [unit[price], unit[qty]]).filter(([value]) => Number(value) !== 0),
      name,
    );
  const last = idOf(frame[names.time], names.time);
  return {
    first: last,
    last,
    bids: side(names.bid, 'bids'),
    asks: side(names.ask, 'asks'),
    totals: totalsOf(frame, names),
  };
}

function totalsOf(frame: Json, { totals: [bid, ask] }: Names): BookMessage['totals'] {
  const { [bid]: bids, [ask]: asks } = frame;
  return typeof bids === 'string' && typeof asks === 'string'
    ? [plainDecimal(bids), plainDecimal(asks)]
    : undefined;
}
