/**
 * Books in recordings of Bitget's public streams: v1 (`sp`, `mc`), v2 and v3. A book is named by its market and symbol, as the
 * same symbol stands in several markets.
 * Source of the shapes: Bitget API, "Depth channel" of each version.
 */
import type { BookMessage, CaptureMessage, CaptureReader } from '../capture/book-message.ts';
import { badLine, type CaptureRecord } from '../capture/capture-record.ts';
import { ExactNumbers } from '../capture/exact-numbers.ts';
import { exactObject, type Json, listOf, objectOf, textOf } from '../capture/exact-json.ts';
import { bookMessage, ChannelOf, other, rowLevels } from '../capture/reading.ts';
import { bitgetChecksum, bitgetContinuity } from './book-rule.ts';

/** `books`: a whole book and then its changes; `books1`, `books5`, `books15`, `books50`: its best levels. */
const BOOKS = /^books\d*$/;
const INT32 = /^-?\d{1,10}$/;

export class BitgetCaptureReader implements CaptureReader {
  readonly venues = ['bitget'];
  readonly rule = {
    continuity: bitgetContinuity,
    compare: bitgetChecksum,
    hasRestSnapshots: false,
    refusesCrossed: true,
  };
  readonly #channels = new ChannelOf();
  readonly #numbers = new ExactNumbers();
  readonly #seen = new Set<'checksum' | 'sequence'>();

  get integrity(): 'checksum' | 'sequence' | 'none' {
    if (this.#seen.has('checksum')) return 'checksum';
    return this.#seen.has('sequence') ? 'sequence' : 'none';
  }

  read(record: CaptureRecord): readonly CaptureMessage[] {
    if (record.kind === 'http') return other(`REST ${new URL(record.url, 'https://x').pathname}`);
    if (record.text === 'pong' || record.text === 'ping') return other(record.text);
    const frame = exactObject(record);
    const arg = objectOf(frame['arg']);
    const channel = textOf(arg['channel'] ?? arg['topic']);
    const { action, event } = frame;
    if (typeof event === 'string') return other(`${event} ${channel}`.trim());
    if (!BOOKS.test(channel)) return other(channel || 'nameless');
    const market = textOf(arg['instType']);
    const id = textOf(arg['instId'] ?? arg['symbol']);
    if (id === '') throw badLine(record.line, `${channel} without their symbol`);
    if (action !== 'snapshot' && action !== 'update')
      throw badLine(record.line, `${channel} without their action`);
    const symbol = market === '' ? id : `${market.toLowerCase()}:${id}`;
    if (!this.#channels.isOf(symbol, channel))
      return other(`${channel} of ${symbol}, beside another channel`);
    const kind = action === 'snapshot' ? 'snapshot' : 'delta';
    return listOf(frame['data']).map((entry) =>
      bookMessage(kind, symbol, () => this.#parts(symbol, objectOf(entry), kind)),
    );
  }

  #parts(symbol: string, data: Json, kind: BookMessage['kind']): Omit<BookMessage, 'kind' | 'symbol'> {
    const levels = {
      bids: rowLevels(data['bids'] ?? data['b'], 'bids', true),
      asks: rowLevels(data['asks'] ?? data['a'], 'asks', true),
    };
    const { checksum } = data;
    if (checksum !== undefined && checksum !== '0') this.#seen.add('checksum');
    return { ...levels, ...this.#order(symbol, data, kind), checksum: checksumOf(checksum) };
  }

  /** `pseq` of 0 in a change: the venue began anew, and nothing is known of what lies between. */
  #order(
    symbol: string,
    { seq, pseq }: Json,
    kind: BookMessage['kind'],
  ): Pick<BookMessage, 'first' | 'last' | 'offset'> {
    if (seq === undefined) return { first: 0, last: 0 };
    this.#seen.add('sequence');
    const last = this.#numbers.of(symbol, seq);
    const isBegin = kind === 'snapshot' || pseq === undefined;
    const first = isBegin ? last : pseq === '0' ? last + 1 : this.#numbers.of(symbol, pseq) + 1;
    return { first, last, offset: this.#numbers.offset(symbol) };
  }
}

/** A snapshot may announce 0, which is none. */
function checksumOf(value: unknown): number | undefined {
  if (value === undefined || value === '0' || value === '') return undefined;
  if (typeof value === 'string' && INT32.test(value)) return Number(value) | 0;
  throw new RangeError('checksum is not a 32-bit integer');
}
