/**
 * Changes of a Binance book: a recorded hour of BTC/USDT and the list of pairs of a recorded session; where those are not there, a
 * made book that changes as often at its top, in a made venue of the same size.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createInstrument, type Instrument, type InstrumentSpec } from '../src-engine/domain/instrument.ts';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { madePairs } from '../src-engine/testing/made-venue.ts';
import { HAS_SHARED_DATA, sharedFile } from '../src-engine/testing/shared-data.ts';
import { instrumentsFromExchangeInfo } from '../src-engine/venues/binance/instruments.ts';
import { snapshotFrame } from '../src-engine/venues/binance/parse.ts';
import { type FrameStream, frameStream } from './frame-stream.ts';

const SYMBOL = 'BTCUSDT';
const MADE_PAIRS = 1_500;
const MADE_CHANGES = 6_000;
/** As high as the venue's are by now: more than an int32 holds. */
const MADE_ID = 50_000_000_000;
/** Changes of the recorded hour before a session would ask for a deeper snapshot: half of the levels of the first are gone then. */
const RECORDED_CHANGES = 2_000;
const GRID = { tickSize: '0.01', lotSize: '0.00001', minQty: '0.00001', minNotional: '5', takerFee: '0.001' };
/** With the decimals that a session counts the pair in, see instruments.ts. */
const BTC = { ...GRID, symbol: SYMBOL, base: 'BTC', quote: 'USDT', priceDecimals: 8, qtyDecimals: 8 };

/** BTC/USDT first, then all other pairs that trade. */
export function binanceInstruments(): Instrument[] {
  return withBitcoin(HAS_SHARED_DATA ? listedPairs() : madeSpecs());
}

/** BTC/USDT, and two pairs with which it makes cycles. */
export function triangleAtBinance(): Instrument[] {
  const pair = (base: string, quote: string) => ({ ...GRID, symbol: `${base}${quote}`, base, quote });
  return withBitcoin([pair('ETH', 'USDT'), pair('ETH', 'BTC')]);
}

function withBitcoin(others: readonly Omit<InstrumentSpec, 'takerFee'>[]): Instrument[] {
  return [BTC, ...others.filter(({ symbol }) => symbol !== SYMBOL)].map((spec, id) =>
    createInstrument({ ...spec, takerFee: GRID.takerFee, status: 'online' }, id, 'binance'),
  );
}

function listedPairs() {
  const lines = gunzipSync(readFileSync(sharedFile('venues/BINANCE.jsonl.gz')))
    .toString('utf8')
    .split('\n');
  const line = lines.find((one) => one.includes('/api/v3/exchangeInfo"')) ?? '{}';
  const { data = '{}' } = JSON.parse(line) as { readonly data?: string };
  return instrumentsFromExchangeInfo(JSON.parse(data)).instruments.filter(
    ({ status }) => status === 'online',
  );
}

function madeSpecs() {
  return madePairs(MADE_PAIRS).map(({ base, quote }) => ({
    ...GRID,
    symbol: `${base}${quote}`,
    base,
    quote,
  }));
}

/** The snapshot of the book, and every change that goes on from it. */
export function binanceStream(): FrameStream {
  return HAS_SHARED_DATA ? recordedStream() : madeBinanceStream(MADE_CHANGES);
}

function recordedStream(): FrameStream {
  const frames = gunzipSync(readFileSync(sharedFile('binance/spot_btcusdt_20240808.gz')))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => line.slice(line.indexOf('{')));
  const body = frames.find((frame) => frame.startsWith('{"lastUpdateId"')) ?? '{}';
  const { lastUpdateId = 0 } = JSON.parse(body) as { readonly lastUpdateId?: number };
  const lastOf = (frame: string): number => Number(/"u":(\d+)/.exec(frame)?.[1]);
  const changes = frames.filter((frame) => frame.includes('"depthUpdate"') && lastOf(frame) > lastUpdateId);
  return frameStream('binance btcusdt', [snapshotFrame(SYMBOL, body)], changes.slice(0, RECORDED_CHANGES));
}

/**
 * A made book of which each of so many changes sets a dozen levels, the most of them near its top. @param withTouches best prices of the
 * faster stream come before each change, as far as it will come.
 */
export function madeBinanceStream(count: number, withTouches = false): FrameStream {
  const random = new SeededRandom(11);
  const text = (value: number, places: number): string => value.toFixed(places).padEnd(8, '0');
  const level = (price: number): [string, string] => [
    `${text(price, 2)}000000`,
    `${(random.next() < 0.4 ? 0 : random.next() * 3).toFixed(5)}000`,
  ];
  /** Best first, as the venue writes them. */
  const around = (side: -1 | 1, count: number): [string, string][] =>
    Array.from({ length: count }, () =>
      level(60_000 + side * (0.01 + Math.floor(random.next() ** 3 * 20_000) / 100)),
    ).toSorted(([a], [b]) => (Number(a) - Number(b)) * side);
  const whole = (side: -1 | 1): [string, string][] =>
    Array.from({ length: 1_000 }, (_, at) => [
      `${(60_000 + side * (at + 1) * 0.21).toFixed(2)}000000`,
      '1.00000000',
    ]);
  const body = JSON.stringify({ lastUpdateId: MADE_ID, bids: whole(-1), asks: whole(1) });
  const changes = Array.from({ length: count }, (_, at) => {
    const id = MADE_ID + 1 + at;
    const [b, a] = [around(-1, 6), around(1, 6)];
    const data = { e: 'depthUpdate', E: 1_700_000_000_000 + at * 100, s: SYMBOL, U: id, u: id, b, a };
    return JSON.stringify({ stream: 'btcusdt@depth@100ms', data });
  });
  const touch = (u: number): string => {
    const [B, A] = [random.next(), random.next()].map((qty) => `${(0.01 + qty).toFixed(5)}000`);
    const data = { u, s: SYMBOL, b: '59999.99000000', B, a: '60000.01000000', A };
    return JSON.stringify({ stream: 'btcusdt@bookTicker', data });
  };
  const frames = withTouches ? changes.flatMap((change, at) => [touch(MADE_ID + 1 + at), change]) : changes;
  return frameStream('made btcusdt', [snapshotFrame(SYMBOL, body)], frames);
}
