/** The engine's own way from a frame to a decision, put together as a session does, its stages timed as there; without sockets and database. */
import type { BookDepth } from '../src-engine/domain/book-depth.ts';
import type { Asset, VenueName } from '../src-engine/domain/ids.ts';
import type { Instrument } from '../src-engine/domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../src-engine/domain/limits.ts';
import type { EngineEvent } from '../src-engine/domain/event.ts';
import { Kernel } from '../src-engine/kernel/kernel.ts';
import type { KernelConfig } from '../src-engine/kernel/kernel-config.ts';
import type { MarketSink } from '../src-engine/venues/market-feed.ts';
import { KrakenDecoder } from '../src-engine/venues/kraken/market-decoder.ts';
import { verifierOf } from '../src-engine/venues/registry.ts';
import { NOT_KEPT } from '../src-engine/runner/intent-gate.ts';
import { Runner } from '../src-engine/runner/runner.ts';
import { StageMeter } from '../src-engine/runner/stage-meter.ts';
import type { MarketLogRaw } from '../src-engine/storage/market-log-types.ts';
import { BOOK_DEPTH, type FrameStream } from './frame-stream.ts';

const nothing = (): void => undefined;

/** What reads a venue's frames. */
type Decoder = {
  decode(bytes: Buffer, receivedUs: number): unknown;
  decodeEscaped(bytes: Buffer, start: number, end: number, receivedUs: number): unknown;
  /** Where an older snapshot does not take a live book back: a stream that begins anew is another connection. */
  loseAll?(): void;
};

type MarketOptions = {
  readonly venue: VenueName;
  readonly homeAsset: Asset;
  readonly bookDepth: BookDepth;
  readonly decoder: (instruments: readonly Instrument[], sink: MarketSink) => Decoder;
};

const KRAKEN: MarketOptions = {
  venue: 'kraken',
  homeAsset: 'USD',
  bookDepth: BOOK_DEPTH,
  decoder: (instruments, sink) => new KrakenDecoder(instruments, sink),
};

export class HotPath {
  readonly kernel: Kernel;
  /** Books that a frame or a checksum cost: none, or the figures mean nothing. */
  lostBooks = 0;
  opportunities = 0;
  readonly #decoder: Decoder;
  readonly #meter: StageMeter;
  /** Times of arrival, made before: a double made in the loop would be an allocation of the bench's own. */
  #times: readonly (number | string)[] = [''];

  /** @param change whatever of the kernel is to be other than usual. */
  constructor(
    instruments: readonly Instrument[],
    market: MarketOptions = KRAKEN,
    change: Partial<KernelConfig> = {},
  ) {
    const { venue, homeAsset, bookDepth } = market;
    this.kernel = new Kernel({
      runId: 'bench',
      mode: 'paper',
      simulatedMarket: false,
      seed: 1,
      homeAsset,
      instruments,
      bookDepth,
      verifierOf,
      limits: DEFAULT_LIMITS,
      detection: DEFAULT_DETECTION,
      opening: { balances: [{ asset: homeAsset, total: '1000' }], realizedPnl: '0', fees: '0' },
      killed: false,
      ...change,
    });
    const meter = new StageMeter(() => performance.now() * 1e6);
    const runner = new Runner({
      kernel: this.kernel,
      // Read only when something was found.
      clock: { nowUs: () => 1e15, schedule: () => nothing },
      journal: { append: (events) => this.#count(events) },
      intents: NOT_KEPT,
      venues: new Map(),
      feeds: new Map([[venue, { resubscribe: () => this.lostBooks++ }]]),
      publish: nothing,
      pace: { meter, isBehind: false, hasStoodStill: () => false, afterTurn: (run) => run() },
    });
    this.#meter = meter;
    this.#decoder = market.decoder(instruments, {
      onBook: (update) => runner.submit(update),
      onTrade: nothing,
      onFeed: nothing,
      onInstrumentStatus: nothing,
      onAlive: nothing,
      onBookLost: () => {
        this.lostBooks++;
      },
      onRaw: nothing,
    });
  }

  /** Feeds one frame as it came from a socket, the `index`-th since `prepare`. */
  feed(frame: Buffer, index: number): void {
    this.#meter.frameReceived();
    this.#decoder.decode(frame, this.#times[index + 1] as number);
  }

  /** Feeds one frame of a market log. */
  take({ bytes, start, end, tUs }: MarketLogRaw): void {
    this.#decoder.decodeEscaped(bytes, start, end, tUs);
  }

  /** Takes the snapshots of a stream and makes ready for its updates. */
  prepare({ snapshotBytes: snapshots, updateBytes: updates }: FrameStream): void {
    const most = Math.max(snapshots.length, updates.length) + 1;
    // The text in front keeps the array generic: it then holds numbers as objects that are there already.
    if (this.#times.length < most) {
      this.#times = ['', ...Array.from({ length: most }, (_, i) => 1e15 + i * 200)];
    }
    this.#decoder.loseAll?.();
    for (const [index, frame] of snapshots.entries()) this.feed(frame, index);
  }

  /** Updates of a stream, all or a part; answers how many. */
  run({ updateBytes: updates }: FrameStream, from = 0, to: number = updates.length): number {
    for (let i = from; i < to; i++) this.feed(updates[i] as Buffer, i);
    return to - from;
  }

  /** @throws Error when a book was lost: what was measured was not the path that it claims to be. */
  check(stream: string): void {
    if (this.lostBooks > 0) throw new Error(`${stream}: ${this.lostBooks} books were lost on the way`);
  }

  #count(events: readonly EngineEvent[]): void {
    for (const { type } of events) if (type === 'opportunityOpened') this.opportunities++;
  }
}
