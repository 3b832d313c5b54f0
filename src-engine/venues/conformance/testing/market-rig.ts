/** The venue's side of public market data, scripted: what every adapter's conformance test plays, in the venue's own protocol. */
import { BookStore } from '../../../books/book-store.ts';
import { createInstrument, type Instrument, type InstrumentChange } from '../../../domain/instrument.ts';
import type { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { MarketFeed, MarketSink } from '../../market-feed.ts';
import type { VenueAdapter } from '../../venue-adapter.ts';
import { settle } from './account-rig.ts';

/** The far end of the wire. Instruments are named by their place, 0 and 1. */
export type MarketPeer = {
  readonly clock: SimulatedClock;
  readonly feed: MarketFeed;
  /** Symbols that subscriptions ask for, each as often as it was asked. */
  asked(): readonly string[];
  /** Snapshots that were asked for, by symbol; where they come with the subscription, that. */
  snapshotsAsked(symbol: string): number;
  /** How many connections were made. */
  connections(): number;
  /** How subscriptions of a symbol are answered from now on; `take` at first. */
  subscription(symbol: string, how: 'take' | 'refuse' | 'busy'): void;
  /** A change of the best bid to this quantity (with three decimals), in sequence. */
  change(symbol: string, bidQty: string): void;
  /** The same after a change that never came. */
  faulty(symbol: string, bidQty: string): void;
  /** A frame about this book that cannot be read. */
  unreadable(symbol: string): void;
  /** From now on nothing is said, and nothing is answered. */
  fallSilent(): void;
  /** The venue's own news of an instrument. Undefined where nothing else is known of it: it left the list. */
  list(
    symbol: string,
    more: { readonly status?: 'closed'; readonly minNotional?: string; readonly tick?: string } | undefined,
  ): void;
  /** How long such news may take to arrive. */
  readonly newsUs: number;
};

export type MarketRig = {
  readonly adapter: VenueAdapter;
  /** Of the instruments: a price of 10.00 and quantities with three decimals are on the grid. */
  readonly specs: readonly { readonly symbol: string; readonly base: string; readonly quote: string }[];
  /** Where the venue has no smallest value of an order: rules that differ, and the rule that changes for `minNotional`. */
  readonly grid?: Partial<typeof GRID> | undefined;
  readonly minimum?: 'minNotional' | 'minQty' | undefined;
  /** Each message is the whole book: the next one brings back what was lost, and nothing is asked for. */
  readonly areBooksWhole?: boolean | undefined;
  open(): MarketPeer;
};

export const GRID = { tickSize: '0.01', lotSize: '0.001', minQty: '0.001', minNotional: '5' };

/** The engine's side: books, and all that the feed said. */
export class MarketWatcher implements MarketSink {
  readonly instruments: readonly Instrument[];
  readonly store: BookStore;
  readonly states: string[] = [];
  readonly reasons: string[] = [];
  readonly lost: [symbol: string, reason: string][] = [];
  readonly stops: [symbol: string, reason: string][] = [];
  readonly statuses: [symbol: string, status: string][] = [];
  readonly changes: [symbol: string, change: InstrumentChange][] = [];
  readonly raw: { readonly atUs: number; readonly text: string }[] = [];
  alive = 0;
  readonly #peer: MarketPeer;

  constructor({ adapter, specs, grid }: MarketRig, peer: MarketPeer) {
    this.#peer = peer;
    this.instruments = specs.map((spec, id) =>
      createInstrument(
        { ...spec, ...GRID, ...grid, priceDecimals: 2, qtyDecimals: 3, status: 'online' },
        id,
        adapter.id,
      ),
    );
    this.store = new BookStore(this.instruments, {
      depth: adapter.bookDepth,
      verifierOf: () => adapter.bookVerifier(),
    });
  }

  async start(): Promise<void> {
    this.#peer.feed.start(this.instruments, this);
    await this.pass(3_000_000);
  }

  /** Time passes, and all that it brings has its say. */
  async pass(us: number): Promise<void> {
    const { clock } = this.#peer;
    const endUs = clock.nowUs() + us;
    await settle();
    for (let nextUs = clock.nextUs; nextUs !== undefined && nextUs <= endUs; nextUs = clock.nextUs) {
      clock.advanceTo(nextUs);
      await settle();
    }
    clock.advanceTo(endUs);
    await settle();
  }

  state(id: number): string {
    return this.store.sync(id).state;
  }

  /** Quantity of the best bid. */
  bidQty(id: number): number {
    return this.store.book(id).bidQtys[0] as number;
  }

  onBook(update: Parameters<MarketSink['onBook']>[0]): void {
    const result = this.store.apply(update);
    // As the kernel does it.
    if (result === 'checksum-mismatch' || result === 'sequence-gap')
      this.#peer.feed.resubscribe(update.instrumentId);
  }

  onTrade(): void {
    // Trades need no book.
  }

  onFeed({ state, venue, reason }: Parameters<MarketSink['onFeed']>[0]): void {
    this.states.push(state);
    this.reasons.push(reason);
    if (state !== 'open') this.store.desyncVenue(venue, reason);
  }

  onInstrumentStatus(id: number, status: string): void {
    this.statuses.push([this.#symbol(id), status]);
  }

  onInstrumentChange(id: number, change: InstrumentChange): void {
    this.changes.push([this.#symbol(id), change]);
  }

  onInstrumentStopped(id: number, reason: string): void {
    this.stops.push([this.#symbol(id), reason]);
  }

  onAlive(): void {
    this.alive++;
  }

  onBookLost(id: number, reason: string): void {
    this.lost.push([this.#symbol(id), reason]);
    this.store.sync(id).desync(reason);
  }

  onRaw(atUs: number, frame: Buffer): void {
    this.raw.push({ atUs, text: frame.toString('utf8') });
  }

  #symbol(id: number): string {
    return this.instruments[id]?.symbol ?? '';
  }
}
