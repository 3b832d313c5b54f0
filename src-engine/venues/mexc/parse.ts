/**
 * Frames of MEXC's spot stream (MEXC spot v3, "Diff.Depth Stream" and "Trade Streams", and its .proto files), from bytes to our values.
 * Changes of books are read where they lie, without an object on the way. A frame that cannot be read is a result that says why, never
 * an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError, type FrameFault } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { PlainNumber } from '../toolkit/plain-number.ts';
import { BOOK, OTHER, REST_BOOK, type StreamAck, type StreamFrame } from '../toolkit/stream-frame.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import {
  ASKS,
  BIDS,
  CHANGES,
  DEAL,
  DEALS,
  DEALT_AT,
  FIRST_BODY,
  FROM_VERSION,
  OPEN_BRACE,
  packedBytes,
  PRICE,
  QUANTITY,
  SENT_AT,
  SYMBOL,
  TAKER,
  TO_VERSION,
} from './fields.ts';
import { ProtoCursor, protoFields, protoNumber, protoText } from './protobuf.ts';

/** The channel of a request, alone or within the text of a refusal. */
const NAMED = /spot@public\.aggre\.(depth|deals)\.v3\.api\.pb@\d+ms@([^\s,\]]+)/;
/** No such symbol or channel. Whatever else is refused may pass: too many streams, a blocked address. */
const FINAL = /invalid|not exist|no such|unknown|unsupported/i;

export const BOOKS = 'spot@public.aggre.depth.v3.api.pb@10ms@';
export const TRADES = 'spot@public.aggre.deals.v3.api.pb@10ms@';

/** How a recording keeps the REST answer behind a book: MEXC's own form names no symbol. */
export function snapshotFrame(symbol: string, body: string): string {
  return `{"snapshot":${JSON.stringify(symbol)},"data":${body}}`;
}

export class MexcParser extends MarketParser {
  /** First number that the last change covers. */
  firstSeq = 0;
  /** The last `rest-book` frame is a book of a recording's own, cut as the run saw it; else an answer of the venue. */
  isOwn = false;
  readonly #wrapper = new ProtoCursor();
  readonly #body = new ProtoCursor();
  readonly #row = new ProtoCursor();
  readonly #price = new PlainNumber();
  readonly #qty = new PlainNumber();

  override parse(bytes: Buffer, receivedUs: TimeUs): StreamFrame | FrameFault {
    if (bytes[0] === OPEN_BRACE) return this.parseText(bytes.toString('utf8'), receivedUs);
    this.instrument = undefined;
    this.isHarmless = false;
    try {
      return this.#push(bytes, receivedUs);
    } catch (error) {
      return this.fault(error);
    }
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const packed = packedBytes(text);
    if (packed !== undefined) return this.#push(packed, receivedUs);
    const json = jsonFrame(text);
    if (typeof json['snapshot'] === 'string')
      return this.#snapshot(json['snapshot'], json['data'], receivedUs);
    if (json['method'] === 'PING') return { kind: 'question', answer: '{"method":"PONG"}' };
    return typeof json['msg'] === 'string' ? ackOf(json['msg']) : OTHER;
  }

