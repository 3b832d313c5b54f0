/**
 * Frames of Crypto.com's market stream (Crypto.com Exchange v1, `book.{instrument}.{depth}` and `trade.{instrument}`), from bytes to our
 * values. A frame that cannot be read is a result that says why, never an exception and never a guess.
 */
import { NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import { exactJson } from '../../lib/exact-json.ts';
import { chainNumber } from '../toolkit/chain-number.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf, wordOf } from '../toolkit/json.ts';
import { listIn, MarketParser } from '../toolkit/market-parser.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { BookLane } from './book-lane.ts';

const HEARTBEAT = 'public/heartbeat';
/** A request that is not well-formed, or names what is not known: no repetition changes it. */
const FINAL: ReadonlySet<number> = new Set([30_003, 40_001, 40_002, 40_003, 40_004, 40_401]);
/** Recordings of the API before v1 have numbers where text stands now: they are read digit by digit. */
const BARE_NUMBERS = /"(?:bids|asks)":\[\[\d/;
const SIDES: Readonly<Record<string, 'buy' | 'sell'>> = { BUY: 'buy', SELL: 'sell' };

export class CryptoComParser extends MarketParser {
  constructor(symbols: SymbolIndex) {
    super(symbols, [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    const { id, method, code, result } = json;
    if (method === HEARTBEAT)
      return { kind: 'question', answer: JSON.stringify({ id, method: 'public/respond-heartbeat' }) };
    // Data come under the method of the request that asked for them.
    if (!isObject(result)) return typeof id === 'number' && id > 0 ? answer(id, method, code, json) : OTHER;
    const { channel, instrument_name: symbol } = result;
    if (typeof channel !== 'string') throw new FrameError('bad-layout', 'data without their channel');
    this.isHarmless = channel !== 'book' && channel !== 'book.update';
    if (!this.isHarmless) return this.#book(symbol, channel === 'book', text, result, receivedUs);
    return channel === 'trade' ? this.#trades(symbol, result['data'], receivedUs) : OTHER;
  }

  #book(symbol: unknown, isWhole: boolean, text: string, plain: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, isWhole, receivedUs);
    const { data } = BARE_NUMBERS.test(text) ? exactResult(text) : plain;
    const [entry, ...more] = listIn(data, 'data');
    if (!isObject(entry) || more.length > 0) throw new FrameError('bad-layout', 'it is not one book');
    const levels = isWhole ? entry : entry['update'];
    if (!isObject(levels)) throw new FrameError('bad-layout', 'a change without its levels');
    // An empty change moves the number alone.
    this.sides(instrument, levels['bids'], levels['asks']);
    const { update } = this;
    // Its time runs backwards at times, and is no number.
    update.venueUs = millisecondsUs(numericOf(entry['t']));
    // Books of the API before v1 had none.
    update.seq = isWhole && entry['u'] === undefined ? NONE : chainNumber(text, 'u');
    if (!isWhole) update.prevSeq = chainNumber(text, 'pu');
    return BOOK;
  }

  #trades(symbol: unknown, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    const trades = listIn(data, 'trades').map((row) => {
      const { p: price, q: qty, s, t }: Json = isObject(row) ? row : {};
      const side = typeof s === 'string' ? SIDES[s] : undefined;
      return this.trade(instrument, { price, qty, side, venueUs: millisecondsUs(t) }, receivedUs);
    });
    return { kind: 'trades', trades };
  }
}

function exactResult(text: string): Json {
  const json = exactJson(text);
  const result = isObject(json) ? json['result'] : undefined;
  return isObject(result) ? result : {};
}

function answer(id: number, method: unknown, code: unknown, { message }: Json): StreamFrame {
  if (method !== 'subscribe' && method !== 'unsubscribe') return OTHER;
  if (code === 0) return { kind: 'ack', id, error: '', isFinal: false };
  const text = typeof message === 'string' && message !== '' ? message : 'without a reason';
  const isFinal = typeof code === 'number' && FINAL.has(code);
  return { kind: 'ack', id, error: `${text} (code ${wordOf(code)})`, isFinal };
}
