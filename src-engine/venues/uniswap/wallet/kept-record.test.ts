/** Why nothing is signed any longer: what decides whether it ends by itself is a list of codes, and no word of a reason. */
import { expect, it } from 'vitest';
import { KeptRecord } from './kept-record.ts';
import { type Halt, isReorganisationAlone } from './record.ts';

function haltAfter(...stops: readonly (readonly [code: Halt['code'], reason: string])[]): Halt | undefined {
  const kept = new KeptRecord({ load: async () => undefined, save: async () => undefined }, () => undefined);
  kept.begin({ version: 1, chainId: 1, address: '0x1', nextNonce: 0, orders: [] });
  for (const [code, reason] of stops) kept.stop(code, reason);
  return kept.known.halt;
}

it('is a reorganisation alone by its codes, whatever an endpoint writes into its reason', () => {
  const worded = haltAfter(['swap-taken-back', 'block 1 is gone; unlike-order: as the endpoint says']);
  expect(isReorganisationAlone(worded)).toBe(true);
  expect(isReorganisationAlone(haltAfter(['swap-taken-back', 'x'], ['swap-taken-back', 'y']))).toBe(true);
});

it('is none where another halt followed, also one that the first reason names, and in a record that does not say', () => {
  const two = haltAfter(['swap-taken-back', 'named unlike-order: here'], ['unlike-order', 'one side alone']);
  expect(two?.reason).toBe('named unlike-order: here; unlike-order: one side alone');
  expect(isReorganisationAlone(two)).toBe(false);
  // Cut or not, the reason decides nothing.
  const long = haltAfter(['swap-taken-back', 'x'.repeat(5_000)], ['foreign-transaction', 'y']);
  expect(isReorganisationAlone(long)).toBe(false);
  expect(isReorganisationAlone(haltAfter(['unlike-order', 'x'], ['swap-taken-back', 'y']))).toBe(false);
  expect(isReorganisationAlone({ code: 'swap-taken-back', reason: 'of before' })).toBe(false);
  expect(isReorganisationAlone(undefined)).toBe(false);
});
