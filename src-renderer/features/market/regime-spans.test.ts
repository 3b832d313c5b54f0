import { expect, it } from 'vitest';
import { regimeName, type RegimeSpan } from '../../../src-engine/contract/market-records.ts';
import { REGIMES } from '../../../src-engine/strategies/ensemble/regimes.ts';
import { shownSpans } from './regime-spans.ts';

const SPANS: readonly RegimeSpan[] = [
  { regime: 'range', fromUs: 0, toUs: 10 },
  { regime: 'trend-up', fromUs: 10, toUs: 40 },
  { regime: 'crisis', fromUs: 60, toUs: 90 },
];
const view = (from: number, to: number) => ({ width: () => to - from, xOf: (atUs: number) => atUs - from });

it('is as wide as its bars, cut at the edges of what is shown, with nothing where nothing is known', () => {
  const shown = shownSpans(SPANS, view(5, 75));
  expect(shown.map(({ span, left, width }) => [span.regime, left, width])).toEqual([
    ['range', 0, 5],
    ['trend-up', 5, 30],
    ['crisis', 55, 15],
  ]);
  expect(shownSpans(SPANS, view(45, 55))).toEqual([]);
  expect(shownSpans(SPANS, { ...view(0, 9), xOf: () => null })).toEqual([]);
});

it('has the names of the filter', () => {
  expect(regimeName.options).toEqual([...REGIMES]);
});
