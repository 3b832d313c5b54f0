/**
 * Frames of OKX's public connection (OKX API v5, "Order book channel" and "Trades channel"), from bytes to our values. A frame
 * that cannot be read is a result that says why, never an exception and never a guess. The checksum of a book is not compared: the
 * venue sends 0 since 2026-06-23, and numbers alone show what was missed.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, NONE, type TradePrint } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookLane } from './book-lane.ts';
import type { Frame } from './frame.ts';

const BOOK: Frame = { kind: 'book' };
const REST_BOOK: Frame = { kind: 'rest-book' };
const PONG: Frame = { kind: 'pong' };
const SHUTDOWN: Frame = { kind: 'shutdown' };
const OTHER: Frame = { kind: 'other' };

/** "The current connection is about to be closed for a service upgrade." */
const UPGRADE = '64008';
/** Messages of errors name what they are about in words: `… channel:books,instId:BTC-USD doesn't exist`. */
const NAMED = /instId:\s*([A-Z0-9-]{3,40})/;
const MILLISECONDS = /^\d{13}$/;

/** How a recording keeps a book by REST: the answer, in the form of a frame that names its symbol. */
export function restBookFrame(symbol: string, body: string): string {
  return `{"snapshot":${JSON.stringify(symbol)},"answer":${body}}`;
}

export class OkxParser {
  /** The last book message. Filled again by the next. */
  readonly update = new BookUpdate(512);
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
    if (text === 'pong') return PONG;
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw new FrameError('bad-layout', `not JSON: ${text.slice(0, 60)}`);
    }
    if (!isObject(json)) throw new FrameError('bad-layout', 'not a JSON object');
    if (typeof json['event'] === 'string') return eventOf(json['event'], json);
    if (typeof json['snapshot'] === 'string') return this.#restBook(json['snapshot'], json, receivedUs);
    const arg = isObject(json['arg']) ? json['arg'] : {};
    if (arg['channel'] === 'books') return this.#book(arg['instId'], json, receivedUs);
    if (arg['channel'] === 'trades') return this.#trades(json['data'], receivedUs);
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

  #book(symbol: unknown, { action, data }: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(symbol);
    this.#instrument = instrument;
    const [entry, ...more] = Array.isArray(data) ? (data as unknown[]) : [];
    if ((action !== 'snapshot' && action !== 'update') || !isObject(entry) || more.length > 0)
      throw new FrameError('bad-layout', 'it is not one snapshot or update of a book');
    this.#levels(instrument, entry, action === 'snapshot', receivedUs);
    if (action === 'update') this.update.prevSeq = numberOf(entry, 'prevSeqId');
    return BOOK;
  }

  #restBook(symbol: string, { answer }: Json, receivedUs: TimeUs): Frame {
    const instrument = this.#find(symbol);
    this.#instrument = instrument;
    const data = isObject(answer) ? answer['data'] : undefined;
    const entry: unknown = Array.isArray(data) ? data[0] : undefined;
    if (!isObject(entry)) throw new FrameError('bad-layout', 'the answer of a REST call without its book');
    this.#levels(instrument, entry, true, receivedUs);
    if (this.update.seq === NONE) throw new FrameError('bad-layout', 'a book by REST without its seqId');
    return REST_BOOK;
  }

  #levels(instrument: Instrument, entry: Json, isSnapshot: boolean, receivedUs: TimeUs): void {
    this.update.reset(instrument.id, isSnapshot, receivedUs);
    this.update.venueUs = timeUs(entry['ts']);
    this.update.seq = numberOf(entry, 'seqId');
    this.#reader.levels(this.update, instrument, entry['asks'], false);
    this.#reader.levels(this.update, instrument, entry['bids'], true);
  }

  #trades(data: unknown, receivedUs: TimeUs): Frame {
    if (!Array.isArray(data)) throw new FrameError('bad-layout', 'trades that are not a list');
    return {
      kind: 'trades',
      trades: (data as readonly unknown[]).map((row) => this.#trade(row, receivedUs)),
    };
  }

  #trade(row: unknown, receivedUs: TimeUs): TradePrint {
    if (!isObject(row)) throw new FrameError('bad-layout', 'a trade that is not an object');
    const { id, priceDecimals, qtyDecimals } = this.#find(row['instId']);
    const { side } = row;
    const price = this.#reader.units(row['px'], priceDecimals);
    const qty = this.#reader.qty(row['sz'], qtyDecimals);
    if (price <= 0 || qty <= 0 || (side !== 'buy' && side !== 'sell'))
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    return { kind: 'trade', instrumentId: id, price, qty, side, venueUs: timeUs(row['ts']), receivedUs };
  }

  #find(symbol: unknown): Instrument {
    const instrument = typeof symbol === 'string' ? this.#symbols.find(symbol) : undefined;
    if (instrument !== undefined) return instrument;
    const name = JSON.stringify(symbol) ?? 'nothing';
    throw new FrameError('unknown-symbol', `${name} is not an instrument of this run`);
  }
}

function eventOf(event: string, json: Json): Frame {
  const { id, code, msg } = json;
  if (event === 'notice') return code === UPGRADE ? SHUTDOWN : OTHER;
  if (event !== 'subscribe' && event !== 'unsubscribe' && event !== 'error') return OTHER;
  const text = typeof msg === 'string' && msg !== '' ? msg : 'without a reason';
  const named: unknown = isObject(json['arg']) ? json['arg']['instId'] : NAMED.exec(text)?.[1];
  return {
    kind: 'ack',
    id: Number(id ?? 0),
    symbol: typeof named === 'string' ? named : undefined,
    code: event === 'error' ? Number(code ?? 0) : 0,
    error: event === 'error' ? `${text} (code ${typeof code === 'string' ? code : 'unknown'})` : '',
  };
}

/** NONE where the field is missing: frames of 2022 have no numbers. */
function numberOf(json: Json, key: string): number {
  const value = json[key];
  if (value === undefined) return NONE;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= NONE) return value;
  throw new FrameError('bad-layout', `${key} is not a number of a message`);
}

function timeUs(value: unknown): TimeUs {
  return typeof value === 'string' && MILLISECONDS.test(value) ? Number(value) * US_PER_MS : 0;
}
