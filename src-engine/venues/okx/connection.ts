/** One connection to OKX's public market data, whose books begin in the stream or, where that sends no snapshot, by REST. */
import type { TimeUs } from '../../domain/time.ts';
import type { SnapshotQueue } from '../toolkit/snapshot-queue.ts';
import { StreamConnection, type StreamOptions } from '../toolkit/stream-connection.ts';
import type { RestBookTaker } from '../toolkit/venue-feed.ts';
import type { OkxDecoder } from './market-decoder.ts';
import { restBookFrame } from './parse.ts';

export class OkxConnection extends StreamConnection<OkxDecoder> implements RestBookTaker {
  readonly #snapshots: Pick<SnapshotQueue, 'want'>;

  constructor(options: StreamOptions<OkxDecoder>, snapshots: Pick<SnapshotQueue, 'want'>) {
    super(options);
    this.#snapshots = snapshots;
  }

  /**
   * A book by REST, whose answer is recorded as a frame of its own. It is taken while its subscription stands and changes wait for
   * it: without them nothing shows that it is of now.
   */
  onRestBook(symbol: string, body: string): boolean {
    const { sink, decoder } = this;
    const instrument = this.bySymbol.get(symbol);
    if (instrument === undefined || sink === undefined || decoder === undefined) return false;
    if (this.books?.isTaken(symbol) !== true || !decoder.isWaiting(instrument.id)) return true;
    const receivedUs = this.clock.nowUs();
    const bytes = Buffer.from(restBookFrame(symbol, body));
    sink.onRaw(receivedUs, bytes);
    decoder.decode(bytes, receivedUs);
    if (decoder.isJoined(instrument.id)) this.onSnapshot(instrument.id, receivedUs);
    else this.#snapshots.want(symbol);
    return true;
  }

  onRestBookFailed(): void {
    // The subscription is asked for anew meanwhile, and the next change asks for the book again.
  }

  /** A change behind the acknowledgement, without a snapshot before it: the venue sends none in the stream any longer. */
  protected override onBook(decoder: OkxDecoder, receivedUs: TimeUs): void {
    super.onBook(decoder, receivedUs);
    const { instrumentId, isSnapshot } = decoder.update;
    if (!isSnapshot && !decoder.isJoined(instrumentId)) {
      const symbol = this.byId.get(instrumentId)?.symbol;
      if (symbol !== undefined && this.books?.isTaken(symbol) === true) this.#snapshots.want(symbol);
    }
  }
}
