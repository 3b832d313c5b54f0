/**
 * A desk over many venues in one process, from the bytes of a frame to the decision: what one venue's 5 MB snapshot holds another up, and
 * what 4,000 books of fourteen venues cost. Without sockets.
 */
import { createInstrument, type Instrument } from '../../src-engine/domain/instrument.ts';
import { DEFAULT_DETECTION } from '../../src-engine/domain/limits.ts';
import { assetAt } from '../../src-engine/domain/venue-asset.ts';
import { SystemClock } from '../../src-engine/lib/system-clock.ts';
import { CoinbaseConnection } from '../../src-engine/venues/coinbase/connection.ts';
import type { MarketSink } from '../../src-engine/venues/market-feed.ts';
import type { ConnectionEvents, Network } from '../../src-engine/venues/network.ts';
import { venueAdapter } from '../../src-engine/venues/registry.ts';
import { type Decode, deskVenues } from '../desk-venues.ts';
import { HotPath } from '../hot-path.ts';
import { boundedRow, type Row } from '../report.ts';
import { quantile } from '../statistics.ts';
import { framesOf, WIRES } from '../venue-streams.ts';

const SNAPSHOTS = 15;
const LEVELS_A_SIDE = 23_500;
/** What its reading may hold up, in ms. */
const SNAPSHOT_BOUND_MS = 5;

const BOOKS_A_VENUE = 286;
const UPDATES_PER_SECOND = 20_000;
/** Until the compiler has settled, and what is measured after that: the changes of each book are as many as both take. */
const WARM_UP_SECONDS = 3;
const WARM_DECISIONS = 2_000;
const BUNDLE_MS = 10;
const BOUNDS = { cpuPercent: 50, p999Us: 500, residentMb: 800 } as const;

const GRID = { tickSize: '0.1', lotSize: '0.0001', minQty: '0.0001', minNotional: '1', takerFee: '0.001' };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function instrumentOf(venue: string, symbol: string, coin: string, id: number): Instrument {
  const digits = { priceDecimals: 2, qtyDecimals: 5 } as const;
  const assets = { base: assetAt(coin, venue), quote: assetAt('USDT', venue) };
  return createInstrument({ ...GRID, ...digits, ...assets, symbol, status: 'online' }, id, venue);
}

/** A kernel over several venues, and what hands it their frames. */
class Desk {
  readonly path: HotPath;
  sink: MarketSink | undefined;

  constructor(instruments: readonly Instrument[]) {
    const [first] = instruments;
    if (first === undefined) throw new Error('a desk has instruments');
    this.path = new HotPath(
      instruments,
      {
        venue: first.venue,
        homeAsset: assetAt('USDT', first.venue),
        bookDepth: Object.fromEntries(
          instruments.map(({ venue }) => [venue, venueAdapter(venue, 'venue').bookDepth]),
        ),
        decoder: (_all, sink) => {
          this.sink = sink;
          return { decode: () => undefined, decodeEscaped: () => undefined };
        },
      },
      { detection: { ...DEFAULT_DETECTION, crossVenue: true } },
    );
  }

  get toSink(): MarketSink {
    if (this.sink === undefined) throw new Error('the desk has no sink');
    return this.sink;
  }
}

/** A socket that is never connected: what it would bring is handed to it. */
class HeldSocket implements Network {
  events: ConnectionEvents | undefined;

  request(): Promise<never> {
    return Promise.reject(new Error('nothing is asked here'));
  }

  connect(_url: string, _options: object, events: ConnectionEvents) {
    this.events = events;
    setImmediate(() => events.onOpen());
    return { send: () => true, close: () => undefined, terminate: () => undefined };
  }
}

/** The longest that a frame of Bybit waited for its decision while a connection to Coinbase read its largest snapshot. */
export async function snapshotRow(): Promise<Row> {
  const { coinbase, bybit } = WIRES;
  if (coinbase === undefined || bybit === undefined) throw new Error('there are no frames of both venues');
  const rows = (sign: -1 | 1): [string, string][] =>
    Array.from({ length: LEVELS_A_SIDE }, (_, at) => [(60_000 + sign * (at + 1)).toFixed(1), '1.5000']);
  const text = coinbase.snapshots({ bids: rows(-1), asks: rows(1) })[0] ?? '';
  const large = Buffer.from(text);
  if (large.length < 5_000_000) throw new Error(`the snapshot has ${large.length} bytes`);
  const instruments = [
    instrumentOf('coinbase', coinbase.symbol, 'BTC', 0),
    instrumentOf('bybit', bybit.symbol, 'BTC', 1),
  ];
  const desk = new Desk(instruments);
  const decoder = deskVenues['bybit']?.decoder(instruments.slice(1), desk.toSink);
  const { snapshots, changes } = framesOf(bybit);
  const frames = [...snapshots, ...changes].map((frame) => Buffer.from(frame));
  let next = 0;
  const decide = (): void => {
    decoder?.decode(frames[next++ % frames.length] as Buffer, 1e15 + next * 200);
  };
  for (let count = 0; count < WARM_DECISIONS; count++) decide();
  const longest: number[] = [];
  for (let round = 0; round < SNAPSHOTS; round++) {
    const network = new HeldSocket();
    const connection = new CoinbaseConnection({
      venue: 'coinbase',
      clock: new SystemClock(),
      network,
      random: () => 0.5,
    });
    connection.start(instruments.slice(0, 1), desk.toSink);
    await turn();
    await turn();
    desk.path.kernel.store.sync(0).desync('a connection begins');
    let worst = 0;
    const began = performance.now();
    let last = began;
    network.events?.onMessage(large);
    while (desk.path.kernel.store.sync(0).state !== 'live') {
      decide();
      const now = performance.now();
      worst = Math.max(worst, now - last);
      last = now;
      if (performance.now() - began > 10_000) throw new Error('the snapshot was not taken');
      await turn();
    }
    longest.push(worst);
    void connection.stop();
  }
  longest.sort((a, b) => a - b);
  const name = `a decision elsewhere while a snapshot of ${(large.length / 1e6).toFixed(1)} MB is read, longest wait, median of ${SNAPSHOTS}`;
  return boundedRow(name, 'ms', quantile(longest, 0.5), SNAPSHOT_BOUND_MS);
}

