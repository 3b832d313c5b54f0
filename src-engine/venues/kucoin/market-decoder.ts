import type { Instrument } from '../../domain/instrument.ts';
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import { type BookUpdate, NONE } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';
import { DepthJoin } from '../toolkit/depth-join.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import type { Frame } from './frame.ts';
import { KucoinParser } from './parse.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const ALIVE_EVERY_US = 500_000;

/**
 * Turns frames into calls on a sink: the same for a live connection and for a replay of recorded frames, so that a backtest
 * sees what the live run saw.
 */
export class KucoinDecoder {
  readonly #parser: KucoinParser;
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  /** By instrument. */
  readonly #joins: readonly DepthJoin[];
  #aliveUs = Number.NEGATIVE_INFINITY;

  /** @param instruments with ids 0 … n−1 of the run, or some of them. @param venue that speaks this protocol. */
  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    const joins: DepthJoin[] = [];
    for (const { id } of instruments) joins[id] = new DepthJoin();
    this.#joins = joins;
    this.#parser = new KucoinParser(new SymbolIndex(instruments));
    this.#sink = sink;
    this.#venue = venue;
  }

  /**
   * Reads one frame and calls the sink. The frame goes back to the caller, who keeps the subscriptions by it and asks for
   * the order books: one that was lost has been reported to the sink already.
   */
  decode(bytes: Buffer, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parse(bytes, receivedUs), receivedUs);
  }

  /** As `decode`, of a frame that stands between the quotes of a JSON string. */
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: TimeUs): Frame {
    return this.#take(this.#parser.parseEscaped(bytes, start, end, receivedUs), receivedUs);
  }

  /** The message behind the last `change` or `snapshot` frame. */
  get update(): BookUpdate {
    return this.#parser.update;
  }

  /** True while changes of this book go on from its order book. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** The book of this instrument is no longer trusted: its next order book replaces it. */
  lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  /** The connection ended: no change that comes now goes on from what came before. */
  loseAll(): void {
    for (const join of this.#joins) join?.lose();
  }

  #take(frame: Frame, receivedUs: TimeUs): Frame {
    // Messages of one connection stay in order: any of them shows that it lives.
    if (frame.kind !== 'snapshot' && receivedUs - this.#aliveUs >= ALIVE_EVERY_US) {
      this.#aliveUs = receivedUs;
      this.#sink.onAlive(this.#venue, receivedUs);
    }
    switch (frame.kind) {
      case 'change':
        this.#change(receivedUs);
        break;
      case 'snapshot':
        this.#snapshot();
        break;
      case 'trade':
        this.#sink.onTrade(frame.trade);
        break;
      case 'error':
        if (frame.instrumentId === undefined) break;
        this.lose(frame.instrumentId);
        this.#sink.onBookLost(frame.instrumentId, frame.detail, receivedUs);
        break;
      case 'ack':
      case 'pong':
      case 'other':
        break;
    }
    return frame;
  }

  #change(receivedUs: TimeUs): void {
    const { update, firstSeq } = this.#parser;
    const join = this.#joins[update.instrumentId] as DepthJoin;
    const result = join.change(firstSeq, update);
    if (result === 'follows') this.#sink.onBook(update);
    else if (result === 'gap') {
      const reason = `changes before sequence ${firstSeq} are missing`;
      this.#sink.onBookLost(update.instrumentId, reason, receivedUs);
    }
  }

  #snapshot(): void {
    const { update } = this.#parser;
    const join = this.#joins[update.instrumentId] as DepthJoin;
    join.snapshot(update, (message) => {
      if (message.isSnapshot) message.prevSeq = NONE;
      this.#sink.onBook(message);
    });
  }
}
