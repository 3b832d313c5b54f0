import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { AliveSign } from './alive-sign.ts';
import type { FrameParser } from './frame-parser.ts';
import type { StreamFrame } from './stream-frame.ts';

export type StreamParser = Pick<FrameParser<StreamFrame>, 'parse' | 'parseEscaped' | 'update'>;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest sees what
 * the live run saw. This one is for venues whose snapshots come in the stream: each message is passed on as it came, and the book's own
 * rule finds what is missing.
 */
export class StreamDecoder {
  protected readonly sink: MarketSink;
  readonly #parser: StreamParser;
  readonly #alive: AliveSign;

  /** @param venue that speaks the protocol. */
  constructor(parser: StreamParser, sink: MarketSink, venue: VenueName) {
    this.#parser = parser;
    this.sink = sink;
    this.#alive = new AliveSign(sink, venue);
  }

  /** Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it. */
  decode(bytes: Buffer, receivedUs: TimeUs): StreamFrame {
    return this.#take(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): StreamFrame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** How a recording keeps this frame, which is text: valid during the call only. */
  recorded(bytes: Buffer): Buffer {
    return bytes;
  }

  /** The message behind the last `book` or `rest-book` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  /** The book of this instrument is no longer trusted: its next snapshot replaces it. */
  lose(_id: InstrumentId): void {
    // Nothing is kept here of a book.
  }

  /** The connection ended: no change that comes now goes on from what came before. */
  loseAll(): void {
    // Nothing is kept here of any book.
  }

  /** A message of a book. */
  protected book(update: BookUpdate): void {
    this.sink.onBook(update);
  }

  /** A book that was asked for. */
  protected restBook(update: BookUpdate): void {
    this.sink.onBook(update);
  }

  #take(frame: StreamFrame, receivedUs: TimeUs): StreamFrame {
    // A book by REST says nothing of the connection.
    if (frame.kind !== 'rest-book') this.#alive.seen(receivedUs);
    switch (frame.kind) {
      case 'book':
        this.book(this.update);
        break;
      case 'rest-book':
        this.restBook(this.update);
        break;
      case 'trades':
        for (const trade of frame.trades) this.sink.onTrade(trade);
        break;
      case 'error':
        if (frame.instrumentId === undefined) break;
        this.lose(frame.instrumentId);
        this.sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'ack':
      case 'question':
      case 'reconnect':
      case 'note':
      case 'other':
        break;
    }
    return frame;
  }
}
