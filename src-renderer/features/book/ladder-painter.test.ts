// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { LadderPainter, spreadText } from './ladder-painter.ts';

const UNITS = { priceDecimals: 1, qtyDecimals: 8 };
const BOOK = {
  instrumentId: 0,
  state: 'live',
  ageUs: 0,
  bids: [672_340, 150_000_000, 672_300, 1],
  asks: [672_360, 50_000_000],
} as const;

const texts = (host: HTMLElement) => [...host.children].map((row) => row.textContent);

test('prices and quantities are tick-exact, asks above the spread with the best next to it', () => {
  const host = document.createElement('div');
  new LadderPainter(host, 2).paint({ ...BOOK, bids: [...BOOK.bids], asks: [...BOOK.asks] }, UNITS);
  expect(texts(host)).toEqual([
    '',
    '67,236.00.500000000.5000',
    '2.0  ·  0.30 bps',
    '67,234.01.500000001.5000',
    '67,230.00.000000011.5000',
  ]);
});

test('a size that was cut to what a double counts is shown as at least so much, and so is every sum with it', () => {
  const host = document.createElement('div');
  const cut = Number.MAX_SAFE_INTEGER;
  new LadderPainter(host, 2).paint({ ...BOOK, bids: [672_340, cut, 672_300, 1], asks: [672_360, 5] }, UNITS);
  expect(texts(host).slice(3)).toEqual([
    '67,234.0≥90,071,992.54740991≥90,071,992.5474',
    '67,230.00.00000001≥90,071,992.5474',
  ]);
});

test('levels that are gone leave nothing behind', () => {
  const host = document.createElement('div');
  const painter = new LadderPainter(host, 2);
  painter.paint({ ...BOOK, bids: [...BOOK.bids], asks: [...BOOK.asks] }, UNITS);
  painter.paint({ ...BOOK, bids: [672_340, 5], asks: [] }, UNITS);
  expect(texts(host)).toEqual(['', '', 'no asks', '67,234.00.000000050.0000', '']);
});

test('a missing side is named', () => {
  expect(spreadText({ bids: [], asks: [] }, UNITS)).toBe('empty book');
  expect(spreadText({ bids: [], asks: [5, 1] }, UNITS)).toBe('no bids');
});
