/**
 * Frames of Gate's spot stream (Gate, "Spot WebSocket v4", `spot.obu` and `spot.trades`), from bytes to our values. A frame that cannot
 * be read is a result that says why, never an exception and never a guess.
 */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, wordOf } from '../toolkit/json.ts';
import { MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { WindowLane } from './window-lane.ts';

export const BOOKS = 'spot.obu';
export const TRADES = 'spot.trades';
/** `ob.BTC_USDT.50`: the pair and the depth of its window. */
export const BOOK_NAME = /^ob\.(.+)\.(\d+)$/;
/** A request that is not well-formed, or names a pair that is not known: no repetition changes it. 3 is a fault of the server. */
const FINAL: ReadonlySet<number> = new Set([1, 2]);

export class GateParser extends MarketParser {
  constructor(symbols: SymbolIndex) {
    super(symbols, [{ lane: new WindowLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    const { channel, event, result } = json;
    if (event === 'subscribe' || event === 'unsubscribe') return answer(json, event);
    if (typeof channel !== 'string') throw new FrameError('bad-layout', 'a frame without its channel');
    this.isHarmless = channel !== BOOKS;
    if (channel === BOOKS) return this.#book(isObject(result) ? result : {}, receivedUs);
    return channel === TRADES ? this.#trade(isObject(result) ? result : {}, receivedUs) : OTHER;
  }

  /** A side without a change is left out. */
  #book({ s, full, U, u, t, b = [], a = [] }: Json, receivedUs: TimeUs): StreamFrame {
    const pair = typeof s === 'string' ? BOOK_NAME.exec(s)?.[1] : undefined;
    if (pair === undefined) throw new FrameError('bad-layout', 'a book without its pair');
    const instrument = this.bookOf(pair, full === true, receivedUs);
    const { update } = this;
    this.sides(instrument, b, a);
    update.venueUs = millisecondsUs(t);
    update.seq = numberIn(u, 'u');
    // Each change begins with the number behind the last one.
    if (!update.isSnapshot) update.prevSeq = numberIn(U, 'U') - 1;
    return BOOK;
  }

  #trade(row: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(row['currency_pair']);
    const { price, amount: qty, side, create_time_ms: time } = row;
    const millis = typeof time === 'string' && /^\d{13}(\.\d+)?$/.test(time) ? Number(time) : 0;
    const venueUs = Math.floor(millis * US_PER_MS);
    return { kind: 'trades', trades: [this.trade(instrument, { price, qty, side, venueUs }, receivedUs)] };
  }
}

/** One pair that is not known fails a whole request. */
function answer({ channel, id, error }: Json, verb: 'subscribe' | 'unsubscribe'): StreamFrame {
  const of = channel === BOOKS ? 'books' : channel === TRADES ? 'trades' : undefined;
  if (of === undefined) return OTHER;
  const ack = { kind: 'ack', id: typeof id === 'number' ? id : undefined, channel: of, verb } as const;
  if (!isObject(error)) return { ...ack, error: '', isFinal: false };
  const { code, message } = error;
  const text = typeof message === 'string' && message !== '' ? message : 'without a reason';
  const isFinal = typeof code === 'number' && FINAL.has(code);
  return { ...ack, error: `${text} (code ${wordOf(code)})`, isFinal };
}
