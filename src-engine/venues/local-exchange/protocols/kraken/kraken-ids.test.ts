import { expect, it } from 'vitest';
import { KrakenIds } from './kraken-ids.ts';

it('makes ids of the form of Kraken, each once, others after a restart', () => {
  const first = new KrakenIds(1_780_000_000_000_000);
  const second = new KrakenIds(1_780_000_600_000_000);
  const ids = Array.from({ length: 20_000 }, () => [first.next('order'), second.next('order')]).flat();
  expect(new Set(ids).size).toBe(40_000);
  expect(ids.every((id) => /^O[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}$/.test(id))).toBe(true);
  expect(new KrakenIds(1_780_000_000_000_000).next('order')).toBe(ids[0]);
});
