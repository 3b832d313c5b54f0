/** Checks of large recordings against figures that were computed elsewhere. What they prove is proved on made frames too. */
import { describe, expect, it } from 'vitest';
import { BookStore } from '../books/book-store.ts';
import { createInstrument } from '../domain/instrument.ts';
import type { BookUpdate } from '../domain/market-data.ts';
import { HAS_SHARED_DATA } from '../testing/shared-data.ts';
import { readCaptureLine } from './capture/capture-record.ts';
import { ladderLevels } from './capture/ladder-levels.ts';
import {
  checkLines as check,
  knownBooks,
  knownFinals,
  recordedLines as linesOf,
} from './capture/testing/known-books.ts';
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
    ['COINBASE', 'coinbase', { 'BTC-USD': 'BTC-USD', 'ETH-USD': 'ETH-USD' }, '0.01', '0.00000001'],
    ['OKX', 'okx', { 'BTC-USDT': 'BTC-USDT' }, '0.1', '0.00000001'],
    [
      'BITGET',
      'bitget',
      bitgetNames('EOSUSDT', 'VVSUSDT', 'GOGUSDT', 'STGUSDT', 'HOTUSDT'),
      '0.00000001',
      '0.0001',
    ],
  ])(
    '%s: the engine’s own books end with the best levels of the check',
    (name, venue, symbols, tickSize, lotSize) => {
      const books = replayed(`venues/${name}.jsonl.gz`, venue, Object.values(symbols), { tickSize, lotSize });
      const known = Object.entries(symbols).map(([key, symbol]) => [symbol, knownBooks(name)[key]?.top5]);
      expect(
        books.map(({ symbol, bids, asks }) => [symbol, { bids: bids.slice(0, 5), asks: asks.slice(0, 5) }]),
      ).toEqual(known);
    },
  );
});

describe.runIf(HAS_SHARED_DATA)('recorded whole books', () => {
  it.each([
    ['CRYPTO.COM', 'cryptocom', ['BAND_USDT', 'FLOW_CRO', 'HOT_USDT'], '0.00000001', '0.00001'],
    [
      'BITFINEX',
      'bitfinex',
      ['tDOGUSD', 'tIOTETH', 'tMNABTC', 'tTESTBTC:TESTUSD'],
      '0.00000001',
      '0.00000001',
    ],
    ['HTX', 'htx', ['borusdt', 'dogeeth', 'nesteth'], '0.0000000001', '0.000001'],
  ])(
    '%s: the engine’s own books end with the best levels that are known',
    (name, venue, symbols, tickSize, lotSize) => {
      const books = replayed(`venues/${name}.jsonl.gz`, venue, symbols, { tickSize, lotSize });
      const ends = books.map(({ symbol, bids, asks }) => [symbol, { bid: bids[0], ask: asks[0] }]);
      expect(knownFinals(name)).toMatchObject(Object.fromEntries(ends));
    },
  );
});

/** The check names a book of Bitget by its market as well. */
function bitgetNames(...symbols: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(symbols.map((symbol) => [`sp:${symbol}`, symbol]));
}

/** Books of a run that replays the capture as an import makes a recording of it: all of them live, without a gap. */
function replayed(
  file: string,
  venue: string,
  symbols: readonly string[],
  steps: { tickSize: string; lotSize: string },
) {
  const adapter = venueAdapter(venue, 'venue');
  const grid = { ...steps, minQty: '0', minNotional: '0' };
  const instruments = symbols.map((symbol, id) =>
    createInstrument({ symbol, base: `BASE${id}`, quote: 'QUOTE', ...grid }, id, venue),
  );
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
  const frames = adapter.frames.captureFrames?.();
  for (const [index, line] of linesOf(file).entries()) {
    for (const { text } of frames?.read(readCaptureLine(line, index + 1, [venue])) ?? []) {
      const escaped = Buffer.from(JSON.stringify(text));
      decode(escaped, 1, escaped.length - 1, 1);
    }
  }
  expect(lost).toEqual([]);
  return instruments.map((instrument) => {
    const sync = store.sync(instrument.id);
    expect([instrument.symbol, sync.state, sync.gaps]).toEqual([instrument.symbol, 'live', 0]);
    return { symbol: instrument.symbol, ...ladderLevels(sync, instrument) };
  });
}
