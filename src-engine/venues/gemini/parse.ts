/**
 * Frames of Gemini's streams (Gemini, "Fast API": `{symbol}@depth`, `{symbol}@trade`), from bytes to our values. A frame that cannot be
 * read is a result that says why, never an exception and never a guess.
 */
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import { MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { DepthLane } from './depth-lane.ts';
import { LastNumbers } from './last-numbers.ts';

const NS_PER_US = 1_000;
/** Times before this are in ms, as some messages have them. */
const LEAST_NS = 1e17;
/** In the year 9889. */
const LAST_NS = 2.5e20;
/** Refusals from this status on; below 500 no repetition changes them, but for too many requests. */
const [REFUSED, FAILED, TOO_MANY] = [400, 500, 429];

export class GeminiParser extends MarketParser {
  readonly #numbers: LastNumbers;

  constructor(symbols: SymbolIndex) {
    const numbers = new LastNumbers();
    super(symbols, [{ lane: new DepthLane(symbols, numbers), frame: BOOK }]);
    this.#numbers = numbers;
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    const { e, s, t, p } = json;
    if (Array.isArray(json['begins'])) return this.#begin(json['begins']);
    if (e === 'depthUpdate') return this.#book(json, receivedUs);
    this.isHarmless = true;
    if ('status' in json || 'error' in json) return answer(json);
    if (e === undefined && t !== undefined && p !== undefined) return this.#trade(json, receivedUs);
    if (e !== undefined || s !== undefined) return OTHER;
    this.isHarmless = false;
    throw new FrameError('bad-layout', 'a frame of no known kind');
  }

  /** The next message of each of these symbols is the first one of its subscription. */
  #begin(symbols: readonly unknown[]): StreamFrame {
    this.#numbers.isMarked = true;
    for (const symbol of symbols) {
      const instrument = this.symbols.find(String(symbol));
      if (instrument !== undefined) this.#numbers.begin(instrument.id);
    }
    return OTHER;
  }

  #book({ s, E, U, u, b, a }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(s, false, receivedUs);
    const { span } = this.#numbers;
    [span[0], span[1]] = [numberIn(U, 'U'), numberIn(u, 'u')];
    // What cannot be read is a message all the same: the next one does not follow from the one before it.
    this.#numbers.take(this.update);
    this.sides(instrument, b, a);
    this.update.venueUs = timeUs(E);
    return BOOK;
  }

  #trade({ s, p: price, q: qty, m, E }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(s);
    // `m`: the buyer was the maker.
    const side = m === true ? 'sell' : m === false ? 'buy' : undefined;
    const trade = this.trade(instrument, { price, qty, side, venueUs: timeUs(E) }, receivedUs);
    return { kind: 'trades', trades: [trade] };
  }
}

/** Nanoseconds are more than a double holds: what is lost of them is below a microsecond. */
function timeUs(value: unknown): TimeUs {
  if (typeof value !== 'number' || !(value > LEAST_NS)) return millisecondsUs(value);
  return value < LAST_NS ? Math.floor(value / NS_PER_US) : 0;
}

function answer({ id, status, error }: Json): StreamFrame {
  const number = numericOf(id ?? 0);
  const code = typeof status === 'number' ? status : FAILED;
  if (code < REFUSED && error === undefined) return { kind: 'ack', id: number, error: '', isFinal: false };
  const { msg, message }: Json = isObject(error) ? error : {};
  const said = msg ?? message ?? error;
  const text = typeof said === 'string' && said !== '' ? said : 'without a reason';
  const isFinal = code >= REFUSED && code < FAILED && code !== TOO_MANY;
  return { kind: 'ack', id: number, error: `${text} (status ${code})`, isFinal };
}
