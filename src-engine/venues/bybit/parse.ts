/**
 * Frames of Bybit's public spot connection (Bybit v5, "Orderbook" and "Trade" of the public stream), from bytes to our values. A
 * frame that cannot be read is a result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookLane } from './book-lane.ts';
import type { Frame } from './frame.ts';
import { numberBook } from './update-id.ts';

const BOOK: Frame = { kind: 'book' };
const PONG: Frame = { kind: 'pong' };
const OTHER: Frame = { kind: 'other' };

export class BybitParser {
  /** The last book message. Filled again by the next. */
  readonly update = new BookUpdate(256);
  readonly #symbols: SymbolIndex;
  readonly #reader = new LevelReader();
  readonly #lane: BookLane;
  /** Whose book the frame in hand changes, once that is known. */
  #instrument: Instrument | undefined;

  constructor(symbols: SymbolIndex) {
    this.#symbols = symbols;
    this.#lane = new BookLane(symbols);
  }

  /** @param bytes one frame. @param receivedUs when it arrived here. */
  parse(bytes: Buffer, receivedUs: TimeUs): Frame {
    if (this.#lane.read(bytes, 0, bytes.length, receivedUs, this.update)) return BOOK;
    return this.parseText(bytes.toString('utf8'), receivedUs);
  }

  /** A frame that is the JSON string between the quotes at `start` − 1 and `end`, as a market log keeps it. */
  parseEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    if (this.#lane.readEscaped(bytes, start, end, receivedUs, this.update)) return BOOK;
    return this.parseText(JSON.parse(bytes.toString('utf8', start - 1, end + 1)) as string, receivedUs);
  }

  /** The general way, for frames of any layout. */
  parseText(text: string, receivedUs: TimeUs): Frame {
    this.#instrument = undefined;
    try {
      return this.#frame(text, receivedUs);
    } catch (error) {
      return this.#failed(error);
    }
  }

  #frame(text: string, receivedUs: TimeUs): Frame {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new FrameError('bad-layout', `not JSON: ${text.slice(0, 60)}`);
    }
    if (!isObject(json)) throw new FrameError('bad-layout', 'not a JSON object');
    const { topic } = json;
    if (typeof topic !== 'string') return 'op' in json ? answer(json) : OTHER;
    if (topic.startsWith('orderbook.')) return this.#book(topic, json, receivedUs);
    if (topic.startsWith('publicTrade.')) return this.#trades(topic, json['data'], receivedUs);
    return OTHER;
  }

  #failed(error: unknown): Frame {
    const instrumentId = this.#instrument?.id;
    const symbol = this.#instrument === undefined ? '' : `${this.#instrument.symbol}: `;
    if (error instanceof FrameError)
      return { kind: 'error', code: error.code, detail: symbol + error.message, instrumentId };
    // BookUpdate refuses to grow beyond its bound.
    if (error instanceof RangeError)
      return { kind: 'error', code: 'too-many-levels', detail: symbol + error.message, instrumentId };
    throw error;
  }

  #book(topic: string, json: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(topic);
    this.#instrument = instrument;
    const { type, data, cts } = json;
    if (!isObject(data) || (type !== 'snapshot' && type !== 'delta'))
      throw new FrameError('bad-layout', 'a book that is neither a snapshot nor a delta');
    if (data['s'] !== instrument.symbol) {
      throw new FrameError('bad-layout', `its data is of ${JSON.stringify(data['s']) ?? 'no symbol'}`);
    }
    this.update.reset(instrument.id, type === 'snapshot', receivedUs);
    this.update.venueUs = timeUs(cts);
    this.#reader.levels(this.update, instrument, data['b'], true);
    this.#reader.levels(this.update, instrument, data['a'], false);
    numberBook(this.update, updateId(data));
    return BOOK;
  }

  #trades(topic: string, rows: unknown, receivedUs: TimeUs): Frame {
    // Trades that cannot be read cost no book.
    const instrument = this.#find(topic);
    if (!Array.isArray(rows)) throw new FrameError('bad-layout', 'trades that are not a list');
    const trades = (rows as readonly unknown[]).map((row) => this.#trade(instrument, row, receivedUs));
    return { kind: 'trades', trades };
  }

  #trade({ id, priceDecimals, qtyDecimals }: Instrument, row: unknown, receivedUs: TimeUs): TradePrint {
    if (!isObject(row)) throw new FrameError('bad-layout', 'a trade that is not an object');
    const price = this.#reader.units(row['p'], priceDecimals);
    const qty = this.#reader.qty(row['v'], qtyDecimals);
    // `S`: the side of the taker.
    const side = row['S'] === 'Buy' ? 'buy' : row['S'] === 'Sell' ? 'sell' : undefined;
    if (price <= 0 || qty <= 0 || side === undefined)
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    return { kind: 'trade', instrumentId: id, price, qty, side, venueUs: timeUs(row['T']), receivedUs };
  }

  /** Of the last part of a topic: `orderbook.50.BTCUSDT`. */
  #find(topic: string): Instrument {
    const symbol = topic.slice(topic.lastIndexOf('.') + 1);
    const instrument = this.#symbols.find(symbol);
    if (instrument !== undefined) return instrument;
    throw new FrameError('unknown-symbol', `${JSON.stringify(symbol)} is not an instrument of this run`);
  }
}

/** The answer to a ping has the `op` of the ping itself; that of a private connection says `pong`. */
function answer(json: Json): Frame {
  const { op, req_id: id, success, ret_msg: text } = json;
  if (op === 'ping' || op === 'pong') return PONG;
  if (op !== 'subscribe' && op !== 'unsubscribe') return OTHER;
  const reason = typeof text === 'string' && text !== '' ? text : 'without a reason';
  return { kind: 'ack', id: Number(id ?? 0), error: success === true ? '' : reason };
}

function updateId(data: Json): number {
  const { u } = data;
  if (typeof u === 'number' && Number.isSafeInteger(u) && u > 0) return u;
  throw new FrameError('bad-layout', 'u is not an update id');
}

function timeUs(value: unknown): TimeUs {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value * US_PER_MS : 0;
}
