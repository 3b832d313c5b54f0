import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsInSight } from './row-window.ts';

const ROW_HEIGHT = 22;

test('every row in sight is drawn, and only a bounded number beyond', () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(120_000), fc.nat(1_200), (count, top, height) => {
      const { first, last } = rowsInSight(count, top, height, ROW_HEIGHT);
      expect(first).toBeGreaterThanOrEqual(0);
      expect(last).toBeLessThanOrEqual(count);
      expect(last - first).toBeLessThanOrEqual(Math.ceil(height / ROW_HEIGHT) + 18);
      const upper = Math.floor(top / ROW_HEIGHT);
      const lower = Math.min(count, Math.ceil((top + height) / ROW_HEIGHT));
      if (upper < lower) {
        expect(first).toBeLessThanOrEqual(upper);
        expect(last).toBeGreaterThanOrEqual(lower);
      }
    }),
  );
});
