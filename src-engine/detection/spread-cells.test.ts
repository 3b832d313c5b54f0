import { expect, test } from 'vitest';
import { SeededRandom } from '../lib/random.ts';
import { SpreadCells } from './spread-cells.ts';

function after(...edges: readonly number[]) {
  const cells = new SpreadCells(1);
  for (const netBps of edges) cells.take(0, netBps);
  return [cells.bandOf(0), cells.shownBps[0]];
}

test('a cell begins in the band of its edge, and changes it only past the border by the margin', () => {
  expect(after(-30)[0]).toBe('far');
  expect(after(-3)[0]).toBe('near');
  expect(after(0.1)[0]).toBe('pays');
  expect(after(-3, 0.4)[0]).toBe('near');
  expect(after(-3, 0.6)[0]).toBe('pays');
  expect(after(-3, -5.4)[0]).toBe('near');
  expect(after(-3, -5.6)[0]).toBe('below');
  expect(after(-3, -80)[0]).toBe('far');
});

test('what does not pay is never shown as paying: down over zero there is no margin', () => {
  expect(after(3, 0.01)[0]).toBe('pays');
  expect(after(3, 0)).toEqual(['near', 0]);
  expect(after(0.04, -0.01)).toEqual(['near', -0.01]);
});

test('a figure follows once it moved by a tenth of a bps; without a live price there is none, and it begins anew', () => {
  expect(after(3, 3.05)[1]).toBe(3);
  expect(after(3, 3.05, 3.1)[1]).toBe(3.1);
  expect(after(3, Number.NaN)[1]).toBeNaN();
  expect(after(3, Number.NaN, -3)).toEqual(['near', -3]);
});

test('an edge that trembles around a border changes its band far less often than it passes it', () => {
  const random = new SeededRandom(5);
  const cells = new SpreadCells(1);
  let [passes, changes, before, band] = [0, 0, 1, 'near'];
  for (let k = 0; k < 1_000; k++) {
    const netBps = -5 + (random.next() - 0.5) * 0.9;
    cells.take(0, netBps);
    if (netBps > -5 !== before > -5) passes++;
    if (k > 0 && cells.bandOf(0) !== band) changes++;
    [before, band] = [netBps, cells.bandOf(0)];
  }
  expect(passes).toBeGreaterThan(300);
  expect(changes).toBe(0);
});
