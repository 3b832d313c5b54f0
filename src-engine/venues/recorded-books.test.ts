/** Checks of large recordings against figures that were computed elsewhere. What they prove is proved on made frames too. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument, type Instrument } from '../domain/instrument.ts';
import type { BookUpdate } from '../domain/market-data.ts';
import { HAS_SHARED_DATA } from '../testing/shared-data.ts';
import { ladderLevels } from './capture/ladder-levels.ts';
import { checkLines as check, knownBooks, recordedLines as linesOf } from './capture/testing/known-books.ts';
import { venueAdapter } from './registry.ts';

describe.runIf(HAS_SHARED_DATA)('recorded books', () => {
  it.each([
    ['BINANCE', 'binance', 265, 159],
    ['BINANCE_US', 'binance-us', 480, 316],
  ])('%s ends with the known books, to the last level', (name, venue, frames, matched) => {
    const report = check(venue, linesOf(`venues/${name}.jsonl.gz`));
    expect(report).toMatchObject({ venue, frames, gaps: 0, mismatched: 0, resyncs: 0, firstFault: null });
    expect(report.matched).toBe(matched);
    const books = Object.entries(report.books).map(([symbol, book]) => [symbol, { ...book, matched: 0 }]);
    expect(Object.fromEntries(books)).toEqual(knownBooks(name));
  });

  it('two hours of Binance agree with the best prices at 6490 of 6492 comparisons', () => {
    const first = check('binance', linesOf('binance/spot_btcusdt_20240808.gz'));
    const second = check('binance', linesOf('binance/spot_btcusdt_20240809.gz'));
    expect([first.gaps, second.gaps, first.stale]).toEqual([0, 0, 2]);
    expect(first.matched + second.matched).toBe(6_490);
    expect(first.mismatched + second.mismatched).toBe(2);
    // The second file begins in mid-stream: what it holds is not a whole book, and is not called one.
    expect(second.books['BTCUSDT']).toMatchObject({ state: 'waiting', isPartial: true });
  });

  it('a change that is removed from a recording is found at the next one', () => {
    const lines = linesOf('binance/spot_btcusdt_20240808.gz');
    const changes = lines.flatMap((line, index) => (line.includes('"depthUpdate"') ? [index] : []));
    for (const nth of [10, 500, 3_000]) {
      const removed = changes[nth] ?? 0;
      const report = check('binance', lines.toSpliced(removed, 1));
      // The line numbers behind the removed one moved up by one.
      expect(report).toMatchObject({
        gaps: 1,
        resyncs: 1,
        firstFault: { kind: 'gap', line: changes[nth + 1] },
      });
    }
  });

  it.each([
    ['COINBASE', 'coinbase', ['BTC-USD', 'ETH-USD'], '0.01'],
    ['OKX', 'okx', ['BTC-USDT'], '0.1'],
  ])('%s: the engine’s own books end with the best levels of the check', (name, venue, symbols, tickSize) => {
    const adapter = venueAdapter(venue, 'venue');
    const grid = { tickSize, lotSize: '0.00000001', minQty: '0', minNotional: '0' };
    const instruments = symbols.map((symbol, id) => {
      const [base = '', quote = ''] = symbol.split('-');
      return createInstrument({ symbol, base, quote, ...grid }, id, venue);
    });
    const store = new BookStore(instruments, {
      depth: adapter.bookDepth,
      verifierOf: () => adapter.bookVerifier(),
    });
    const nothing = (): void => undefined;
    const events = { onTrade: nothing, onFeed: nothing, onInstrumentStatus: nothing, onAlive: nothing };
    const sink = { ...events, onRaw: nothing, onBook: (update: BookUpdate) => void store.apply(update) };
    const lost: string[] = [];
    const decode = adapter.frames.decoder(
      instruments,
      { ...sink, onBookLost: (_id, reason) => void lost.push(reason) },
      venue,
    );
    for (const line of linesOf(`venues/${name}.jsonl.gz`)) {
      const { t, data } = JSON.parse(line) as { readonly t: string; readonly data: string };
      const text = t === 'recv' ? Buffer.from(JSON.stringify(data)) : undefined;
      if (text !== undefined) decode(text, 1, text.length - 1, 1);
    }
    expect(lost).toEqual([]);
    for (const { id, symbol } of instruments) {
      const { bids, asks } = ladderLevels(store.sync(id), instruments[id] as Instrument);
      expect([store.sync(id).state, store.sync(id).gaps]).toEqual(['live', 0]);
      expect({ bids: bids.slice(0, 5), asks: asks.slice(0, 5) }).toEqual(knownBooks(name)[symbol]?.top5);
    }
  });
});
