import { expect, it } from 'vitest';
import type { Bar } from '../../contract/market-records.ts';
import { barRegimes } from '../../strategies/ensemble/bar-regimes.ts';
import { ShownRegimes, stepsOf } from './shown-regimes.ts';

const bars = Array.from({ length: 400 }, (_, at): Bar => {
  const closeTwice = 200_000 + at * (at > 200 ? 60 : 0) + (at % 2 === 0 ? 90 : -90);
  const prices = { openTwice: closeTwice, highTwice: closeTwice, lowTwice: closeTwice, closeTwice };
  return { startUs: at * 1_000_000, ...prices, spread: 10, widestSpread: 10, volume: 1, trades: 1 };
});
const asked = { instrumentId: 0, span: '1s', barsAStep: 1 } as const;

it('takes each bar in once, however the question is asked, and leaves the one under way out', async () => {
  let count = 0;
  const shown = new ShownRegimes({ bars: () => bars.slice(0, count) });
  for (count of [150, 151, 260, 260, 400]) await shown.of(asked);
  const [once, again] = await Promise.all([shown.of(asked), shown.of(asked)]);
  const whole = barRegimes(stepsOf(bars, 1_000_000), 1_000_000);
  expect(once).toEqual(whole);
  expect(again).toEqual(whole);
  expect(whole.at(-1)).toMatchObject({ regime: 'trend-up', toUs: 399_000_000 });
});

it('forgets what is older than the bars that are kept', async () => {
  let from = 0;
  const shown = new ShownRegimes({ bars: () => bars.slice(from) });
  const whole = await shown.of(asked);
  from = 390;
  expect(await shown.of(asked)).toEqual(whole.slice(-1));
});

it('takes several bars as one on the clock’s grid', () => {
  const steps = stepsOf(bars.slice(3, 13), 5_000_000);
  expect(steps.map(({ startUs, close, volume }) => [startUs, close, volume])).toEqual([
    [0, (bars[4]?.closeTwice ?? 0) / 2, 2],
    [5_000_000, (bars[9]?.closeTwice ?? 0) / 2, 5],
  ]);
});
