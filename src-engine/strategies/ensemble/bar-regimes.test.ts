import { expect, it } from 'vitest';
import { regimesOfPrices } from '../../lab/price-regimes.ts';
import { barRegimes, type RegimeBar } from './bar-regimes.ts';

const STEP_US = 1_000_000;
/** Flat with small swings, then a steady rise. */
const series = (count: number, riseFrom: number, offsetUs = 0): RegimeBar[] => {
  let close = 100;
  return Array.from({ length: count }, (_, at) => {
    close *= 1 + (at >= riseFrom ? 0.0008 : 0) + (at % 2 === 0 ? 0.0003 : -0.0003);
    return {
      startUs: offsetUs + at * STEP_US,
      close,
      bid: close - 0.01,
      ask: close + 0.01,
      volume: Number.NaN,
    };
  });
};

it('finds a rise after a range, and begins once 20 returns are known', () => {
  const spans = barRegimes(series(240, 150), STEP_US);
  expect(spans[0]).toMatchObject({ regime: 'range', fromUs: 20 * STEP_US });
  expect(spans.at(-1)).toMatchObject({ regime: 'trend-up', toUs: 240 * STEP_US });
  for (const [at, { fromUs }] of spans.entries()) if (at > 0) expect(fromUs).toBe(spans[at - 1]?.toUs);
});

it('knows of a bar only what came before its end', () => {
  const all = series(240, 150);
  const whole = barRegimes(all, STEP_US);
  for (const count of [60, 155, 170, 200]) {
    const part = barRegimes(all.slice(0, count), STEP_US);
    const atUs = (count - 1) * STEP_US;
    expect(part.at(-1)?.regime).toBe(whole.find(({ fromUs, toUs }) => fromUs <= atUs && atUs < toUs)?.regime);
  }
});

it('begins anew after an outage, with nothing in between', () => {
  const before = series(60, 1_000);
  const after = series(60, 1_000, 500 * STEP_US);
  const spans = barRegimes([...before, ...after], STEP_US);
  expect(spans.map(({ fromUs, toUs }) => [fromUs / STEP_US, toUs / STEP_US])).toEqual([
    [20, 60],
    [520, 560],
  ]);
  expect(barRegimes([], STEP_US)).toEqual([]);
});

it('is the same over the prices of a run: a price holds until the next one, and long runs have longer bars', () => {
  const bars = series(240, 150);
  const points = bars.map(({ startUs, bid, ask }) => [startUs + 10, bid, ask] as const);
  expect(regimesOfPrices(points)).toEqual(barRegimes(bars, STEP_US));
  expect(regimesOfPrices([])).toEqual([]);
  expect(regimesOfPrices([[0, null, 1]])).toEqual([]);
  const day = Array.from(
    { length: 200 },
    (_, at) => [at * 432_000_000, 100 + (at % 3), 100.1 + (at % 3)] as const,
  );
  const lengths = regimesOfPrices(day).map(({ fromUs, toUs }) => (toUs - fromUs) % 60_000_000);
  expect(new Set(lengths)).toEqual(new Set([0]));
});
