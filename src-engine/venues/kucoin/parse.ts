/**
 * Frames of KuCoin's classic public socket (KuCoin, "Level2 Market Data" and "Match Execution Data"), from bytes to our values. A
 * frame that cannot be read is a result that says why, never an exception and never a guess.
 */
import { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { FrameParser, jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { LevelReader } from '../toolkit/level-reader.ts';
import { BOOK, OTHER, REST_BOOK, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { ChangeLane } from './change-lane.ts';
import { isNoLevel, sequenceOf } from './sequence.ts';

/** No such topic; a topic that is not well-formed. Whatever else is refused may pass: too many topics, a busy server. */
const FINAL: ReadonlySet<unknown> = new Set([400, 404]);

export const BOOK_TOPIC = '/market/level2:';
export const TRADE_TOPIC = '/market/match:';

/** How a recording keeps the REST answer behind a book: KuCoin's own form names no symbol. */
export function snapshotFrame(symbol: string, body: string): string {
  return `{"snapshot":${JSON.stringify(symbol)},"data":${body}}`;
}

export class KucoinParser extends FrameParser<StreamFrame> {
  readonly #reader = new LevelReader();
  readonly #lane: ChangeLane;
  /** The last `rest-book` frame is a book of a recording's own, cut as the run saw it; else an answer of the venue. */
  isOwn = false;

  constructor(symbols: SymbolIndex) {
    const lane = new ChangeLane(symbols);
    super(symbols, new BookUpdate(256), [{ lane, frame: BOOK }]);
    this.#lane = lane;
  }

  /** First number that the last change covers. */
  get firstSeq(): number {
    return this.#lane.firstSeq[0] as number;
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    if (typeof json['snapshot'] === 'string')
      return this.#snapshot(json['snapshot'], json['data'], receivedUs);
    switch (json['type']) {
      case 'message':
        return this.#message(json, receivedUs);
      case 'ack':
      case 'error':
        return answer(json);
      default:
        return OTHER;
    }
  }

  #message({ topic, data }: Json, receivedUs: TimeUs): StreamFrame {
    if (typeof topic !== 'string') return OTHER;
    if (topic.startsWith(BOOK_TOPIC)) return this.#change(topic.slice(BOOK_TOPIC.length), data, receivedUs);
    return topic.startsWith(TRADE_TOPIC)
      ? this.#trade(topic.slice(TRADE_TOPIC.length), data, receivedUs)
      : OTHER;
  }

  /**
   * Rows have numbers of their own. They are no proof that nothing is missing, and need not be compared with a snapshot in the middle
   * of the message: a row is the last state of its price in the message, so that one the snapshot has already changes nothing.
   */
  #change(symbol: string, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    this.instrument = instrument;
    if (!isObject(data) || data['symbol'] !== symbol || !isObject(data['changes']))
      throw new FrameError('bad-layout', 'a change without its symbol or its changes');
    const { changes } = data;
    this.update.reset(instrument.id, false, receivedUs);
    this.update.venueUs = millisecondsUs(data['time']);
    const [first, last] = [sequence(data, 'sequenceStart'), sequence(data, 'sequenceEnd')];
    if (first > last) throw new FrameError('bad-layout', 'sequenceStart is above sequenceEnd');
    this.#lane.firstSeq[0] = first;
    this.update.seq = last;
    this.#reader.levels(this.update, instrument, withoutTicks(changes['bids']), true);
    this.#reader.levels(this.update, instrument, withoutTicks(changes['asks']), false);
    return BOOK;
  }

  #snapshot(symbol: string, body: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    this.instrument = instrument;
    this.isOwn = !isObject(body) || !isObject(body['data']);
    const data = isObject(body) && isObject(body['data']) ? body['data'] : body;
    if (!isObject(data)) throw new FrameError('bad-layout', 'an order book that is not an object');
    this.update.reset(instrument.id, true, receivedUs);
    this.update.venueUs = millisecondsUs(data['time']);
    this.update.seq = sequence(data, 'sequence');
    this.#reader.levels(this.update, instrument, data['bids'], true);
    this.#reader.levels(this.update, instrument, data['asks'], false);
    return REST_BOOK;
  }

  #trade(symbol: string, data: unknown, receivedUs: TimeUs): StreamFrame {
    // A trade that cannot be read costs no book.
    const { id: instrumentId, priceDecimals, qtyDecimals } = this.find(symbol);
    if (!isObject(data)) throw new FrameError('bad-layout', 'a trade that is not an object');
    const price = this.#reader.units(data['price'], priceDecimals);
    const qty = this.#reader.qty(data['size'], qtyDecimals);
    // `side`: that of the taker.
    const { side } = data;
    if (price <= 0 || qty <= 0 || (side !== 'buy' && side !== 'sell'))
      throw new FrameError('bad-layout', 'a trade without side, price or quantity');
    const venueUs = nanosecondsUs(data['time']);
    return {
      kind: 'trades',
      trades: [{ kind: 'trade', instrumentId, price, qty, side, venueUs, receivedUs }],
    };
  }
}

function answer(json: Json): StreamFrame {
  const { id, type, code, data } = json;
  const number = typeof id === 'string' || typeof id === 'number' ? Number(id) : 0;
  if (type === 'ack') return { kind: 'ack', id: number, error: '', isFinal: false };
  const text = typeof data === 'string' && data !== '' ? data : 'refused';
  const error = `${typeof code === 'number' ? code : 0} ${text}`;
  return { kind: 'ack', id: number, error, isFinal: FINAL.has(code) };
}

function withoutTicks(rows: unknown): unknown {
  return Array.isArray(rows) ? (rows as unknown[]).filter((row) => !isNoLevel(row)) : rows;
}

function sequence(json: Json, key: string): number {
  const number = sequenceOf(json[key]);
  if (number !== undefined) return number;
  throw new FrameError('bad-layout', `${key} is not a sequence`);
}

/** Nanoseconds since 1970 as text: more digits than a double holds. */
function nanosecondsUs(value: unknown): TimeUs {
  return typeof value === 'string' && /^\d{19}$/.test(value) ? Number(value.slice(0, -3)) : 0;
}
