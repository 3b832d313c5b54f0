/** ccxt's own classes in their processes, at local exchanges that speak those venues' protocols: our books are the exchange's own. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SystemClock } from '../../lib/system-clock.ts';
import { until } from '../../testing/until.ts';
import { BookStore } from '../../books/book-store.ts';
import { createInstrument, type Instrument } from '../../domain/instrument.ts';
import {
  type RunningExchange,
  startBinanceExchange,
  startLocalExchange,
} from '../local-exchange/local-exchange.ts';
import type { MarketFeed, MarketSink } from '../market-feed.ts';
import { venueAdapter } from '../registry.ts';
import { SystemNetwork } from '../system-network.ts';

const stops: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

type Kept = { readonly text: string; readonly atUs: number };

async function watch(name: string, exchange: RunningExchange, symbols: readonly string[]) {
  const adapter = venueAdapter(name, 'venue');
  const context = {
    clock: new SystemClock(),
    network: new SystemNetwork(),
    random: Math.random,
    urls: adapter.localUrls(exchange.url),
  };
  const { instruments: specs } = await adapter.listInstruments(context);
  const chosen = specs.filter(({ symbol }) => symbols.includes(symbol));
  const instruments = chosen.map((spec, id) => createInstrument(spec, id, adapter.id));
  const store = storeOf(instruments, name);
  const kept: Kept[] = [];
  const feed = adapter.openFeed(context);
  feed.start(instruments, sinkOf(store, feed, kept));
  stops.push(() => feed.stop());
  return { adapter, instruments, store, kept, specs };
}

function storeOf(instruments: readonly Instrument[], name: string): BookStore {
  const adapter = venueAdapter(name, 'venue');
  return new BookStore(instruments, { depth: adapter.bookDepth, verifierOf: () => adapter.bookVerifier() });
}

function sinkOf(store: BookStore, feed: Pick<MarketFeed, 'resubscribe'>, kept: Kept[]): MarketSink {
  return {
    onBook: (update) => {
      if (store.apply(update) === 'checksum-mismatch') feed.resubscribe(update.instrumentId);
    },
    onTrade: () => undefined,
    onFeed: ({ state, venue, reason }) => {
      if (state !== 'open') store.desyncVenue(venue, reason);
    },
    onInstrumentStatus: () => undefined,
    onAlive: () => undefined,
    onBookLost: (id, reason) => void store.sync(id).desync(reason),
    onRaw: (atUs, frame) => void kept.push({ atUs, text: frame.toString('utf8') }),
  };
}

function levelsOf(store: BookStore, id: number) {
  const { bidCount, bidPrices, bidQtys, askPrices, askQtys } = store.book(id);
  return [bidPrices, bidQtys, askPrices, askQtys].map((side) => Array.from(side.subarray(0, bidCount)));
}

let kraken: RunningExchange;
let binance: RunningExchange;
beforeAll(async () => {
  kraken = await startLocalExchange({ updatesPerSecond: 0, seed: 7 });
  binance = await startBinanceExchange({ updatesPerSecond: 0, seed: 7 });
  stops.push(
    () => kraken.stop(),
    () => binance.stop(),
  );
});

it.each([
  ['ccxt:kraken', () => kraken],
  ['ccxt:binance', () => binance],
] as const)(
  '%s: books are the exchange’s own to the last digit, from the connection and by REST, and a replay of what was recorded comes to the same',
  async (name, exchangeOf) => {
    const exchange = exchangeOf();
    const { adapter, instruments, store, kept, specs } = await watch(name, exchange, [
      'BTC/USDT',
      'ETH/USDT',
    ]);
    expect(specs.length).toBe(exchange.core.markets.length);
    await until(() => expect(store.syncs.map(({ state }) => state)).toEqual(['live', 'live']));
    const own = (symbol: string, rank: number) => exchange.core.market(symbol).engine.bids.at(rank);
    for (const { id, symbol, tickSize, priceDecimals } of instruments) {
      const scale = 10 ** priceDecimals * Number(tickSize);
      const theirs = [0, 1, 2, 3, 4].map((rank) => Math.round((own(symbol, rank)?.price ?? 0) * scale));
      await until(() => expect(Array.from(store.book(id).bidPrices.subarray(0, 5))).toEqual(theirs));
    }
    // Nothing changes at the exchange: what comes after the first books is asked for by REST, and confirms them.
    const before = kept.filter(({ text }) => text.startsWith('{"event":"book"')).length;
    await until(() =>
      expect(kept.filter(({ text }) => text.startsWith('{"event":"book"')).length).toBeGreaterThan(
        before + 1,
      ),
    );
    const again = storeOf(instruments, name);
    const decode = adapter.frames.decoder(
      instruments,
      sinkOf(again, { resubscribe: () => undefined }, []),
      name,
    );
    for (const { text, atUs } of kept) {
      const line = Buffer.from(JSON.stringify(text));
      expect(decode(line, 1, line.length - 1, atUs)).toBe('');
    }
    for (const { id } of instruments) expect(levelsOf(again, id)).toEqual(levelsOf(store, id));
  },
);
