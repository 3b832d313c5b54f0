import type { VenueName } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { MarketSink } from '../market-feed.ts';

/** Signs of life need not come more often: books are judged by seconds. */
const EVERY_US = 500_000;

/** Messages of one connection stay in order: any of them shows that it lives. Passes on a few of these signs a second. */
export class AliveSign {
  readonly #sink: MarketSink;
  readonly #venue: VenueName;
  #lastUs = Number.NEGATIVE_INFINITY;

  constructor(sink: MarketSink, venue: VenueName) {
    this.#sink = sink;
    this.#venue = venue;
  }

  /** A message of the connection came. */
  seen(receivedUs: TimeUs): void {
    if (receivedUs - this.#lastUs < EVERY_US) return;
    this.#lastUs = receivedUs;
    this.#sink.onAlive(this.#venue, receivedUs);
  }
}
