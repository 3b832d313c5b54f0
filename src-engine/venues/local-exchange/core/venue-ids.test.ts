import { expect, it } from 'vitest';
import { VenueIds } from './venue-ids.ts';

it('makes ids of the form of Kraken, each once, others after a restart', () => {
  const first = new VenueIds(1_780_000_000_000_000);
  const second = new VenueIds(1_780_000_600_000_000);
  const ids = Array.from({ length: 20_000 }, () => [first.next('O'), second.next('O')]).flat();
  expect(new Set(ids).size).toBe(40_000);
  expect(ids.every((id) => /^O[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}$/.test(id))).toBe(true);
  expect(new VenueIds(1_780_000_000_000_000).next('O')).toBe(ids[0]);
});
