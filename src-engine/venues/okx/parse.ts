/**
 * Frames of OKX's public connection (OKX API v5, "Order book channel" and "Trades channel"), from bytes to our values. A frame
 * that cannot be read is a result that says why, never an exception and never a guess. The checksum of a book is not compared: the
 * venue sends 0 since 2026-06-23, and numbers alone show what was missed.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, NONE, type TradePrint } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { FrameParser, jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import { BOOK, OTHER, REST_BOOK, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookLane } from './book-lane.ts';

const SHUTDOWN: StreamFrame = {
  kind: 'reconnect',
  reason: 'the venue announced the end of this connection',
};
/** Refusals that no repetition changes: a symbol or channel that is not known, an account level that would be needed. */
const FINAL: ReadonlySet<unknown> = new Set(['60018', '64003', '60012']);

/** "The current connection is about to be closed for a service upgrade." */
const UPGRADE = '64008';
/** Messages of errors name what they are about in words: `… channel:books,instId:BTC-USD doesn't exist`. */
const NAMED = /instId:\s*([A-Z0-9-]{3,40})/;
const MILLISECONDS = /^\d{13}$/;

/** How a recording keeps a book by REST: the answer, in the form of a frame that names its symbol. */
export function restBookFrame(symbol: string, body: string): string {
  return `{"snapshot":${JSON.stringify(symbol)},"answer":${body}}`;
}

export class OkxParser extends FrameParser<StreamFrame> {
  readonly #reader = new LevelReader();

  constructor(symbols: SymbolIndex) {
    super(symbols, new BookUpdate(512), [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    if (text === 'pong') return OTHER;
    const json = jsonFrame(text);
    if (typeof json['event'] === 'string') return eventOf(json['event'], json);
    if (typeof json['snapshot'] === 'string') return this.#restBook(json['snapshot'], json, receivedUs);
    const arg = isObject(json['arg']) ? json['arg'] : {};
    if (arg['channel'] === 'books') return this.#book(arg['instId'], json, receivedUs);
    if (arg['channel'] === 'trades') return this.#trades(json['data'], receivedUs);
    return OTHER;
  }

  #book(symbol: unknown, { action, data }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    this.instrument = instrument;
    const [entry, ...more] = Array.isArray(data) ? (data as unknown[]) : [];
    if ((action !== 'snapshot' && action !== 'update') || !isObject(entry) || more.length > 0)
      throw new FrameError('bad-layout', 'it is not one snapshot or update of a book');
    this.#levels(instrument, entry, action === 'snapshot', receivedUs);
    if (action === 'update') this.update.prevSeq = numberOf(entry, 'prevSeqId');
    return BOOK;
  }

  #restBook(symbol: string, { answer }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    this.instrument = instrument;
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

  #trades(data: unknown, receivedUs: TimeUs): StreamFrame {
    if (!Array.isArray(data)) throw new FrameError('bad-layout', 'trades that are not a list');
    return {
      kind: 'trades',
      trades: (data as readonly unknown[]).map((row) => this.#trade(row, receivedUs)),
    };
  }

  #trade(row: unknown, receivedUs: TimeUs): TradePrint {
    if (!isObject(row)) throw new FrameError('bad-layout', 'a trade that is not an object');
    const { id, priceDecimals, qtyDecimals } = this.find(row['instId']);
    const { side } = row;
    const price = this.#reader.units(row['px'], priceDecimals);
    const qty = this.#reader.qty(row['sz'], qtyDecimals);
    if (price <= 0 || qty <= 0 || (side !== 'buy' && side !== 'sell'))
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    return { kind: 'trade', instrumentId: id, price, qty, side, venueUs: timeUs(row['ts']), receivedUs };
  }
}

function eventOf(event: string, json: Json): StreamFrame {
  const { id, code, msg } = json;
  if (event === 'notice') return code === UPGRADE ? SHUTDOWN : OTHER;
  if (event !== 'subscribe' && event !== 'unsubscribe' && event !== 'error') return OTHER;
  const text = typeof msg === 'string' && msg !== '' ? msg : 'without a reason';
  const named: unknown = isObject(json['arg']) ? json['arg']['instId'] : NAMED.exec(text)?.[1];
  return {
    kind: 'ack',
    id: numericOf(id ?? 0),
    symbol: typeof named === 'string' ? named : undefined,
    error: event === 'error' ? `${text} (code ${typeof code === 'string' ? code : 'unknown'})` : '',
    isFinal: event === 'error' && FINAL.has(code),
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
