/**
 * A made-up session over any set of instruments, with the activity of a real one: a few hot pairs and a long
 * tail (Zipf), most changes near the top. Each asset has one value and every book is quoted around the ratio of
 * two values, so that no cycle pays after the spread. Books and checksums are kept here in the plainest way, as
 * a witness that is independent of the engine's.
 */
import { crc32 } from 'node:zlib';
import type { Instrument } from '../src-engine/domain/instrument.ts';
import { SeededRandom } from '../src-engine/lib/random.ts';
import { type FrameStream, frameStream } from './frame-stream.ts';

/** Prices a side that may hold a level; the best `depth` of those that do are the book. */
const SLOTS = 40;
/** Half the spread, as a fraction of the price. */
const HALF_SPREAD = 0.001;
/** Units that a typical price has: Kraken shows five or six digits. */
const TYPICAL_UNITS = 50_000;
const START_US = Date.UTC(2026, 7, 2) * 1_000;

type Level = { readonly price: number; qty: number };

/** One side: slots from the best price outwards; quantity 0 is not a level. */
class MadeSide {
  readonly slots: readonly Level[];

  constructor(best: number, step: number, random: SeededRandom, qtyUnits: number) {
    this.slots = Array.from({ length: SLOTS }, (_, i) => ({
      price: best + i * step,
      qty: random.next() < 0.8 ? 1 + Math.floor(random.exponential(qtyUnits)) : 0,
    })).filter(({ price }) => price > 0);
  }

  visible(depth: number): Level[] {
    return this.slots.filter(({ qty }) => qty > 0).slice(0, depth);
  }
}

class MadeBook {
  readonly instrument: Instrument;
  readonly bids: MadeSide;
  readonly asks: MadeSide;

  constructor(instrument: Instrument, middle: number, random: SeededRandom) {
    this.instrument = instrument;
    const step = Math.max(1, Math.round(middle / 10_000));
    const qtyUnits = Math.min(1e12, 10 ** instrument.qtyDecimals * 5);
    this.bids = new MadeSide(Math.floor(middle * (1 - HALF_SPREAD)), -step, random, qtyUnits);
    this.asks = new MadeSide(Math.ceil(middle * (1 + HALF_SPREAD)) + 1, step, random, qtyUnits);
  }

  frame(type: string, bids: readonly Level[], asks: readonly Level[], depth: number, atUs: number): string {
    const { symbol, priceDecimals, qtyDecimals } = this.instrument;
    const side = (levels: readonly Level[]): string =>
      levels
        .map(
          ({ price, qty }) =>
            `{"price":${unitsText(price, priceDecimals)},"qty":${unitsText(qty, qtyDecimals)}}`,
        )
        .join(',');
    const covered = [...this.asks.visible(Math.min(10, depth)), ...this.bids.visible(Math.min(10, depth))];
    const checksum = crc32(covered.map(({ price, qty }) => `${price}${qty}`).join(''));
    const second = new Date(Math.floor(atUs / 1_000)).toISOString().slice(0, 19);
    const micros = String(atUs % 1_000_000).padStart(6, '0');
    return (
      `{"channel":"book","type":"${type}","data":[{"symbol":"${symbol}","bids":[${side(bids)}],` +
      `"asks":[${side(asks)}],"checksum":${checksum},"timestamp":"${second}.${micros}Z"}]}`
    );
  }

  snapshot(depth: number): string {
    return this.frame('snapshot', this.bids.visible(depth), this.asks.visible(depth), depth, START_US);
  }

  /** One change of one side, with the level that moves into view where one went. */
  update(random: SeededRandom, depth: number, atUs: number): string {
    const isBid = random.next() < 0.5;
    const side = isBid ? this.bids : this.asks;
    const before = side.visible(depth);
    const slot = side.slots[Math.min(side.slots.length - 1, Math.floor(random.exponential(6)))];
    const changes: Level[] = [];
    if (slot !== undefined) {
      const goes = slot.qty > 0 && before.length > 12 && random.next() < 0.3;
      slot.qty = goes
        ? 0
        : 1 + Math.floor(random.exponential(Math.min(1e12, 10 ** this.instrument.qtyDecimals * 5)));
      const after = side.visible(depth);
      if (before.includes(slot) || after.includes(slot)) changes.push({ price: slot.price, qty: slot.qty });
      const last = after.at(-1);
      if (goes && last !== undefined && !before.includes(last)) changes.push({ ...last });
    }
    return this.frame('update', isBid ? changes : [], isBid ? [] : changes, depth, atUs);
  }
}

export function generatedStream(
  instruments: readonly Instrument[],
  options: { readonly seed: number; readonly updates: number; readonly depth: number },
): FrameStream {
  const random = new SeededRandom(options.seed);
  const values = assetValues(instruments);
  const books = instruments.flatMap((instrument) => {
    const { base, quote, priceDecimals } = instrument;
    const middle = ((values.get(base) ?? 1) / (values.get(quote) ?? 1)) * 10 ** priceDecimals;
    // A price that the pair's decimals cannot show: left alone, as a dead pair.
    return middle > 200 && middle < 1e9 ? [new MadeBook(instrument, middle, random)] : [];
  });
  const byActivity = books.toSorted((a, b) => activity(b.instrument) - activity(a.instrument));
  const weights = byActivity.map((_, rank) => 1 / (rank + 3) ** 1.2);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const snapshots = books.map((book) => book.snapshot(options.depth));
  const updates: string[] = [];
  for (let i = 0; i < options.updates; i++) {
    let draw = random.next() * total;
    let rank = 0;
    while (rank < weights.length - 1 && (draw -= weights[rank] ?? 0) > 0) rank++;
    const book = byActivity[rank];
    if (book !== undefined) updates.push(book.update(random, options.depth, START_US + 1 + i * 200));
  }
  return frameStream(`generated, ${books.length} books`, snapshots, updates);
}

/** Hot are the pairs of the big assets; the rest follow in any fixed order. */
function activity({ base, quote }: Instrument): number {
  const bases = ['BTC', 'ETH', 'SOL', 'XRP', 'USDT', 'ADA', 'DOGE', 'LTC', 'LINK', 'DOT'];
  const quotes = ['USD', 'EUR', 'USDT', 'BTC', 'GBP', 'USDC', 'ETH'];
  const rank = (list: readonly string[], asset: string): number =>
    list.includes(asset) ? list.length - list.indexOf(asset) : 0;
  return rank(bases, base) * 2 + rank(quotes, quote);
}

/**
 * A value for every asset such that prices have about as many digits as the venue shows of them, judged by the
 * decimals of the first pair that joins it to an asset whose value is known.
 */
function assetValues(instruments: readonly Instrument[]): Map<string, number> {
  const values = new Map([['USD', 1]]);
  for (let found = true; found; ) {
    found = false;
    for (const { base, quote, priceDecimals } of instruments) {
      const ratio = TYPICAL_UNITS / 10 ** priceDecimals;
      const quoteValue = values.get(quote);
      const baseValue = values.get(base);
      if (quoteValue !== undefined && baseValue === undefined) values.set(base, quoteValue * ratio);
      else if (baseValue !== undefined && quoteValue === undefined) values.set(quote, baseValue / ratio);
      else continue;
      found = true;
    }
  }
  return values;
}

function unitsText(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
