import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { MarketSink } from '../market-feed.ts';
import { StreamDecoder } from '../toolkit/stream-decoder.ts';
import { Channels } from './channels.ts';
import { BitfinexParser } from './parse.ts';

/** Beside the books of the run the text of each is kept, which the venue's checksums cover. */
export class BitfinexDecoder extends StreamDecoder {
  readonly #parser: BitfinexParser;
  readonly #channels: Channels;

  /** @param venue that speaks the protocol. @param channels of the connection; of none where a recording is read. */
  constructor(
    instruments: readonly Instrument[],
    sink: MarketSink,
    venue: VenueName,
    channels: Channels = new Channels(),
  ) {
    const parser = new BitfinexParser(instruments, channels);
    super(parser, sink, venue);
    this.#parser = parser;
    this.#channels = channels;
  }

  override recorded(bytes: Buffer): Buffer {
    return this.#channels.named(bytes);
  }

  override lose(id: InstrumentId): void {
    this.#parser.books.lose(id);
  }

  override loseAll(): void {
    this.#parser.books.loseAll();
    this.#channels.clear();
  }
}
