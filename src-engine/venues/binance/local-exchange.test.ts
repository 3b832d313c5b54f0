/** Our feed against the local exchange as Binance, under a made clock: every level of every book, over thousands of updates. */
import { describe, expect, it } from 'vitest';
import { NumberRanges } from '../../books/book-verifier.ts';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { OrderFlow } from '../local-exchange/core/flow/order-flow.ts';
import { BinanceExchange } from '../local-exchange/protocols/binance/binance-exchange.ts';
import { binanceFace } from '../local-exchange/protocols/binance/binance-face.ts';
import { selectBinancePairs } from '../local-exchange/protocols/binance/pairs.ts';
import { FaceNetwork } from '../local-exchange/testing/face-network.ts';
import type { MarketSink } from '../market-feed.ts';
import { BINANCE } from './dialect.ts';
import { BinanceFeed } from './feed.ts';
import { BinanceRest } from './rest.ts';
import { settle } from './testing/scripted-venue.ts';

const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'ETH/BTC', 'DOGE/USDT'];
const DEPTH = 100;

async function rig() {
  const clock = new SimulatedClock(1_780_000_000_000_000);
  const pairs = selectBinancePairs(SYMBOLS);
  const exchange = new BinanceExchange({ pairs, fees: 'demo', accounts: [], clock });
  const network = new FaceNetwork(clock, binanceFace(exchange));
  new OrderFlow(exchange, { seed: 5, updatesPerSecond: 200, home: 'USDT' }).start();
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
  const rest = new BinanceRest({ clock, network, baseUrl: 'http://local' });
  const listing = rest.exchangeInfo();
  await pass(1_000);
  const { instruments: specs, leftOut, weightPerMinute } = await listing;
  expect({ leftOut, weightPerMinute }).toEqual({ leftOut: [], weightPerMinute: 6_000 });
  const instruments = specs.map((spec, id) => createInstrument(spec, id, 'binance'));
  const store = new BookStore(instruments, { depth: DEPTH, verifierOf: () => new NumberRanges() });
  const lost: string[] = [];
  let trades = 0;
  let updates = 0;
  const sink: MarketSink = {
    onBook: (update) => {
      updates++;
      store.apply(update);
    },
    onTrade: () => void trades++,
    onFeed: ({ state, venue, reason }) => {
      if (state !== 'open') store.desyncVenue(venue, reason);
    },
    onInstrumentStatus: () => undefined,
    onAlive: () => undefined,
    onBookLost: (id, reason) => {
      lost.push(`${instruments[id]?.symbol}: ${reason}`);
      store.sync(id).desync(reason);
    },
    onRaw: () => undefined,
  };
  const urls = { restUrl: 'http://local', streamUrl: 'ws://local' };
  new BinanceFeed({ dialect: BINANCE, clock, network, random: () => 0.5, ...urls }).start(instruments, sink);
  /** A book of ours and the exchange's own, level by level, as amounts. */
  const compare = (instrument: Instrument): void => {
    const market = exchange.byName(instrument.symbol);
    const book = store.book(instrument.id);
    for (const side of ['buy', 'sell'] as const) {
      const theirs = market.engine.sideOf(side);
      const prices = side === 'buy' ? book.bidPrices : book.askPrices;
      const qtys = side === 'buy' ? book.bidQtys : book.askQtys;
      const count = side === 'buy' ? book.bidCount : book.askCount;
      const priceFactor = 10 ** (instrument.priceDecimals - market.pair.priceDecimals);
      const qtyFactor = 10 ** (instrument.qtyDecimals - market.pair.qtyDecimals);
      const ours = Array.from({ length: Math.min(count, DEPTH) }, (_, rank) => [prices[rank], qtys[rank]]);
      const expected = ours.map((_, rank) => {
        const level = theirs.at(rank);
        return [(level?.price ?? 0) * priceFactor, Math.round((level?.qty ?? 0) * qtyFactor)];
      });
      expect(count).toBe(Math.min(theirs.depth, DEPTH));
      expect(ours).toEqual(expected);
    }
  };
  /** Right after the exchange has sent what changed, ours must be the same. */
  const compareAll = async (): Promise<void> => {
    const nowUs = clock.nowUs();
    await pass(100_000 - (nowUs % 100_000) + 2);
    for (const instrument of instruments) {
      expect(store.sync(instrument.id).state).toBe('live');
      compare(instrument);
    }
  };
  return { exchange, store, instruments, lost, pass, compareAll, counts: () => ({ updates, trades }) };
}

describe('the feed at the local exchange', () => {
  it('joins snapshots and changes, and has every level of every book over thousands of updates', async () => {
    const { lost, pass, compareAll, counts } = await rig();
    await pass(5 * US_PER_SECOND);
    for (let second = 0; second < 60; second++) {
      await pass(US_PER_SECOND);
      await compareAll();
    }
    expect(counts().updates).toBeGreaterThan(2_000);
    expect(counts().trades).toBeGreaterThan(100);
    expect(lost).toEqual([]);
  });

  it('finds the update that never came, gives up that book alone, and has it again', async () => {
    const { exchange, store, lost, pass, compareAll } = await rig();
    await pass(5 * US_PER_SECOND);
    await compareAll();
    exchange.faults.corruptNextChecksum('ETH/BTC');
    await pass(10 * US_PER_SECOND);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatch(/^ETHBTC: changes before update id \d+ are missing$/);
    expect(store.sync(0).state).toBe('live');
    await compareAll();
  });

  it('connects again when the venue announces the end of the connection', async () => {
    const { exchange, pass, compareAll } = await rig();
    await pass(5 * US_PER_SECOND);
    exchange.faults.endConnections();
    await pass(20 * US_PER_SECOND);
    await compareAll();
  });
});
