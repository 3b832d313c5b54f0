/**
 * A venue's market data over several connections, as venues advise for many books: each carries some of the instruments. To the sink
 * they are one feed: it is open while any of them is, the books of one that closed are lost alone, and a sign of life is the oldest
 * of all open connections, as one of them says nothing about the books of another.
 */
import type { InstrumentId, VenueName } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { FeedEvent, FeedState } from '../../domain/market-data.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';

export type ShardedFeedOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  /** The instruments of each connection. */
  readonly groupsOf: (instruments: readonly Instrument[]) => readonly (readonly Instrument[])[];
  /** A feed of one connection. */
  readonly open: () => MarketFeed;
  /** Least time between the first attempts of two connections: venues limit handshakes of an address. */
  readonly spacingUs: DurationUs;
  /** The venue's own status, shown with the feed's. */
  readonly venueStatus: () => string;
};

type Shard = {
  readonly feed: MarketFeed;
  readonly instruments: readonly Instrument[];
  /** Told to connect; its attempt may have to wait. */
  isBegun: boolean;
  state: FeedState | 'due';
  /** Last sign of life since it opened; 0 before. */
  aliveUs: TimeUs;
};

export class ShardedFeed implements MarketFeed {
  readonly venue: VenueName;
  readonly #options: ShardedFeedOptions;
  #shards: readonly Shard[] = [];
  readonly #byId = new Map<InstrumentId, Shard>();
  #sink: MarketSink | undefined;
  #state: FeedState | undefined;
  /** Of the feed while it is open; empty: it reads its books as it began. */
  #note = '';
  #isByRest = false;
  #aliveUs: TimeUs = 0;
  #cancels: (() => void)[] = [];

  constructor(options: ShardedFeedOptions) {
    this.#options = options;
    this.venue = options.venue;
  }

  start(instruments: readonly Instrument[], sink: MarketSink): void {
    if (this.#sink !== undefined) throw new Error('this feed has been started before');
    const { clock, groupsOf, open, spacingUs } = this.#options;
    this.#sink = sink;
    this.#shards = groupsOf(instruments).map((group): Shard => {
      const shard: Shard = { feed: open(), instruments: group, isBegun: false, state: 'due', aliveUs: 0 };
      for (const { id } of group) this.#byId.set(id, shard);
      return shard;
    });
    for (const [at, shard] of this.#shards.entries()) {
      const begin = (): void => {
        shard.isBegun = true;
        shard.feed.start(shard.instruments, this.#sinkOf(shard, sink));
      };
      if (at === 0) begin();
      else this.#cancels.push(clock.schedule(clock.nowUs() + at * spacingUs, begin));
    }
  }

  resubscribe(instrumentId: InstrumentId): void {
    this.#byId.get(instrumentId)?.feed.resubscribe(instrumentId);
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    await Promise.all(this.#shards.flatMap(({ feed, isBegun }) => (isBegun ? [feed.stop()] : [])));
  }

  /** Passes the venue's status on, where it changed while the feed is open. */
  reportStatus(): void {
    if (this.#state === 'open') this.#report('open', '');
  }

  #sinkOf(shard: Shard, sink: MarketSink): MarketSink {
    return {
      onBook: (update) => sink.onBook(update),
      onTrade: (trade) => sink.onTrade(trade),
      onFeed: (event) => this.#onFeed(shard, event),
      onInstrumentStatus: (id, status, atUs) => sink.onInstrumentStatus(id, status, atUs),
      onInstrumentChange: (id, change, atUs) => sink.onInstrumentChange?.(id, change, atUs),
      onInstrumentStopped: (id, reason, atUs) => sink.onInstrumentStopped?.(id, reason, atUs),
      onAlive: (_venue, receivedUs) => this.#onAlive(shard, receivedUs),
      onBookLost: (id, reason, atUs) => sink.onBookLost(id, reason, atUs),
      onRaw: (receivedUs, frame) => sink.onRaw(receivedUs, frame),
      isRecording: () => sink.isRecording?.() !== false,
      onNote: (text, isByRest) => this.#onNote(text, isByRest),
    };
  }

  #onFeed(shard: Shard, { state, reason, atUs }: FeedEvent): void {
    const wasOpen = shard.state === 'open';
    shard.state = state;
    shard.aliveUs = 0;
    const states = new Set(this.#shards.map((one) => one.state));
    const together = states.has('open') ? 'open' : states.has('connecting') ? 'connecting' : 'closed';
    if (together !== 'open' || this.#state !== 'open') {
      // Others may be on their way already: the books are gone all the same.
      if (state === 'closed' && together !== 'open') this.#report('closed', reason);
      if (together !== this.#state) this.#report(together, '');
      return;
    }
    if (wasOpen) for (const { id } of shard.instruments) this.#sink?.onBookLost(id, reason, atUs);
  }

  #onNote(text: string, isByRest: boolean): void {
    if (this.#note === text && this.#isByRest === isByRest) return;
    this.#note = text;
    this.#isByRest = isByRest;
    if (this.#state === 'open') this.#report('open', '');
  }

  #onAlive(shard: Shard, receivedUs: TimeUs): void {
    shard.aliveUs = receivedUs;
    let oldestUs = receivedUs;
    for (const { state, aliveUs } of this.#shards)
      if (state === 'open' && aliveUs > 0 && aliveUs < oldestUs) oldestUs = aliveUs;
    if (oldestUs <= this.#aliveUs) return;
    this.#aliveUs = oldestUs;
    this.#sink?.onAlive(this.venue, oldestUs);
  }

  #report(state: FeedState, reason: string): void {
    this.#state = state;
    // Whatever connects next begins as it began.
    if (state === 'closed') [this.#note, this.#isByRest] = ['', false];
    const { clock, venueStatus } = this.#options;
    const status = venueStatus();
    this.#sink?.onFeed({
      kind: 'feed',
      venue: this.venue,
      state,
      venueStatus: status,
      reason: state === 'open' && reason === '' ? this.#note : reason,
      ...(state === 'open' && this.#isByRest ? { isByRest: true } : {}),
      atUs: clock.nowUs(),
    });
  }
}

/** Groups of at most `size`, in the order of the instruments. */
export function groupsOf(instruments: readonly Instrument[], size: number): Instrument[][] {
  const groups: Instrument[][] = [];
  for (let at = 0; at < instruments.length; at += size) groups.push(instruments.slice(at, at + size));
  return groups;
}
