import { expect, test } from 'vitest';
import { barAt, SharedCrosshair } from './shared-crosshair.ts';

test('a move of the pointer reaches every other chart once, and none of their answers comes back', () => {
  const shared = new SharedCrosshair();
  const seen: string[] = [];
  const chart = (name: string) => {
    const follow = (atS: number | null): void => {
      seen.push(`${name} ${atS}`);
      // A chart reports the crosshair that it was given as if the pointer had moved.
      shared.move(follow, atS);
    };
    return { follow, leave: shared.join(follow) };
  };
  const [a, b, c] = [chart('a'), chart('b'), chart('c')];
  shared.move(a.follow, 10);
  shared.move(a.follow, 10);
  c.leave();
  shared.move(b.follow, null);
  expect(seen).toEqual(['b 10', 'c 10', 'a null']);
});

test('the bar of a moment is the one that it lies in, whatever the length of bars', () => {
  const bars = [{ time: 60 }, { time: 120 }, { time: 300 }];
  expect([59, 60, 119, 120, 299, 300, 479, 480].map((atS) => barAt(bars, atS)?.time)).toEqual([
    undefined,
    60,
    60,
    120,
    120,
    300,
    300,
    undefined,
  ]);
  expect(barAt([], 5)).toBeUndefined();
});
