/** A venue that joins a profile which has traded before: what lies there is brought along, and is no profit of the day. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInstrument } from '../domain/instrument.ts';
import { Universe } from '../domain/universe.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { OpeningAccount } from '../portfolio/portfolio.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { TRIANGLE } from '../testing/kernel-harness.ts';
import { EAST, TWO_VENUES, WEST } from '../testing/two-venues.ts';
import { openingAccount, recovered } from './history.ts';

const PROFILE = 'paper';
/** As the account of the venue that joins shows it: 10,000 USD at 50,000 USD per BTC. */
const AT_WEST: OpeningAccount['balances'] = [
  { asset: 'USD@west', total: '4000' },
  { asset: 'BTC@west', total: '0.12' },
];
const [BTC_EAST, BTC_WEST] = [0, 3] as const;

let database: Database;
beforeEach(async () => {
  database = await openDatabase({ memory: true });
});
afterEach(() => database.close());

/** A run of these instruments begins as the database has it. */
async function begin(runId: string, instruments: KernelConfig['instruments']): Promise<AccountRig> {
  const universe = new Universe(instruments, 'USD');
  const chosen = { profile: PROFILE, plan: { home: null }, capital: undefined };
  const east = { asset: universe.at('USD', EAST), total: '10000' };
  const holdings = new Map([
    [EAST, [east]],
    [WEST, AT_WEST],
  ]);
  const { joined, ...opening } = await openingAccount(database, chosen, instruments, universe, holdings);
  const { risk } = await recovered(database, PROFILE, false, universe, 0);
  return new AccountRig({ runId, instruments, opening, joined, risk, mode: 'paper', mustReconcile: false });
}

async function keep(runId: string, { events }: AccountRig): Promise<void> {
  const journal = await Journal.open(database, { profile: PROFILE, runId });
  await journal.append(events);
  await journal.close();
}

/** A day of the first venue alone, which trades no bitcoin. */
async function before(): Promise<void> {
  const alone = await begin(
    'r1',
    TRIANGLE.map((spec, id) => createInstrument(spec, id, EAST)),
  );
  alone.pass(1);
  expect(alone.kernel.risk.snapshot()).toMatchObject({ dayOpenEquity: '10000', opened: { USD: '10000' } });
  await keep('r1', alone);
}

function expectsBoth(rig: AccountRig): void {
  for (const id of [BTC_EAST, BTC_WEST]) rig.quote(id, 499_950, 500_050);
  rig.pass(6);
  const { risk } = rig.kernel;
  const { unpriced, dayOpenEquity, peakEquity, opened } = risk.snapshot();
  expect([unpriced, dayOpenEquity, peakEquity]).toEqual([undefined, '20000', '20000']);
  expect(opened).toEqual({ 'USD@east': '10000', 'USD@west': '4000', 'BTC@west': '0.12' });
  expect([risk.exposure.gross().toString(), risk.exposure.isOpened('BTC@west')]).toEqual(['0', true]);
  expect(risk.escalation.lossPct.toString()).toBe('0');
  // 0.12 BTC lose 600 USD of 20,000: 3 %.
  for (const id of [BTC_EAST, BTC_WEST]) rig.quote(id, 449_950, 450_050);
  rig.pass(6);
  expect(rig.of('riskLevelChanged')).toMatchObject([{ to: 'caution', lossPct: '3' }]);
}

it('raises the day’s first equity and the peak by what lies there, and none of it is a position', async () => {
  await before();
  expectsBoth(await begin('r2', TWO_VENUES));
});

it('does so in the next run where the one it joined in ended before its coins had a price', async () => {
  await before();
  const short = await begin('r2', TWO_VENUES);
  expect(short.kernel.risk.snapshot()).toMatchObject({
    dayOpenEquity: '10000',
    unpriced: { 'USD@west': '4000', 'BTC@west': '0.12' },
  });
  short.pass(1);
  short.kernel.end(short.nowUs);
  short.events.push(...short.kernel.outbox.events);
  await keep('r2', short);
  const next = await begin('r3', TWO_VENUES);
  // The last sample of the run before counts what has a price: it is no peak.
  expect(next.kernel.risk.snapshot().peakEquity).toBe('10000');
  expectsBoth(next);
});
