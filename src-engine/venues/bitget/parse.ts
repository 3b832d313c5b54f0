/**
 * Frames of Bitget's public connections, v3 and those of v2 and v1 in recordings (Bitget API, "Depth channel" and "Public trade
 * channel" of each version), from bytes to our values. A frame that cannot be read is a result that says why, never an exception and
 * never a guess.
 */
import { NONE } from '../../domain/market-data.ts';
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { chainNumber } from '../toolkit/chain-number.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import { listIn, MarketParser } from '../toolkit/market-parser.ts';
import {
  BOOK,
  OTHER,
  type StreamAck,
  type StreamChannel,
  type StreamFrame,
} from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { BookLane } from './book-lane.ts';

/** The same symbols stand in the futures' streams. */
const SPOT: ReadonlySet<unknown> = new Set(['spot', 'SPOT', 'sp']);
/** Its books from v1 on; `books1`, `books5` and the like are the best levels again and again. */
const BOOKS = 'books';
const TRADES: ReadonlySet<unknown> = new Set(['publicTrade', 'trade']);
/** No such symbol or topic; a request that is not well-formed. Others may pass: too many topics, a busy server. */
const FINAL: ReadonlySet<number> = new Set([30_001, 30_002, 30_016]);
/** Messages of errors name what they are about: `instType:spot,topic:books,symbol:AAAUSDT doesn't exist`. */
const NAMED = /(?:symbol|instId):\s*([^\s,]+)/;
const CHANNEL_NAMED = /(?:topic|channel):\s*(\w+)/;

export class BitgetParser extends MarketParser {
  constructor(symbols: SymbolIndex) {
    super(symbols, [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    if (text === 'pong') return OTHER;
    const json = jsonFrame(text);
    const { event, action, data } = json;
    const arg: Json = isObject(json['arg']) ? json['arg'] : {};
    if (typeof event === 'string') return answer(event, arg, json);
    if (data === undefined) return OTHER;
    const topic = arg['topic'] ?? arg['channel'];
    // Only what is surely of something else is passed over.
    this.isHarmless = typeof topic === 'string' && topic !== BOOKS;
    if (typeof topic !== 'string') throw new FrameError('bad-layout', 'data without their topic');
    if (!SPOT.has(arg['instType']) && typeof arg['instType'] === 'string') return OTHER;
    const symbol = arg['symbol'] ?? arg['instId'];
    if (topic === BOOKS) return this.#book(symbol, action, data, text, receivedUs);
    return TRADES.has(topic) ? this.#trades(symbol, data, receivedUs) : OTHER;
  }

  #book(symbol: unknown, action: unknown, data: unknown, text: string, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, action === 'snapshot', receivedUs);
    const [entry, ...more] = listIn(data, 'data');
    if ((action !== 'snapshot' && action !== 'update') || !isObject(entry) || more.length > 0)
      throw new FrameError('bad-layout', 'it is not one snapshot or update of a book');
    this.sides(instrument, entry['bids'] ?? entry['b'], entry['asks'] ?? entry['a']);
    this.update.venueUs = timeUs(entry['ts']);
    this.#number(entry, text);
    return BOOK;
  }

  /** Numbers are above 2^53: they are read from the text. Messages before 2026 have a checksum of their text in their place. */
  #number(entry: Json, text: string): void {
    const { update } = this;
    if (entry['seq'] === undefined && entry['checksum'] !== undefined) return;
    update.seq = chainNumber(text, 'seq');
    update.prevSeq = update.isSnapshot ? NONE : chainNumber(text, 'pseq');
  }

  #trades(symbol: unknown, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    const trades = listIn(data, 'trades').map((row) => {
      const trade: Json = isObject(row) ? row : {};
      const side = trade['S'] ?? trade['side'];
      const [price, qty] = [trade['p'] ?? trade['price'], trade['v'] ?? trade['size']];
      const venueUs = timeUs(trade['T'] ?? trade['ts']);
      return this.trade(instrument, { price, qty, side, venueUs }, receivedUs);
    });
    return { kind: 'trades', trades };
  }
}

function answer(event: string, arg: Json, { code, msg }: Json): StreamFrame {
  if (event !== 'subscribe' && event !== 'unsubscribe' && event !== 'error') return OTHER;
  const text = typeof msg === 'string' && msg !== '' ? msg : 'without a reason';
  const symbol = arg['symbol'] ?? arg['instId'] ?? NAMED.exec(text)?.[1];
  const ack: StreamAck = {
    kind: 'ack',
    channel: channelOf(arg['topic'] ?? arg['channel'] ?? CHANNEL_NAMED.exec(text)?.[1]),
    symbol: typeof symbol === 'string' ? symbol : undefined,
    error: '',
    isFinal: false,
  };
  if (event !== 'error') return { ...ack, verb: event };
  const number = numericOf(code ?? 0);
  return { ...ack, error: `${text} (code ${number})`, isFinal: FINAL.has(number) };
}

function channelOf(topic: unknown): StreamChannel | undefined {
  if (topic === BOOKS) return 'books';
  return TRADES.has(topic) ? 'trades' : undefined;
}

function timeUs(value: unknown): TimeUs {
  return typeof value === 'string' && /^\d{13}$/.test(value)
    ? Number(value) * US_PER_MS
    : millisecondsUs(value);
}
