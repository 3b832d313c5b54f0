/**
 * Frames of Bitstamp's public stream (Bitstamp, "WebSocket API v2": live order book, live ticker), from bytes to our values. A frame
 * that cannot be read is a result that says why, never an exception and never a guess.
 */
import type { TimeUs } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import { isObject, type Json, numericOf } from '../toolkit/json.ts';
import { listIn, MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';
import type { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookLane } from './book-lane.ts';

export const BOOKS = 'order_book_';
export const TRADES = 'live_trades_';

const REQUEST_RECONNECT: StreamFrame = {
  kind: 'reconnect',
  reason: 'the venue announced the end of this connection',
};
/** Refusals that no repetition changes. Whatever else it says may pass. */
const FINAL = /bad subscription|incorrect|invalid|not found|unknown|does not exist/i;

export class BitstampParser extends MarketParser {
  constructor(symbols: SymbolIndex) {
    super(symbols, [{ lane: new BookLane(symbols), frame: BOOK }]);
  }

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    const { event, channel, data } = json;
    if (typeof event !== 'string') throw new FrameError('bad-layout', 'a frame without its event');
    switch (event) {
      case 'bts:request_reconnect':
        return REQUEST_RECONNECT;
      case 'bts:subscription_succeeded':
      case 'bts:unsubscription_succeeded':
        return { ...named(channel), verb: event.startsWith('bts:s') ? 'subscribe' : 'unsubscribe' };
      case 'bts:error':
        return refusal(channel, data);
      default:
        break;
    }
    if (event.startsWith('bts:')) return OTHER;
    if (typeof channel !== 'string') throw new FrameError('bad-layout', `${event} without its channel`);
    this.isHarmless = !channel.startsWith(BOOKS);
    if (channel.startsWith(BOOKS)) return this.#book(channel.slice(BOOKS.length), event, data, receivedUs);
    const isTrade = channel.startsWith(TRADES) && event === 'trade';
    return isTrade ? this.#trade(channel.slice(TRADES.length), data, receivedUs) : OTHER;
  }

  /** The best 100 levels a side, whole with each change: there is no number, and none is needed. */
  #book(symbol: string, event: string, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    if (event !== 'data' || !isObject(data)) throw new FrameError('bad-layout', 'a book without its data');
    this.sides(instrument, priced(data['bids']), priced(data['asks']));
    this.update.venueUs = numberIn(data['microtimestamp'], 'microtimestamp');
    return BOOK;
  }

  #trade(symbol: string, data: unknown, receivedUs: TimeUs): StreamFrame {
    const instrument = this.find(symbol);
    const { price_str: price, amount_str: qty, type, microtimestamp }: Json = isObject(data) ? data : {};
    // 0: the taker bought.
    const side = type === 0 ? 'buy' : type === 1 ? 'sell' : undefined;
    const venueUs = numberIn(microtimestamp, 'microtimestamp');
    return { kind: 'trades', trades: [this.trade(instrument, { price, qty, side, venueUs }, receivedUs)] };
  }
}

/** Rows of a price of zero stand in some books: they are no offer. */
function priced(rows: unknown): readonly unknown[] {
  return listIn(rows, 'a side of a book').filter((row) => !(Array.isArray(row) && numericOf(row[0]) === 0));
}

function named(channel: unknown) {
  const name = typeof channel === 'string' ? channel : '';
  const isBook = name.startsWith(BOOKS);
  const isTrade = name.startsWith(TRADES);
  const start = isBook ? BOOKS : TRADES;
  return {
    kind: 'ack',
    channel: isBook ? 'books' : isTrade ? 'trades' : undefined,
    symbol: isBook || isTrade ? name.slice(start.length) : undefined,
    error: '',
    isFinal: false,
  } as const;
}

/** An error names no channel: it is of the oldest request, as each is of one. */
function refusal(channel: unknown, data: unknown): StreamFrame {
  const { message }: Json = isObject(data) ? data : {};
  const error = typeof message === 'string' && message !== '' ? message : 'without a reason';
  return { ...named(channel), error, isFinal: FINAL.test(error) };
}
