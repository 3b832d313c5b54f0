/** A connection that sends changes alone: the book that they go on from is asked for by REST, once changes come. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { JoinedDecoder } from './joined-decoder.ts';
import { contradicts } from './overdue-books.ts';
import { SilentTopics } from './silent-topics.ts';
import type { SnapshotQueue } from './snapshot-queue.ts';
import { StreamConnection, type StreamOptions } from './stream-connection.ts';
import type { RestBookTaker } from './venue-feed.ts';

export type JoinedOptions = StreamOptions<JoinedDecoder> & {
  readonly snapshots: Pick<SnapshotQueue, 'want' | 'forget'>;
  /** How a recording keeps the answer of a REST call: as a frame that names its symbol. */
  readonly restFrame: (symbol: string, body: string) => string;
};

export class JoinedConnection extends StreamConnection<JoinedDecoder> implements RestBookTaker {
  readonly #silent = new SilentTopics();
  /** When the last change of each instrument came. */
  readonly #changedUs: TimeUs[] = [];
  readonly #snapshots: JoinedOptions['snapshots'];
  readonly #restFrame: JoinedOptions['restFrame'];

  constructor(options: JoinedOptions) {
    super(options);
    this.#snapshots = options.snapshots;
    this.#restFrame = options.restFrame;
  }

  /** The changes go on: only the book is asked for anew. */
  override resubscribe(instrumentId: InstrumentId): void {
    this.decoder?.lose(instrumentId);
    this.#want(instrumentId);
  }

  onRestBook(symbol: string, body: string): boolean {
    const { sink, decoder } = this;
    const instrument = this.bySymbol.get(symbol);
    if (instrument === undefined || sink === undefined || decoder === undefined) return false;
    // Without changes that come nothing shows that it is of now: it is asked for again once they do.
    if (this.books?.isLive(symbol) !== true) return true;
    const receivedUs = this.clock.nowUs();
    // A recording keeps it as a frame of its own, and a replay reads it as this does.
    const bytes = Buffer.from(this.#restFrame(symbol, body));
    sink.onRaw(receivedUs, bytes);
    const frame = decoder.decode(bytes, receivedUs);
    const { seq } = decoder.update;
    const { id } = instrument;
    if (frame.kind === 'error' || decoder.needsBook(id)) this.#snapshots.want(symbol);
    // One that the changes have passed already shows that they come.
    else if (seq >= decoder.appliedSeq(id)) this.#silent.onBook(id, seq, receivedUs);
    return true;
  }

  onRestBookFailed(symbol: string, reason: string): void {
    const instrument = this.bySymbol.get(symbol);
    // A live book that was only to be looked at, or to be known deeper, is as good as before.
    if (instrument === undefined || this.decoder?.isJoined(instrument.id) === true) return;
    this.sink?.onBookLost(instrument.id, `no order book yet: ${reason}`, this.clock.nowUs());
  }

  /** Changes come from here on: a book that is asked for now is not older than the first of them. */
  protected override onTaken(symbol: string, nowUs: TimeUs): void {
    const instrument = this.bySymbol.get(symbol);
    if (instrument === undefined) return;
    this.#snapshots.want(symbol);
    this.released(instrument.id, nowUs);
  }

  protected override onBook(decoder: JoinedDecoder, receivedUs: TimeUs): void {
    const { instrumentId } = decoder.update;
    this.#changedUs[instrumentId] = receivedUs;
    this.#silent.onChange(instrumentId);
    if (decoder.needsBook(instrumentId)) this.#want(instrumentId);
  }

  /** A topic may fall silent after its first change as well: the order book by REST shows whether it did. */
  protected override onTraded({ instrumentId: id, venueUs }: TradePrint, nowUs: TimeUs): void {
    const { decoder } = this;
    if (decoder?.isJoined(id) === true && contradicts(venueUs, nowUs, this.#changedUs[id] ?? 0))
      this.#silent.onTrade(id, decoder.appliedSeq(id), nowUs);
  }

  protected override onEnd(): void {
    super.onEnd();
    this.#snapshots.forget(this.bySymbol.keys());
    this.#silent.clear();
  }

  protected override onTick(nowUs: TimeUs): void {
    this.#silent.tick(
      nowUs,
      (id) => this.#want(id),
      (id) => this.#onSilent(id, nowUs),
    );
  }

  #want(id: InstrumentId): void {
    const symbol = this.byId.get(id)?.symbol;
    if (symbol !== undefined) this.#snapshots.want(symbol);
  }

  /** Acknowledged, and not served: the book alone would be shown as if it were today's. */
  #onSilent(id: InstrumentId, nowUs: TimeUs): void {
    const instrument = this.byId.get(id);
    if (instrument === undefined) return;
    this.decoder?.lose(id);
    this.sink?.onBookLost(id, 'the venue took its subscription and sends none of its changes', nowUs);
    this.books?.resubscribe(instrument.symbol, nowUs);
  }
}
