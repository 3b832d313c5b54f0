/**
 * Frames of Bybit's public spot connection (Bybit v5, "Orderbook" and "Trade" of the public stream), from bytes to our values. A
 * frame that cannot be read is a result that says why, never an exception and never a guess.
 */
import type { Instrument } from '../../domain/instrument.ts';
import { BookUpdate, type TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { FrameParser, jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { BookLane } from './book-lane.ts';
import { numberBook } from './update-id.ts';

/** Refusals that no repetition changes. Whatever else it says may pass. */
const FINAL = /handler not found|invalid symbol|invalid topic|unknown topic|not support/i;

export class BybitParser extends FrameParser<StreamFrame> {
  readonly #reader = new LevelReader();

  constructor(symbols: SymbolIndex) {
    super(symbols, new BookUpdate(256), [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    const { topic } = json;
    if (typeof topic !== 'string') return 'op' in json ? answer(json) : OTHER;
    if (topic.startsWith('orderbook.')) return this.#book(topic, json, receivedUs);
    if (topic.startsWith('publicTrade.')) return this.#trades(topic, json['data'], receivedUs);
    return OTHER;
  }

  #book(topic: string, json: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbolOf(topic));
    this.instrument = instrument;
    const { type, data, cts } = json;
    if (!isObject(data) || (type !== 'snapshot' && type !== 'delta'))
      throw new FrameError('bad-layout', 'a book that is neither a snapshot nor a delta');
    if (data['s'] !== instrument.symbol) {
      throw new FrameError('bad-layout', `its data is of ${JSON.stringify(data['s']) ?? 'no symbol'}`);
    }
    this.update.reset(instrument.id, type === 'snapshot', receivedUs);
    this.update.venueUs = millisecondsUs(cts);
    this.#reader.levels(this.update, instrument, data['b'], true);
    this.#reader.levels(this.update, instrument, data['a'], false);
    numberBook(this.update, updateId(data));
    return BOOK;
  }

  #trades(topic: string, rows: unknown, receivedUs: TimeUs): StreamFrame {
    // Trades that cannot be read cost no book.
    const instrument = this.find(symbolOf(topic));
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
    return {
      kind: 'trade',
      instrumentId: id,
      price,
      qty,
      side,
      venueUs: millisecondsUs(row['T']),
      receivedUs,
    };
  }
}

/** The last part of a topic: `orderbook.50.BTCUSDT`. */
function symbolOf(topic: string): string {
  return topic.slice(topic.lastIndexOf('.') + 1);
}

function answer(json: Json): StreamFrame {
  const { op, req_id: id, success, ret_msg: text } = json;
  if (op !== 'subscribe' && op !== 'unsubscribe') return OTHER;
  const reason = typeof text === 'string' && text !== '' ? text : 'without a reason';
  const error = success === true ? '' : reason;
  return { kind: 'ack', id: Number(id ?? 0), error, isFinal: FINAL.test(error) };
}

function updateId(data: Json): number {
  const { u } = data;
  if (typeof u === 'number' && Number.isSafeInteger(u) && u > 0) return u;
  throw new FrameError('bad-layout', 'u is not an update id');
}
