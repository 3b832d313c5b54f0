/** Which accounts a kill without a session reaches. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunPlan } from '../contract/plan-records.ts';
import { SystemClock } from '../lib/system-clock.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { KEY, signer } from '../venues/uniswap/testing/wallet-rig.ts';
import { type CancelOptions, cancelWithoutSession } from './cancel-without-session.ts';

let database: Database;
beforeAll(async () => {
  database = await openDatabase({ memory: true });
});
afterAll(() => database.close());

const never = (): Promise<never> => Promise.reject(new Error('not in this test'));

/** Each is asked for nothing: it may not go on. @returns the names of what would be canceled. */
async function reached(planned: readonly string[], change: Partial<CancelOptions> = {}): Promise<string[]> {
  const plan = { mode: 'rehearsal', venues: planned.map((venue) => ({ venue })) } as unknown as RunPlan;
  const options = {
    plans: { find: () => Promise.resolve(plan) },
    database,
    dataDir: '/nowhere',
    clock: new SystemClock(),
    secrets: { get: () => Promise.resolve(`${signer.address}\n${KEY}`), set: never, delete: never },
    pauses: { of: () => undefined },
    ...change,
  } as unknown as CancelOptions;
  const ports = { except: new Set<string>(), isInSession: false, onProgress: () => undefined };
  const all = await cancelWithoutSession('rehearsal', options, { ...ports, stopReason: () => 'enough' });
  return all.map(({ venue }) => venue);
}

it('a wallet with a key is reached where the plan has it, or the ledger has an order open there, or cannot be read', async () => {
  expect(await reached(['kraken'])).toEqual([]);
  expect(await reached(['kraken', 'uniswap-v3'])).toHaveLength(1);
  const lost = await openDatabase({ memory: true });
  await lost.close();
  expect(await reached(['kraken'], { database: lost })).toHaveLength(2);
});