type Fed = { readonly decode: Decode; readonly bytes: Buffer };

/** Books of fourteen venues in their own words, at an even pace: CPU, waits from when a frame was due to its decision, memory. */
export async function deskRows(): Promise<Row[]> {
  const venues = Object.entries(deskVenues);
  const all = venues.flatMap(([venue, { symbolOf, isApart }]) =>
    Array.from({ length: BOOKS_A_VENUE }, (_, at) => ({
      venue,
      symbol: symbolOf(at),
      coin: `${isApart === true ? 'K' : 'C'}${at}`,
    })),
  );
  const instruments = all.map(({ venue, symbol, coin }, id) => instrumentOf(venue, symbol, coin, id));
  const desk = new Desk(instruments);
  const begin: Fed[] = [];
  const lanes: Fed[][] = [];
  for (const [venue, { decoder, framesOf: of }] of venues) {
    const own = instruments.filter((one) => one.venue === venue);
    const reader = decoder(own, desk.toSink);
    const decode: Decode = (bytes, receivedUs) => reader.decode(bytes, receivedUs);
    const { snapshots, changes } = of(BOOKS_A_VENUE);
    begin.push(...snapshots.map((text) => ({ decode, bytes: Buffer.from(text) })));
    lanes.push(changes.map((text) => ({ decode, bytes: Buffer.from(text) })));
  }
  for (const { decode, bytes } of begin) decode(bytes, 1e15);
  if (desk.path.kernel.desk.routes.walkCount < BOOKS_A_VENUE)
    throw new Error('routes between the venues are not scored');
  const missing = instruments.find(({ id }) => desk.path.kernel.store.sync(id).state !== 'live');
  if (missing !== undefined)
    throw new Error(`the book of ${missing.symbol} of ${missing.venue} did not begin`);
  const most = Math.min(...lanes.map((lane) => lane.length));
  const frames = Array.from({ length: most }, (_, at) => lanes.map((lane) => lane[at] as Fed)).flat();
  const warm = WARM_UP_SECONDS * UPDATES_PER_SECOND;
  const waits = new Float64Array(frames.length - warm);
  let cpu = process.cpuUsage();
  let measuredFrom = performance.now();
  const began = measuredFrom;
  let fed = 0;
  while (fed < frames.length) {
    const due = Math.min(
      frames.length,
      Math.floor(((performance.now() - began) * UPDATES_PER_SECOND) / 1_000),
    );
    for (; fed < due; fed++) {
      const { decode, bytes } = frames[fed] as Fed;
      if (fed === warm) {
        cpu = process.cpuUsage();
        measuredFrom = performance.now();
      }
      const at = performance.now();
      decode(bytes, 1e15 + fed * 50);
      if (fed >= warm) waits[fed - warm] = (performance.now() - at) * 1_000;
    }
    await new Promise((resolve) => setTimeout(resolve, BUNDLE_MS));
  }
  const took = performance.now() - measuredFrom;
  const { user, system } = process.cpuUsage(cpu);
  desk.path.check('desk');
  const lost = instruments.filter(({ id }) => desk.path.kernel.store.sync(id).state !== 'live').length;
  if (lost > 0 || desk.path.opportunities > 0)
    throw new Error(`${lost} books were lost, ${desk.path.opportunities} routes paid`);
  waits.sort();
  const of = `${instruments.length.toLocaleString('en-US')} books of ${venues.length} venues, ${UPDATES_PER_SECOND.toLocaleString('en-US')} updates/s`;
  return [
    boundedRow(`${of}: share of one core`, '%', (user + system) / 10 / took, BOUNDS.cpuPercent),
    boundedRow(`${of}: frame → decision p99.9`, 'µs', quantile(waits, 0.999), BOUNDS.p999Us),
    boundedRow(
      `${of}: resident memory, frames to come included`,
      'MB',
      process.memoryUsage.rss() / 1e6,
      BOUNDS.residentMb,
    ),
  ];
}
