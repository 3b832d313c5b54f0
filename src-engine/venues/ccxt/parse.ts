/** Lines of a ccxt process (`process/book-follower.ts`), from bytes to our values. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import type { Json } from '../toolkit/json.ts';
import { MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { ackOf } from '../toolkit/side-lines.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';

export class CcxtParser extends MarketParser {
  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    const json = jsonFrame(text);
    switch (json['event']) {
      case 'book':
        return this.#book(json, receivedUs);
      case 'ack':
        return ackOf(json);
      case 'failed':
        return this.#failed(json);
      case 'note':
        return {
          kind: 'note',
          text: typeof json['text'] === 'string' ? json['text'] : '',
          isByRest: json['isByRest'] === true,
        };
      case 'pong':
        return OTHER;
      default:
        throw new FrameError('bad-layout', `a line of an unknown kind: ${text.slice(0, 60)}`);
    }
  }

  /** The best levels of both sides: each book is whole. One of which a number is not exact is not shown at all. */
  #book({ symbol, time, bids, asks, left, why }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    if (left !== 0) {
      const number = typeof why === 'string' ? why.slice(0, 40) : '';
      throw new FrameError(
        'bad-number',
        `${String(left)} levels have a number that is not exact, such as ${number}`,
      );
    }
    this.sides(instrument, bids, asks);
    if (time !== null) this.update.venueUs = numberIn(time, 'time') * US_PER_MS;
    return BOOK;
  }

  #failed({ symbol, text, failures }: Json): never {
    this.instrument = this.find(symbol);
    const times = failures === 1 ? 'once' : `${String(failures)} times in a row`;
    throw new FrameError(
      'bad-layout',
      `its book could not be read ${times}: ${typeof text === 'string' ? text : 'without a reason'}`,
    );
  }
}
