// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { TapePainter, tapeFlow } from './tape-painter.ts';

const UNITS = { priceDecimals: 1, qtyDecimals: 8 };
const T = 1_700_000_000_000_000;

test('trades are tick-exact, newest first, their side in a word', () => {
  const host = document.createElement('div');
  const painter = new TapePainter(host, 3);
  painter.paint(
    { instrumentId: 0, total: 2, trades: [T + 120_000, 672_340, 5_000_000, -1, T, 672_330, 1, 1] },
    UNITS,
    'utc',
  );
  expect([...host.children].map((row) => row.textContent)).toEqual([
    '22:13:20.120Sell67,234.00.05000000',
    '22:13:20.000Buy67,233.00.00000001',
    '',
  ]);
});

test('the flow adds both sides over the time they span', () => {
  expect(tapeFlow({ trades: [T + 9, 1, 5, -1, T + 4, 1, 3, 1, T, 1, 2, 1] })).toEqual({
    count: 3,
    bought: 5,
    sold: 5,
    overUs: 9,
  });
  expect(tapeFlow({ trades: [] }).overUs).toBe(0);
});
