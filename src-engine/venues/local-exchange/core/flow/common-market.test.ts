/** The market that exchanges share: a function of the seed and the time alone. */
import { describe, expect, it } from 'vitest';
import { CommonMarket } from './common-market.ts';

const START_US = 1_780_000_000_000_000;
const MINUTE_US = 60_000_000;
const view = (more: object = {}): CommonMarket =>
  new CommonMarket({ seed: 5, ownSeed: 5, name: 'test', lagUs: 0, noiseBps: 0, ...more });

/** Prices of BTC in dollars, once a minute. */
function minutes(market: CommonMarket, count: number, offsetUs = 0): number[] {
  return Array.from({ length: count }, (_, minute) => {
    market.advance(START_US + offsetUs + minute * MINUTE_US);
    return market.usd('BTC');
  });
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const changes = (prices: readonly number[]): number[] =>
  prices.slice(1).map((price, index) => Math.log(price / (prices[index] as number)));

const quiet = minutes(view(), 1_000);

describe('the common market', () => {
  it('is the same for the same seed at every venue, and seen later at a venue that lags', () => {
    expect(minutes(view(), 30)).toEqual(minutes(view({ ownSeed: 9 }), 30));
    expect(minutes(view({ lagUs: 250_000 }), 30, 250_000)).toEqual(minutes(view(), 30));
    expect(minutes(view({ seed: 6 }), 30)).not.toEqual(minutes(view(), 30));
    const late = view();
    late.advance(START_US + 29 * MINUTE_US);
    expect(late.usd('BTC')).toBe(minutes(view(), 30).at(-1));
  });

  it('moves as coins do: some six bps a minute, coins together, stable coins hardly', () => {
    const prices = minutes(view(), 2_000);
    const bps = deviation(changes(prices)) * 10_000;
    expect(bps).toBeGreaterThan(3);
    expect(bps).toBeLessThan(13);
    expect(Math.max(...prices) / Math.min(...prices)).toBeLessThan(1.5);
    const market = view();
    const stable = Array.from({ length: 500 }, (_, minute) => {
      market.advance(START_US + minute * MINUTE_US);
      return market.price('USDT', 'USD');
    });
    expect(Math.abs(Math.log(stable.at(-1) as number))).toBeLessThan(0.003);
    expect(deviation(changes(stable)) * 10_000).toBeLessThan(bps / 3);
  });

  it('has noise of its own at each exchange, and news that the others do not hear of and that passes', () => {
    const noisy = minutes(view({ noiseBps: 2 }), 1_000);
    const gaps = noisy.map((price, index) => Math.log(price / (quiet[index] as number)) * 10_000);
    expect(deviation(gaps)).toBeGreaterThan(1);
    expect(deviation(gaps)).toBeLessThan(3);
    expect(minutes(view({ noiseBps: 2, name: 'other' }), 30)).not.toEqual(noisy.slice(0, 30));
    const market = view();
    market.advance(START_US);
    const before = market.usd('BTC');
    market.jump('BTC', 10);
    expect(Math.log(market.usd('BTC') / before) * 10_000).toBeCloseTo(10, 6);
    market.advance(START_US + MINUTE_US);
    expect(Math.log(market.usd('BTC') / (quiet[1] as number)) * 10_000).toBeCloseTo(0, 2);
  });

  it('knows no asset without a model', () => {
    expect(() => view().usd('NOSUCH')).toThrow('NOSUCH has no fair value');
  });
});