  #push(bytes: Buffer, receivedUs: TimeUs): StreamFrame {
    const wrapper = this.#wrapper;
    wrapper.reset(bytes, 0, bytes.length);
    let body = 0;
    let from = 0;
    let to = 0;
    let symbolFrom = 0;
    let symbolTo = 0;
    let sentMs = 0;
    while (step(wrapper)) {
      if (!wrapper.hasBytes) {
        if (wrapper.number === SENT_AT) sentMs = wrapper.value[0] as number;
      } else if (wrapper.number === SYMBOL) {
        symbolFrom = wrapper.from;
        symbolTo = wrapper.to;
      } else if (wrapper.number >= FIRST_BODY) {
        body = wrapper.number;
        from = wrapper.from;
        to = wrapper.to;
      }
    }
    this.isHarmless = body !== CHANGES && body !== 0;
    if (body !== CHANGES && body !== DEALS) return OTHER;
    const instrument = this.symbols.findBytes(bytes, symbolFrom, symbolTo);
    if (instrument === undefined) {
      const symbol = bytes.toString('utf8', symbolFrom, symbolTo);
      if (symbol === '') throw new FrameError('bad-layout', 'a message without its symbol');
      throw new FrameError('unknown-symbol', `${JSON.stringify(symbol)} is not an instrument of this run`);
    }
    if (body === DEALS) return this.#trades(instrument, bytes.subarray(from, to), receivedUs);
    this.instrument = instrument;
    this.update.reset(instrument.id, false, receivedUs);
    this.update.venueUs = millisecondsUs(sentMs);
    this.#change(instrument, bytes, from, to);
    return BOOK;
  }

  /** A side that did not change is left out; fields that are newer than this reader are passed over. */
  #change({ priceDecimals, qtyDecimals }: Instrument, bytes: Buffer, from: number, to: number): void {
    const body = this.#body;
    const { update } = this;
    let first = -1;
    let last = -1;
    body.reset(bytes, from, to);
    while (step(body)) {
      if (!body.hasBytes) continue;
      const { number } = body;
      if (number === ASKS || number === BIDS) {
        this.#level(bytes, body.from, body.to, priceDecimals, qtyDecimals);
        const price = this.#price.units[0] as number;
        const qty = this.#qty.units[0] as number;
        if (number === BIDS) update.pushBid(price, qty);
        else update.pushAsk(price, qty);
      } else if (number === FROM_VERSION) first = this.#version(bytes, body.from, body.to);
      else if (number === TO_VERSION) last = this.#version(bytes, body.from, body.to);
    }
    if (first < 0 || last < first) throw new FrameError('bad-layout', 'a change without its versions');
    this.firstSeq = first;
    update.seq = last;
  }

  #level(bytes: Buffer, from: number, to: number, priceDecimals: number, qtyDecimals: number): void {
    const row = this.#row;
    row.reset(bytes, from, to);
    let hasPrice = false;
    let hasQty = false;
    while (step(row)) {
      if (!row.hasBytes) continue;
      if (row.number === PRICE) {
        hasPrice = true;
        if (!this.#price.read(bytes, row.from, row.to, priceDecimals))
          this.#price.units[0] = this.reader.units(bytes.toString('utf8', row.from, row.to), priceDecimals);
      } else if (row.number === QUANTITY) {
        hasQty = true;
        if (!this.#qty.read(bytes, row.from, row.to, qtyDecimals))
          this.#qty.units[0] = this.reader.qty(bytes.toString('utf8', row.from, row.to), qtyDecimals);
      }
    }
    if (!hasPrice || !hasQty || this.#price.units[0] === 0)
      throw new FrameError('bad-layout', 'a level without its price or its quantity');
  }

  #version(bytes: Buffer, from: number, to: number): number {
    if (this.#price.read(bytes, from, to, 0)) return this.#price.units[0] as number;
    return numberIn(bytes.toString('utf8', from, to), 'a version');
  }

  /** Type 1: the taker bought; 2: it sold. */
  #trades(instrument: Instrument, bytes: Buffer, receivedUs: TimeUs): StreamFrame {
    const rows = fieldsOf(bytes).filter(({ number }) => number === DEAL);
    const trades = rows.map((row) => {
      const fields = fieldsOf(row.bytes ?? Buffer.alloc(0));
      const taker = protoNumber(fields, TAKER);
      const side = taker === 1 ? 'buy' : taker === 2 ? 'sell' : '';
      const [price, qty] = [protoText(fields, PRICE), protoText(fields, QUANTITY)];
      const venueUs = millisecondsUs(protoNumber(fields, DEALT_AT));
      return this.trade(instrument, { price, qty, side, venueUs }, receivedUs);
    });
    return { kind: 'trades', trades };
  }

  #snapshot(symbol: string, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    if (!isObject(data)) throw new FrameError('bad-layout', 'an order book that is not an object');
    const { lastUpdateId, bids, asks, own }: Json = data;
    this.isOwn = own === true;
    this.sides(instrument, bids, asks);
    this.update.seq = numberIn(lastUpdateId, 'lastUpdateId');
    return REST_BOOK;
  }
}

/** @throws FrameError for bytes that are no message. */
function step(cursor: ProtoCursor): boolean {
  try {
    return cursor.next();
  } catch (error) {
    throw notProtobuf(error);
  }
}

/** @throws FrameError for bytes that are no message. */
function fieldsOf(bytes: Buffer): ReturnType<typeof protoFields> {
  try {
    return protoFields(bytes);
  } catch (error) {
    throw notProtobuf(error);
  }
}

function notProtobuf(error: unknown): unknown {
  return error instanceof RangeError ? new FrameError('bad-layout', error.message) : error;
}

/** Taken is what is answered with the channel itself; whatever else an answer says, also with the code 0, is a refusal. */
function ackOf(text: string): StreamFrame {
  const [channel, kind, symbol] = NAMED.exec(text) ?? [];
  if (text === 'PONG') return OTHER;
  const ack: StreamAck = {
    kind: 'ack',
    channel: kind === undefined ? undefined : kind === 'depth' ? 'books' : 'trades',
    symbol,
    error: '',
    isFinal: false,
  };
  return text === channel ? ack : { ...ack, error: text, isFinal: FINAL.test(text.replace(NAMED, '')) };
}
