/** A change of a book in each venue's own words, from bytes to decision: against ccxt's handler of that venue and the platform's parser. */
import { createInstrument, type Instrument } from '../../src-engine/domain/instrument.ts';
import { BitfinexDecoder } from '../../src-engine/venues/bitfinex/decoder.ts';
import { bitgetDecoder } from '../../src-engine/venues/bitget/feed.ts';
import { bitstampDecoder } from '../../src-engine/venues/bitstamp/feed.ts';
import { bybitDecoder } from '../../src-engine/venues/bybit/feed.ts';
import { CoinbaseDecoder } from '../../src-engine/venues/coinbase/market-decoder.ts';
import { cryptocomDecoder } from '../../src-engine/venues/cryptocom/feed.ts';
import { gateDecoder } from '../../src-engine/venues/gate/feed.ts';
import { geminiDecoder } from '../../src-engine/venues/gemini/feed.ts';
import { htxDecoder } from '../../src-engine/venues/htx/feed.ts';
import { kucoinDecoder } from '../../src-engine/venues/kucoin/feed.ts';
import { OkxDecoder } from '../../src-engine/venues/okx/market-decoder.ts';
import { venueAdapter } from '../../src-engine/venues/registry.ts';
import type { MarketSink } from '../../src-engine/venues/market-feed.ts';
import type { FrameStream } from '../frame-stream.ts';
import { HotPath } from '../hot-path.ts';
import { interleaved } from '../measure.ts';
import { type Row, rowOf, versionOf } from '../report.ts';
import { CcxtBooks, type Snapshot } from '../venue-peers.ts';
import { framesOf, WIRES } from '../venue-streams.ts';

const ROUNDS = 15;
const WARM_UP = 6;
const GRID = { tickSize: '0.1', lotSize: '0.0001', minQty: '0.0001', minNotional: '1', takerFee: '0.001' };

type Decoder = (
  instruments: readonly Instrument[],
  sink: MarketSink,
) => ReturnType<typeof gateDecoder> | CoinbaseDecoder;

const DECODERS: Readonly<Record<string, Decoder>> = {
  okx: (instruments, sink) => new OkxDecoder(instruments, sink, 'okx'),
  bybit: (instruments, sink) => bybitDecoder(instruments, sink, 'bybit'),
  kucoin: (instruments, sink) => kucoinDecoder(instruments, sink, 'kucoin'),
  coinbase: (instruments, sink) => new CoinbaseDecoder(instruments, sink, 'coinbase'),
  bitget: (instruments, sink) => bitgetDecoder(instruments, sink, 'bitget'),
  gate: (instruments, sink) => gateDecoder(instruments, sink, 'gate'),
  bitstamp: (instruments, sink) => bitstampDecoder(instruments, sink, 'bitstamp'),
  cryptocom: (instruments, sink) => cryptocomDecoder(instruments, sink, 'cryptocom'),
  gemini: (instruments, sink) => geminiDecoder(instruments, sink, 'gemini'),
  htx: (instruments, sink) => htxDecoder(instruments, sink, 'htx'),
  bitfinex: (instruments, sink) => new BitfinexDecoder(instruments, sink, 'bitfinex'),
};

/** @param rounds measured of each; fewer for a look. @param only one venue; all when left out. */
export function venueFrameRows(rounds = ROUNDS, only?: string): Row[] {
  return Object.keys(DECODERS).flatMap((venue) =>
    only === undefined || only === venue ? rowsOf(venue, rounds) : [],
  );
}

function rowsOf(venue: string, rounds: number): Row[] {
  const wire = WIRES[venue];
  const decoder = DECODERS[venue];
  if (wire === undefined || decoder === undefined) throw new Error(`${venue} has no frames`);
  const { snapshots, changes } = framesOf(wire);
  const name = `frame → decision (${venue})`;
  const stream: FrameStream = {
    name,
    snapshots,
    updates: changes,
    snapshotBytes: snapshots.map((frame) => Buffer.from(frame)),
    updateBytes: changes.map((frame) => Buffer.from(frame)),
  };
  const quote = wire.symbol.toUpperCase().includes('USDT') ? 'USDT' : 'USD';
  const spec = {
    ...GRID,
    symbol: wire.symbol,
    base: 'BTC',
    quote,
    priceDecimals: 2,
    qtyDecimals: 5,
    status: 'online',
  };
  const instrument = createInstrument({ ...spec, status: 'online' }, 0, venue);
  const ours = new HotPath([instrument], {
    venue,
    homeAsset: quote,
    bookDepth: venueAdapter(venue, 'venue').bookDepth,
    decoder,
  });
  const peer = CcxtBooks.of(venue);
  const begin = snapshotOf(snapshots);
  let parsed = 0;
  const contestants = [
    { name: 'ours', prepare: () => ours.prepare(stream), run: () => ours.run(stream) },
    {
      name: 'JSON.parse',
      run: () => {
        for (let i = 0; i < changes.length; i++) if (JSON.parse(changes[i] as string) !== null) parsed++;
        return changes.length;
      },
    },
    ...(peer === undefined
      ? []
      : [
          {
            name: 'ccxt',
            prepare: () => peer.begin(snapshots, begin),
            run: () => {
              for (let i = 0; i < changes.length; i++) peer.feed(changes[i] as string);
              return changes.length;
            },
          },
        ]),
  ];
  const figures = interleaved(contestants, rounds, WARM_UP);
  ours.check(name);
  if (ours.kernel.store.sync(0).state !== 'live') throw new Error(`${name}: our book was lost`);
  if (parsed === 0 || (peer !== undefined && peer.levels === 0))
    throw new Error(`${name}: a peer did nothing`);
  const figureOf = (of: string): number[] | undefined =>
    figures[contestants.findIndex((one) => one.name === of)];
  const row = { name, unit: 'ns/frame', ours: figureOf('ours') ?? [], less: true };
  const other = figureOf('ccxt');
  return [
    ...(other === undefined
      ? []
      : [
          rowOf({
            ...row,
            peer: `ccxt ${versionOf('ccxt')}, parse and book alone`,
            peerValue: other,
            atLeast: 3,
          }),
        ]),
    rowOf({
      ...row,
      peer: 'JSON.parse of the frame alone',
      peerValue: figureOf('JSON.parse') ?? [],
      atLeast: 1,
    }),
  ];
}

/** The book in a frame that keeps the answer of a REST call; empty where the stream has its own. */
function snapshotOf(frames: readonly string[]): Snapshot {
  const [frame = ''] = frames;
  if (!frame.startsWith('{"snapshot"')) return { bids: [], asks: [], nonce: 0 };
  const { data } = JSON.parse(frame) as { readonly data: Readonly<Record<string, unknown>> };
  const book = (data['data'] ?? data) as Readonly<Record<string, unknown>>;
  const nonce = Number(book['sequence'] ?? book['lastUpdateId']);
  return { bids: book['bids'] as Snapshot['bids'], asks: book['asks'] as Snapshot['asks'], nonce };
}
