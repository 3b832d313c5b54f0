import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import { BookUpdate } from '../../domain/market-data.ts';
import type { MarketSink } from '../market-feed.ts';
import { KnownBook } from './known-book.ts';
import { StreamDecoder, type StreamParser } from './stream-decoder.ts';

/** Nothing of a snapshot is cut. */
const WHOLE = { bidsCut: false, asksCut: false, leastKnown: 0 };

type Kept = { readonly book: KnownBook; seq: number };

/**
 * For venues whose stream begins with a whole book of linked numbers, of which the best levels are passed on: all others are kept here, so
 * that a level comes into view when the ones before it are gone.
 */
export class DeepDecoder extends StreamDecoder {
  readonly #window: number;
  readonly #update = new BookUpdate(1_024);
  /** By instrument; undefined without a snapshot since the last loss. */
  readonly #books: (Kept | undefined)[] = [];

  /** @param window levels a side that a run sees. @param venue that speaks the protocol. */
  constructor(parser: StreamParser, sink: MarketSink, venue: VenueName, window: number) {
    super(parser, sink, venue);
    this.#window = window;
  }

  override lose(id: InstrumentId): void {
    this.#books[id] = undefined;
  }

  override loseAll(): void {
    this.#books.length = 0;
  }

  protected override book(update: BookUpdate): void {
    const { instrumentId: id, isSnapshot, receivedUs, seq, prevSeq } = update;
    const out = this.#update;
    out.reset(id, isSnapshot, receivedUs);
    let kept = this.#books[id];
    if (isSnapshot) {
      kept = { book: new KnownBook(this.#window), seq };
      this.#books[id] = kept;
      kept.book.replace(update, WHOLE, out);
    } else if (kept === undefined) return;
    else if (prevSeq !== kept.seq) {
      // The book's own rule finds what is missing: the change is passed on as it came, and no level of it is kept.
      this.lose(id);
      this.sink.onBook(update);
      return;
    } else kept.book.change(update, out);
    kept.seq = seq;
    out.venueUs = update.venueUs;
    out.seq = seq;
    // A change of very many levels becomes a snapshot of the window, which follows nothing.
    if (!out.isSnapshot) out.prevSeq = prevSeq;
    this.sink.onBook(out);
  }
}
