/**
 * Frames of HTX's spot stream (HTX spot API, "Market By Price (refresh update)", "Trade Detail"; "Market Depth" in recordings), from
 * unpacked bytes to our values. A frame that cannot be read is a result that says why, never an exception and never a guess.
 */
import type { TimeUs } from '../../domain/time.ts';
import { exactJson } from '../../lib/exact-json.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import { plainDecimal } from '../capture/plain-decimal.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { numericOf, wordOf } from '../toolkit/json.ts';
import { listIn, MarketParser } from '../toolkit/market-parser.ts';
import { BOOK, OTHER, type StreamAck, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { millisecondsUs } from '../toolkit/timestamp.ts';
import { RefreshLane } from './refresh-lane.ts';

/** `market.btcusdt.mbp.refresh.20`: the symbol, and what of it. */
export const TOPIC = /^market\.([^.]+)\.(.+)$/;
/** Whole books: the best levels every 100 ms, and 150 of them every second. */
export const WHOLE = /^(?:mbp\.refresh\.\d+|depth\.step0)$/;
export const TRADES = 'trade.detail';
/** No such topic or symbol: no repetition changes it. */
const FINAL = /bad-request|invalid/i;
/** Of requests or topics: the same request is taken later. */
const LIMIT = /limit|too (?:many|much|frequent|fast)|frequen|exceed|maximum/i;

export class HtxParser extends MarketParser {
  constructor(symbols: SymbolIndex) {
    super(symbols, [{ lane: new RefreshLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const { ping, ch, ts, id, ...answer } = jsonFrame(text);
    if (ping !== undefined) return { kind: 'question', answer: JSON.stringify({ pong: ping }) };
    if (typeof ch !== 'string') return ackOf(id, answer);
    const [, symbol, channel = ''] = TOPIC.exec(ch) ?? [];
    this.isHarmless = symbol !== undefined && !WHOLE.test(channel);
    if (symbol === undefined) throw new FrameError('bad-layout', `${JSON.stringify(ch)} is no topic`);
    if (WHOLE.test(channel)) return this.#book(symbol, text, millisecondsUs(ts), receivedUs);
    return channel === TRADES ? this.#trades(symbol, text, receivedUs) : OTHER;
  }

  /** Prices and quantities are numbers with more digits than a double holds: they are read from the text. */
  #book(symbol: string, text: string, venueUs: TimeUs, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    const { bids, asks } = tickOf(text);
    this.sides(instrument, rowsOf(bids, 'bids'), rowsOf(asks, 'asks'));
    this.update.venueUs = venueUs;
    return BOOK;
  }

  #trades(symbol: string, text: string, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    const trades = listIn(tickOf(text)['data'], 'trades').map((row) => {
      const { price, amount, direction, ts }: Json = isObject(row) ? row : {};
      const trade = { price: plainOf(price), qty: plainOf(amount), side: direction };
      return this.trade(instrument, { ...trade, venueUs: millisecondsUs(Number(ts)) }, receivedUs);
    });
    return { kind: 'trades', trades };
  }
}

function tickOf(text: string): Json {
  const json = exactJson(text);
  const tick = isObject(json) ? json['tick'] : undefined;
  if (isObject(tick)) return tick;
  throw new FrameError('bad-layout', 'data without their tick');
}

/** A side that has no level may be left out. */
function rowsOf(side: unknown, name: string): readonly unknown[] {
  return side === undefined
    ? []
    : listIn(side, name).map((row) =>
        Array.isArray(row) ? (row as unknown[]).map((value) => plainOf(value)) : row,
      );
}

/** Without an exponent. @throws FrameError for what is no number. */
function plainOf(value: unknown): string {
  try {
    if (typeof value === 'string') return plainDecimal(value);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new FrameError('bad-number', `${JSON.stringify(value) ?? 'nothing'} is not a number`);
}

/** Answers name the topic of one symbol, and the id of the request. */
function ackOf(id: unknown, answer: Json): StreamFrame {
  const { status, subbed, unsubbed, 'err-code': code, 'err-msg': text } = answer;
  if (status === undefined && subbed === undefined && unsubbed === undefined) return OTHER;
  const ack: StreamAck = { kind: 'ack', id: numericOf(id ?? 0), error: '', isFinal: false };
  if (status !== 'error') return ack;
  const error = `${typeof text === 'string' ? text : 'without a reason'} (code ${wordOf(code)})`;
  return { ...ack, error, isFinal: FINAL.test(error) && !LIMIT.test(error) };
}
