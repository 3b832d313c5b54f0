/** A change of a book in each venue's own words, from bytes to decision: against ccxt's handler of that venue and the platform's parser. */
import { createInstrument } from '../../src-engine/domain/instrument.ts';
import { venueAdapter } from '../../src-engine/venues/registry.ts';
import type { FrameStream } from '../frame-stream.ts';
import { HotPath } from '../hot-path.ts';
import { MARKET_DECODERS } from '../market-decoders.ts';
import { interleaved } from '../measure.ts';
import { type Row, rowOf, versionOf } from '../report.ts';
import { CcxtBooks, type Snapshot } from '../venue-peers.ts';
import { framesOf, WIRES } from '../venue-streams.ts';

const ROUNDS = 15;
const WARM_UP = 6;
const GRID = { tickSize: '0.1', lotSize: '0.0001', minQty: '0.0001', minNotional: '1', takerFee: '0.001' };

/** @param rounds measured of each; fewer for a look. @param only one venue; all when left out. */
export function venueFrameRows(rounds = ROUNDS, only?: string): Row[] {
  return Object.keys(MARKET_DECODERS).flatMap((venue) =>
    only === undefined || only === venue ? rowsOf(venue, rounds) : [],
  );
}

function rowsOf(venue: string, rounds: number): Row[] {
  const wire = WIRES[venue];
  const decoder = MARKET_DECODERS[venue];
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
