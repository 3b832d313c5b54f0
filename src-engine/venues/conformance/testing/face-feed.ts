/** A feed at a local exchange with its venue's face, under a made clock: every level of every book beside the exchange's own. */
import { expect } from 'vitest';
import { BookStore } from '../../../books/book-store.ts';
import { createInstrument, type Instrument } from '../../../domain/instrument.ts';
import { US_PER_SECOND } from '../../../domain/time.ts';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { ExchangeCore } from '../../local-exchange/core/exchange-core.ts';
import { OrderFlow } from '../../local-exchange/core/flow/order-flow.ts';
import type { Face } from '../../local-exchange/hosting/serve-face.ts';
import { FaceNetwork } from '../../local-exchange/testing/face-network.ts';
import type { MarketSink } from '../../market-feed.ts';
import type { VenueAdapter } from '../../venue-adapter.ts';
import { settle } from './account-rig.ts';

export type FaceFeedParts<C extends ExchangeCore> = {
  readonly adapter: VenueAdapter;
  readonly exchangeOf: (clock: SimulatedClock) => C;
  readonly faceOf: (exchange: C) => Face;
  readonly home: string;
};

export async function faceFeed<C extends ExchangeCore>(parts: FaceFeedParts<C>) {
  const { adapter, exchangeOf, faceOf, home } = parts;
  const clock = new SimulatedClock(1_780_000_000_000_000);
  const exchange = exchangeOf(clock);
  const network = new FaceNetwork(clock, faceOf(exchange));
  const flow = new OrderFlow(exchange, { seed: 5, updatesPerSecond: 200, home });
  flow.start();
  /** Lets time pass, and promises that are settled have their say. */
  const pass = async (us: number): Promise<void> => {
    const endUs = clock.nowUs() + us;
    for (let nextUs = clock.nextUs; nextUs !== undefined && nextUs <= endUs; nextUs = clock.nextUs) {
      clock.advanceTo(nextUs);
      await settle();
    }
    clock.advanceTo(endUs);
    await settle();
  };
  const context = { clock, network, random: () => 0.5, urls: adapter.localUrls('http://local') };
  const listing = adapter.listInstruments(context);
  await pass(1_000);
  const { instruments: specs, leftOut } = await listing;
  expect(leftOut).toEqual([]);
  const instruments = specs.map((spec, id) => createInstrument(spec, id, adapter.id));
  const depth = adapter.bookDepth;
  const store = new BookStore(instruments, { depth, verifierOf: () => adapter.bookVerifier() });
  const lost: string[] = [];
  const counts = { updates: 0, trades: 0, opened: 0 };
  const sink: MarketSink = {
    onBook: (update) => {
      counts.updates++;
      store.apply(update);
    },
    onTrade: () => void counts.trades++,
    onFeed: ({ state, venue, reason }) => {
      if (state === 'open') counts.opened++;
      else store.desyncVenue(venue, reason);
    },
    onInstrumentStatus: () => undefined,
    onAlive: () => undefined,
    onBookLost: (id, reason) => {
      lost.push(`${instruments[id]?.symbol}: ${reason}`);
      store.sync(id).desync(reason);
    },
    onRaw: () => undefined,
  };
  const feed = adapter.openFeed(context);
  feed.start(instruments, sink);
  /** As the runner does: a book that its verifier gave up is asked for again. */
  const renew = (): void => {
    for (const { id } of instruments) if (store.sync(id).state !== 'live') feed.resubscribe(id);
  };
  const compare = (instrument: Instrument): void => {
    const market = exchange.market(`${instrument.base}/${instrument.quote}`);
    const book = store.book(instrument.id);
    for (const side of ['buy', 'sell'] as const) {
      const theirs = market.engine.sideOf(side);
      const prices = side === 'buy' ? book.bidPrices : book.askPrices;
      const qtys = side === 'buy' ? book.bidQtys : book.askQtys;
      const count = side === 'buy' ? book.bidCount : book.askCount;
      const priceFactor = 10 ** (instrument.priceDecimals - market.pair.priceDecimals);
      const qtyFactor = 10 ** (instrument.qtyDecimals - market.pair.qtyDecimals);
      const ours = Array.from({ length: count }, (_, rank) => [prices[rank], qtys[rank]]);
      const expected = ours.map((_, rank) => {
        const level = theirs.at(rank);
        return [(level?.price ?? 0) * priceFactor, Math.round((level?.qty ?? 0) * qtyFactor)];
      });
      expect(count).toBe(Math.min(theirs.depth, depth));
      expect(ours).toEqual(expected);
    }
  };
  /** Right after the exchange has sent what changed, ours must be the same. @param paceUs of its messages. */
  const compareAll = async (paceUs: number): Promise<void> => {
    await pass(paceUs - (clock.nowUs() % paceUs) + 2);
    for (const instrument of instruments) {
      expect([instrument.symbol, store.sync(instrument.id).state]).toEqual([instrument.symbol, 'live']);
      compare(instrument);
    }
  };
  const stop = async (): Promise<void> => {
    flow.stop();
    const stopped = feed.stop();
    await pass(US_PER_SECOND);
    await stopped;
  };
  return { exchange, store, instruments, lost, counts, pass, renew, compareAll, stop, second: US_PER_SECOND };
}
