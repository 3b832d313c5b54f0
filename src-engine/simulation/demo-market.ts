/**
 * The market of the demo, recorded by simulation: its exchange and its crowd under a made clock, as calls of a feed without a wire between. An hour takes seconds. The same seed records the
 * same tapes.
 */
import { openVenueMarket } from '../assembly/venue-market.ts';
import { type Instrument, specOf } from '../domain/instrument.ts';
import { BookUpdate } from '../domain/market-data.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { SeededRandom } from '../lib/random.ts';
import { SimulatedClock } from '../runner/simulated-clock.ts';
import { TapeBuilder } from '../storage/tape/tape-builder.ts';
import { writeTape } from '../storage/tape/tape-file.ts';
import type { ExchangeCore } from '../venues/local-exchange/core/exchange-core.ts';
import { OrderFlow } from '../venues/local-exchange/core/flow/order-flow.ts';
import type { Market } from '../venues/local-exchange/core/market.ts';
import { DEFAULT_UPDATES_PER_SECOND } from '../venues/local-exchange/local-exchange.ts';
import { KrakenExchange } from '../venues/local-exchange/protocols/kraken/kraken-exchange.ts';
import { krakenFace } from '../venues/local-exchange/protocols/kraken/kraken-face.ts';
import { PAIRS } from '../venues/local-exchange/protocols/kraken/pairs.ts';
import { DEFAULT_VENUE, localName } from '../venues/registry.ts';
import { FACE_KITS } from './face-kit.ts';
import { SimulatedNetwork } from './simulated-network.ts';

/** 2026-01-01T00:00:00Z, when the market begins. */
export const DEMO_MARKET_START_US: TimeUs = 1_767_225_600_000_000;
export const DEMO_HOME = 'USD';
const VENUE = localName(DEFAULT_VENUE);
/** More levels a side than its makers ever quote. */
const BOOK_DEPTH = 1_000;
/** A session of the demo has a sign of life of its connection so often. */
const ALIVE_EVERY_US = US_PER_SECOND;
/** A stream of the seed that the market does not draw from. */
const WIRE_STREAM = 8;

export type DemoMarketOptions = {
  readonly seed: number;
  /** How long each tape is, in seconds. */
  readonly seconds: number;
  /** A file a tape, one after the other in time; each begins with the books as they stand then. */
  readonly paths: readonly string[];
  /** A tape was written. @param events of all markets. */
  readonly onTape?: ((path: string, events: number) => void) | undefined;
};

/** @throws UserError where a file cannot be written. */
export async function recordDemoMarket({ seed, seconds, paths, onTape }: DemoMarketOptions): Promise<void> {
  const clock = new SimulatedClock(DEMO_MARKET_START_US);
  const core = new KrakenExchange({ pairs: PAIRS, fees: 'demo', accounts: [], clock });
  const instruments = await listed(core, clock, seed);
  const known = new Map(instruments.map((instrument) => [core.market(instrument.symbol), instrument]));
  const tape = new MarketTape(known);
  core.listen({
    onBook: (market, changes, atUs) => tape.onBook(market, changes, atUs),
    onTrades: (market, trades) => tape.onTrades(market, trades, clock.nowUs()),
  });
  new OrderFlow(core, { seed, updatesPerSecond: DEFAULT_UPDATES_PER_SECOND, home: DEMO_HOME }).start();
  for (const path of paths) {
    tape.begin(clock.nowUs());
    for (let second = 0; second < seconds; second++) {
      clock.advanceTo(clock.nowUs() + ALIVE_EVERY_US);
      tape.builder.alive(0, clock.nowUs());
    }
    const { builder } = tape;
    await writeTape(path, builder, {
      sources: [],
      instruments: instruments.map((instrument) => ({ venue: VENUE, spec: specOf(instrument) })),
      venues: [VENUE],
      bookDepth: BOOK_DEPTH,
      logEvents: builder.events,
      unreadableFrames: 0,
      firstFault: '',
      unfinishedLogs: [],
    });
    onTape?.(path, builder.events);
  }
}

/** The pairs of the demo as a session reads them. */
async function listed(
  core: KrakenExchange,
  clock: SimulatedClock,
  seed: number,
): Promise<readonly Instrument[]> {
  const random = new SeededRandom(seed, WIRE_STREAM);
  const { words } = FACE_KITS.kraken;
  const network = new SimulatedNetwork(clock, random, krakenFace(core), {
    words,
    latencyUs: { min: 0, mean: 0 },
  });
  const opening = openVenueMarket({
    adapter: DEFAULT_VENUE,
    venue: VENUE,
    title: 'Demo market (simulated)',
    isSimulated: true,
    homeAsset: DEMO_HOME,
    urls: DEFAULT_VENUE.localUrls(`http://${VENUE}`),
    clock,
    network,
    random: () => random.next(),
    stop: () => Promise.resolve(),
  });
  const opened = { isDone: false };
  const done = (): void => {
    opened.isDone = true;
  };
  opening.then(done, done);
  while (!opened.isDone) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (clock.nextUs !== undefined) clock.advanceTo(clock.nextUs);
  }
  return (await opening).instruments;
}

/** What the exchange publishes, as a feed would call it. */
class MarketTape {
  builder = new TapeBuilder();
  readonly #known: ReadonlyMap<Market, Instrument>;
  readonly #update = new BookUpdate(256);

  constructor(known: ReadonlyMap<Market, Instrument>) {
    this.#known = known;
  }

  /** From here on into a new tape. */
  begin(atUs: TimeUs): void {
    this.builder = new TapeBuilder();
    this.builder.add(
      {
        call: 'feed',
        event: { kind: 'feed', venue: VENUE, state: 'open', venueStatus: 'online', reason: '', atUs },
      },
      atUs,
    );
    for (const [market, { id }] of this.#known) {
      const { bids, asks } = market.engine;
      this.#update.reset(id, true, atUs);
      for (let rank = 0; rank < bids.depth; rank++) {
        const { price, qty } = bids.at(rank) as { price: number; qty: number };
        this.#update.pushBid(price, qty);
      }
      for (let rank = 0; rank < asks.depth; rank++) {
        const { price, qty } = asks.at(rank) as { price: number; qty: number };
        this.#update.pushAsk(price, qty);
      }
      this.builder.book(this.#update, false);
    }
  }

  onBook(market: Market, changes: Parameters<NonNullable<Listener['onBook']>>[1], atUs: TimeUs): void {
    const instrument = this.#known.get(market);
    if (instrument === undefined) return;
    const update = this.#update;
    update.reset(instrument.id, false, atUs);
    update.venueUs = atUs;
    for (const { side, price } of changes) {
      const qty = market.engine.sideOf(side).qtyAt(price);
      if (side === 'buy') update.pushBid(price, qty);
      else update.pushAsk(price, qty);
    }
    this.builder.book(update, false);
  }

  onTrades(
    market: Market,
    trades: Parameters<NonNullable<Listener['onTrades']>>[1],
    receivedUs: TimeUs,
  ): void {
    const instrument = this.#known.get(market);
    if (instrument === undefined) return;
    for (const { price, qty, side, atUs } of trades)
      this.builder.trade({
        kind: 'trade',
        instrumentId: instrument.id,
        price,
        qty,
        side,
        venueUs: atUs,
        receivedUs,
      });
  }
}

type Listener = Parameters<ExchangeCore['listen']>[0];
