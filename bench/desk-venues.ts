/** Fourteen venues with many books each: their decoders, and frames of every book in their own words. */
import { createInstrument, type Instrument } from '../src-engine/domain/instrument.ts';
import { BinanceDecoder } from '../src-engine/venues/binance/market-decoder.ts';
import { snapshotFrame } from '../src-engine/venues/binance/parse.ts';
import { KrakenDecoder } from '../src-engine/venues/kraken/market-decoder.ts';
import type { MarketSink } from '../src-engine/venues/market-feed.ts';
import { BOOK_DEPTH } from './frame-stream.ts';
import { generatedStream } from './generated-stream.ts';
import { MARKET_DECODERS } from './market-decoders.ts';
import { framesOf, WIRES, type Wire } from './venue-streams.ts';

export type Decode = (bytes: Buffer, receivedUs: number) => void;

export type DeskVenue = {
  readonly decoder: (
    instruments: readonly Instrument[],
    sink: MarketSink,
  ) => { decode(bytes: Buffer, receivedUs: number): unknown };
  /** Its name of the pair of the `at`-th coin. */
  readonly symbolOf: (at: number) => string;
  /** Its books are of coins of its own, at prices that others do not have. */
  readonly isApart?: true;
  readonly framesOf: (books: number) => { readonly snapshots: string[]; readonly changes: string[] };
};

/** Changes of each book. */
const CHANGES_A_BOOK = 50;
const FIRST_ID = 50_000_000_000;
const MID = 60_000;

/** Coins have names of one length, so that a pair's bytes differ by nothing else. */
const coinAt = (at: number): string => `C${String(at).padStart(3, '0')}`;

/** The wire of one book as that of many: its name is another one. */
function manyOf(venue: string, wire: Wire): DeskVenue {
  const symbolOf = (at: number): string => {
    const coin = coinAt(at);
    const own = wire.symbol.includes('BTC') ? coin : coin.toLowerCase();
    return wire.symbol.replace(/BTC/i, own);
  };
  const decoder = MARKET_DECODERS[venue];
  if (decoder === undefined) throw new Error(`${venue} has no decoder`);
  return {
    decoder,
    symbolOf,
    framesOf: (books) => {
      const { snapshots, changes } = framesOf(wire);
      const renamed = (text: string, at: number): string => text.replaceAll(wire.symbol, symbolOf(at));
      // What has no snapshot of its own begins with its first message.
      const first = snapshots.length === 0 ? changes.slice(0, 1) : snapshots;
      return {
        snapshots: each(books).flatMap((at) => first.map((text) => renamed(text, at))),
        changes: each(CHANGES_A_BOOK).flatMap((nth) =>
          each(books).map((at) => renamed(changes[nth + 1 - Math.min(1, snapshots.length)] as string, at)),
        ),
      };
    },
  };
}

function each(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** Binance's words, which Binance.US shares. */
function binanceOf(venue: string): DeskVenue {
  const symbolOf = (at: number): string => `${coinAt(at)}USDT`;
  const rows = (sign: -1 | 1): [string, string][] =>
    each(100).map((at) => [(MID + sign * (at + 1)).toFixed(8), '1.50000000']);
  return {
    decoder: (instruments, sink) => new BinanceDecoder(instruments, sink, venue),
    symbolOf,
    framesOf: (books) => ({
      snapshots: each(books).map((at) =>
        snapshotFrame(
          symbolOf(at),
          JSON.stringify({ lastUpdateId: FIRST_ID, bids: rows(-1), asks: rows(1) }),
        ),
      ),
      changes: each(CHANGES_A_BOOK).flatMap((nth) =>
        each(books).map((at) => {
          const id = FIRST_ID + 1 + nth;
          const level = (sign: -1 | 1): [string, string] => [
            (MID + sign * (1 + (nth % 7))).toFixed(8),
            `${1 + ((nth + at) % 3)}.00000000`,
          ];
          const data = {
            e: 'depthUpdate',
            E: 1_700_000_000_000,
            s: symbolOf(at),
            U: id,
            u: id,
            b: [level(-1)],
            a: [level(1)],
          };
          return JSON.stringify({ stream: `${symbolOf(at).toLowerCase()}@depth@100ms`, data });
        }),
      ),
    }),
  };
}

/** Levels of Kraken have checksums, which the stream of one venue makes with the digits that a desk gives its pairs. */
const kraken: DeskVenue = {
  decoder: (instruments, sink) => new KrakenDecoder(instruments, sink),
  symbolOf: (at) => `${coinAt(at)}/USD`,
  isApart: true,
  framesOf: (books) => {
    const grid = {
      tickSize: '0.01',
      lotSize: '0.00001',
      minQty: '0.0001',
      minNotional: '1',
      takerFee: '0.001',
    };
    const instruments = each(books).map((at) =>
      createInstrument(
        { ...grid, symbol: kraken.symbolOf(at), base: coinAt(at), quote: 'USD' },
        at,
        'kraken',
      ),
    );
    const stream = generatedStream(instruments, {
      seed: 1,
      updates: CHANGES_A_BOOK * books,
      depth: BOOK_DEPTH,
    });
    return { snapshots: [...stream.snapshots], changes: [...stream.updates] };
  },
};

/** A message of Bitfinex names a channel, and one number counts all of a connection's. */
const bitfinex: DeskVenue = {
  decoder: MARKET_DECODERS['bitfinex'] as DeskVenue['decoder'],
  symbolOf: (at) => `t${coinAt(at)}USD`,
  framesOf: (books) => {
    let count = 0;
    const rows = (sign: -1 | 1): string =>
      each(50)
        .map((at) => `[${MID + sign * (at + 1)},1,${-sign * 1.5}]`)
        .join(',');
    return {
      snapshots: each(books).flatMap((at) => {
        const pair = bitfinex.symbolOf(at);
        const opened = {
          event: 'subscribed',
          channel: 'book',
          chanId: 100 + at,
          symbol: pair,
          prec: 'P0',
          freq: 'F0',
          len: '100',
          pair: pair.slice(1),
        };
        return [JSON.stringify(opened), `[${100 + at},[${rows(-1)},${rows(1)}],${++count}]`];
      }),
      changes: each(CHANGES_A_BOOK).flatMap((nth) =>
        each(books).map((at) => {
          const sign = nth % 2 === 0 ? -1 : 1;
          return `[${100 + at},[${MID + sign * (1 + (nth % 7))},3,${-sign * (1 + (nth % 3))}],${++count}]`;
        }),
      ),
    };
  },
};

const many = Object.entries(WIRES)
  .filter(([venue]) => venue !== 'bitfinex')
  .map(([venue, wire]) => [venue, manyOf(venue, wire)] as const);

/** By the venue's id. */
export const deskVenues: Readonly<Record<string, DeskVenue>> = Object.fromEntries([
  ['kraken', kraken],
  ...many,
  ['bitfinex', bitfinex],
  ['binance', binanceOf('binance')],
  ['binance-us', binanceOf('binance-us')],
]);
