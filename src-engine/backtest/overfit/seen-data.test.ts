/** Whether two files hold the same market and time, whatever they are called. */
import { expect, it } from 'vitest';
import { SeededRandom } from '../../lib/random.ts';
import { priceMarks, type SeenData, sharesData } from './seen-data.ts';

const MINUTE = 60_000_000;
const START = Date.UTC(2026, 0, 1) * 1_000;

/** @param bars of a minute, from so many minutes after the start. @param every so many of them as one bar. */
function seen(
  bars: number,
  {
    seed = 1,
    from = 0,
    every = 1,
    shift = 0,
    markets = [] as readonly string[],
    change = 1,
    isTurned = false,
  } = {},
): SeenData {
  const random = new SeededRandom(seed);
  const closes = Float64Array.from({ length: 20_000 }, () => 0);
  let price = 100;
  for (let at = 0; at < closes.length; at++) closes[at] = price *= 1 + 0.001 * random.normal();
  const all = Array.from({ length: bars }, (_, at) => ({
    endUs: START + (from + at) * MINUTE + shift,
    close: isTurned ? change / (closes[from + at] as number) : (closes[from + at] as number) * change,
  })).filter((_, at) => (from + at) % every === 0);
  return {
    markets,
    fromUs: all[0]?.endUs ?? 0,
    toUs: all.at(-1)?.endUs ?? 0,
    prices: [priceMarks(all.length, (at) => all[at] as (typeof all)[number])],
  };
}

/** A coin that is worth 1 in most minutes, and a tick more or less in the others. */
function pegged(seed: number, share = 0.2): SeenData {
  const random = new SeededRandom(seed);
  const bars = Array.from({ length: 900 }, (_, at) => ({
    endUs: START + at * MINUTE,
    close: random.next() < share ? (random.next() < 0.5 ? 0.9999 : 1.0001) : 1,
  }));
  return {
    markets: [],
    fromUs: START,
    toUs: START + 899 * MINUTE,
    prices: [priceMarks(bars.length, (at) => bars[at] as (typeof bars)[number])],
  };
}

/** A market that goes up or down by one tick each minute. */
function ticking(seed: number, from: number, tick: number): SeenData {
  const random = new SeededRandom(seed);
  let close = from;
  const all = Array.from({ length: 390 }, (_, at) => {
    close *= random.next() < 0.5 ? 1 - tick : 1 + tick;
    return { endUs: START + at * MINUTE, close };
  });
  return {
    markets: [],
    fromUs: START,
    toUs: START + 389 * MINUTE,
    prices: [priceMarks(all.length, (at) => all[at] as (typeof all)[number])],
  };
}

it.each([
  ['an hour longer', seen(1_440), seen(1_500)],
  ['an hour of it, from its middle', seen(10_000), seen(60, { from: 5_000 })],
  ['begun later', seen(3_000), seen(3_000, { from: 1_234 })],
  ['in bars of five minutes', seen(3_000), seen(3_000, { every: 5 })],
  ['in bars of an hour, longer', seen(3_000), seen(9_000, { every: 60 })],
  ['in bars that end at 17 seconds past', seen(3_000, { shift: 17e6 }), seen(3_060, { shift: 17e6 })],
  [
    'of one name, by other prices',
    seen(900, { markets: ['BTC/USD@kraken'] }),
    seen(900, { seed: 2, markets: ['BTC/USD@kraken'] }),
  ],
  ['of prices that were multiplied', seen(3_000), seen(3_000, { change: 1.0001 })],
  ['of prices in another currency, an hour longer', seen(3_000), seen(3_060, { change: 0.87 })],
  ['with the pair the other way round', seen(3_000), seen(3_060, { isTurned: true })],
  ['with times a second later', seen(3_000), seen(3_000, { shift: 1e6 })],
  ['with times a second earlier, and multiplied', seen(3_000), seen(3_000, { shift: -1e6, change: 3 })],
  ['with a tenth of the time in common', seen(1_000), seen(1_000, { from: 890 })],
])('the same: %s', (_, a, b) => {
  expect([sharesData(a, b), sharesData(b, a)]).toEqual([true, true]);
});

it.each([
  ['another market', seen(3_000), seen(3_000, { seed: 2 })],
  ['another coin on its peg', pegged(1), pegged(2)],
  ['a price that stands', pegged(3, 0), pegged(4, 0)],
  ['the time after it', seen(3_000), seen(3_000, { from: 3_000 })],
  ['less than a tenth of the time in common', seen(1_000), seen(1_000, { from: 920 })],
  [
    'other names, other prices',
    seen(900, { markets: ['BTC/USD@kraken'] }),
    seen(900, { seed: 2, markets: ['ETH/USD@kraken'] }),
  ],
  [
    'the same name a day later',
    seen(900, { markets: ['A/B@x'] }),
    seen(900, { from: 1_440, markets: ['A/B@x'] }),
  ],
])('another one: %s', (_, a, b) => {
  expect([sharesData(a, b), sharesData(b, a)]).toEqual([false, false]);
});

it('knows a coin on its peg again by its moves', () => {
  expect(sharesData(pegged(1), pegged(1))).toBe(true);
});

it.each([2.5e-5, 5e-5, 1e-4])('takes two calm markets that move by %d each minute for two', (tick) => {
  const found = Array.from({ length: 40 }, (_, seed) =>
    sharesData(ticking(seed, 1, tick), ticking(1_000 + seed, 1.1, tick)),
  );
  expect(found.filter((isSame) => isSame)).toEqual([]);
  expect(sharesData(ticking(1, 1, 1e-4), ticking(1, 1.1, 1e-4))).toBe(true);
});

it('keeps at most 400 marks of whatever length, in whole cells', () => {
  for (const bars of [2, 50, 400, 5_000, 19_000]) {
    const [prices] = seen(bars).prices;
    expect(prices?.marks.length).toBeLessThanOrEqual(400 * 6);
    expect(prices?.marks).toMatch(/^(?:[0-9a-f]{6}|-{6})+$/);
  }
});
