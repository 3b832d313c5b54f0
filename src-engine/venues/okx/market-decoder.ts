import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { BookUpdate } from '../../domain/market-data.ts';
import type { MarketSink } from '../market-feed.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { SymbolIndex } from '../toolkit/symbol-index.ts';
import { BookJoin } from './book-join.ts';
import { OkxParser } from './parse.ts';

/** Books whose snapshots come in the stream or, where it begins with changes, by REST. */
export class OkxDecoder extends StreamDecoder {
  /** By instrument. */
  readonly #joins: readonly BookJoin[];

  constructor(instruments: readonly Instrument[], sink: MarketSink, venue: VenueName) {
    super(new OkxParser(new SymbolIndex(instruments)), sink, venue);
    const joins: BookJoin[] = [];
    for (const { id } of instruments) joins[id] = new BookJoin();
    this.#joins = joins;
  }

  /** True once a snapshot of this book came. */
  isJoined(id: InstrumentId): boolean {
    return this.#joins[id]?.isLive === true;
  }

  /** True while changes of this book wait for one by REST. */
  isWaiting(id: InstrumentId): boolean {
    return this.#joins[id]?.isWaiting === true;
  }

  override lose(id: InstrumentId): void {
    this.#joins[id]?.lose();
  }

  override loseAll(): void {
    for (const join of this.#joins) join?.lose();
  }

  protected override book(update: BookUpdate): void {
    if (this.#joins[update.instrumentId]?.take(update) === true) this.sink.onBook(update);
  }

  protected override restBook(update: BookUpdate): void {
    this.#joins[update.instrumentId]?.restBook(update, (message) => this.sink.onBook(message));
  }
}
