/** Keys of the API over a database that fails, or hangs: a key that was revoked opens nothing, now and after a restart. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Caller } from '../contract/operations.ts';
import type { Clock } from '../lib/clock.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { ApiKeys } from './api-keys.ts';

const clock: Clock = { nowUs: () => 1_000, schedule: () => () => undefined };
const OPERATOR: Caller = { role: 'operator', via: 'test' };
const digestOf = (letter: string): string => letter.repeat(64);

let database: Database;
let keys: ApiKeys;
beforeEach(async () => {
  database = await openDatabase({ memory: true });
  keys = await ApiKeys.open(database, clock);
  await add('one', 'a');
  await add('two', 'b');
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database.close();
});

async function add(name: string, letter: string): Promise<void> {
  await keys.handlers.addApiKey({ name, scope: 'read', digest: digestOf(letter) }, OPERATOR);
}
const revoke = async (name: string): Promise<unknown> => keys.handlers.revokeApiKey({ name }, OPERATOR);
const opens = (letter: string): boolean => keys.find(digestOf(letter)) !== undefined;
const opensAfterRestart = async (letter: string): Promise<boolean> =>
  (await ApiKeys.open(database, clock)).find(digestOf(letter)) !== undefined;

it('a revocation whose storing failed is stored by the next try, and then there is no such key', async () => {
  vi.spyOn(database.chains, 'keep').mockRejectedValueOnce(new Error('disk full'));
  await expect(revoke('one')).rejects.toThrow('disk full');
  expect(opens('a')).toBe(false);
  expect(await opensAfterRestart('a')).toBe(true);
  await revoke('one');
  expect(await opensAfterRestart('a')).toBe(false);
  await expect(revoke('one')).rejects.toThrow('is no valid key');
});

it('a failed revocation is stored with whatever is stored next', async () => {
  vi.spyOn(database.chains, 'keep').mockRejectedValueOnce(new Error('disk full'));
  await expect(revoke('one')).rejects.toThrow('disk full');
  await add('one', 'c');
  expect([await opensAfterRestart('a'), await opensAfterRestart('c')]).toEqual([false, true]);
});

it('revocations count at once while the database hangs, and a key that is added then brings none back', async () => {
  const hanging = Promise.withResolvers<undefined>();
  const { chains } = database;
  const keep = chains.keep.bind(chains);
  vi.spyOn(chains, 'keep').mockImplementationOnce(async (setting) => {
    await hanging.promise;
    await keep(setting);
  });
  const added = add('three', 'c');
  const revoked = [revoke('one'), revoke('two')];
  expect([opens('a'), opens('b'), opens('c')]).toEqual([false, false, false]);
  hanging.resolve(undefined);
  await Promise.all([added, ...revoked]);
  expect([opens('a'), opens('b'), opens('c')]).toEqual([false, false, true]);
  for (const letter of ['a', 'b']) expect(await opensAfterRestart(letter)).toBe(false);
  expect(await opensAfterRestart('c')).toBe(true);
});
