/** Lines of the process that reads pools (`process/follower.ts`), from bytes to our values. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import { FrameError } from '../toolkit/frame-error.ts';
import { jsonFrame } from '../toolkit/frame-parser.ts';
import type { Json } from '../toolkit/json.ts';
import { MarketParser, numberIn } from '../toolkit/market-parser.ts';
import { ackOf } from '../toolkit/side-lines.ts';
import { BOOK, OTHER, type StreamFrame } from '../toolkit/stream-frame.ts';

export class PoolParser extends MarketParser {
  /** The line in hand shows that the newest block is still the newest: books of it are as young as this line. */
  isConfirmed = false;

  protected override frame(text: string, receivedUs: TimeUs): StreamFrame {
    this.isConfirmed = false;
    const json = jsonFrame(text);
    switch (json['event']) {
      case 'book':
        this.isConfirmed = true;
        return this.#book(json, receivedUs);
      case 'alive':
        this.isConfirmed = true;
        return OTHER;
      case 'ack':
        return ackOf(json);
      case 'failed':
        return this.#failed(json);
      case 'note':
        return { kind: 'note', text: typeof json['text'] === 'string' ? json['text'].slice(0, 240) : '' };
      case 'pong':
        return OTHER;
      default:
        throw new FrameError('bad-layout', `a line of an unknown kind: ${text.slice(0, 60)}`);
    }
  }

  /** Both sides of a pool at one block: each book is whole. */
  #book({ symbol, time, block, bids, asks }: Json, receivedUs: TimeUs): StreamFrame {
    const instrument = this.bookOf(symbol, true, receivedUs);
    numberIn(block, 'block');
    this.sides(instrument, bids, asks);
    this.update.venueUs = numberIn(time, 'time') * US_PER_MS;
    return BOOK;
  }

  #failed({ symbol, text }: Json): never {
    this.instrument = this.find(symbol);
    throw new FrameError('bad-layout', typeof text === 'string' ? text.slice(0, 240) : 'no reason is given');
  }
}
