/** Transfers that were under way when a run ended: at a venue that held nothing yet, and in the account's simulated twin. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Universe } from '../domain/universe.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Transfer } from '../domain/inventory-schemas.ts';
import type { RiskSnapshot } from '../domain/risk.ts';
import type { Clock } from '../lib/clock.ts';
import { openDatabase } from '../storage/database.ts';
import type { Database } from '../storage/database-types.ts';
import { Journal } from '../storage/journal.ts';
import { eventsSince } from '../storage/queries/recovery.ts';
import { AccountRig } from '../testing/account-rig.ts';
import { START_US } from '../testing/kernel-harness.ts';
import { EAST, TWO_VENUES, twoVenuesHolding, WEST } from '../testing/two-venues.ts';
import { ghostTwin } from './ghost.ts';
import { openingAccount } from './history.ts';

const PROFILE = 'accounts';
const MINUTE_US = 60_000_000;

let dataDir: string;
let database: Database;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'parallax-transfers-'));
  database = await openDatabase({ dataDir });
});
afterEach(async () => {
  await database.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const transfer = (change: Partial<Transfer>): Transfer => ({
  transferId: 'earlier-t1',
  coin: 'BTC',
  amount: '0.4',
  fee: '0.001',
  from: EAST,
  to: WEST,
  network: 'Lightning',
  minutes: 10,
  state: 'departed',
  declaredUs: START_US,
  expectedUs: START_US + 10 * MINUTE_US,
  departedUs: START_US,
  endedUs: null,
  left: '0.4',
  arrived: '0',
  isLate: false,
  isPresumed: false,
  ...change,
});
const DECLARED = transfer({ transferId: 'earlier-t2', state: 'declared', departedUs: null, left: '0' });

const riskWith = (...transfers: Transfer[]): RiskSnapshot => ({
  level: 'normal',
  levelSinceUs: 0,
  day: 0,
  dayOpenEquity: null,
  peakEquity: null,
  tradesToday: 0,
  latched: [],
  stops: [],
  record: { wins: 0, losses: 0, won: '0', lost: '0' },
  opened: {},
  inventory: { targets: [], terms: [], transfers },
});

it.each([
  [transfer({}), ['0.6', '0.4']],
  [DECLARED, ['1', '0']],
])('one to a venue that held nothing is not its capital when it arrived meanwhile', async (open, left) => {
  const journal = await Journal.open(database, { profile: PROFILE, runId: 'earlier' });
  const balances = [
    ['BTC@east', left[0] ?? ''],
    ['BTC@in-transit', left[1] ?? ''],
  ].map(([asset = '', total = '']) => ({ asset, total, reserved: '0', costHome: '0' }));
  await journal.append([
    { type: 'balancesChanged', atUs: 1, balances },
    { type: 'riskRecorded', atUs: 2, risk: riskWith(open) },
  ]);
  await journal.close();
  const shown = [
    { asset: 'BTC@west', total: '0.3995' },
    { asset: 'USD@west', total: '70' },
  ];
  const opening = await openingAccount(
    database,
    { profile: PROFILE, plan: { home: null }, capital: undefined },
    TWO_VENUES,
    new Universe(TWO_VENUES, 'USD'),
    new Map([[WEST, shown]]),
  );
  expect(opening.balances.map(({ asset, total }) => `${total} ${asset}`)).toEqual([
    ...balances.map(({ asset, total }) => `${total} ${asset}`),
    '70 USD@west',
  ]);
  const next = new AccountRig({
    instruments: TWO_VENUES,
    opening,
    risk: riskWith(open),
  });
  const looks = [
    [WEST, shown.map(({ asset, total }) => ({ asset: assetName(asset), total }))],
    [EAST, [{ asset: 'BTC', total: '0.6' }]],
  ] as const;
  for (const [venue, balances] of looks)
    for (let look = 0; look < 3; look++) {
      next.answer({ balances: [...balances] }, venue);
      next.pass(2);
    }
  expect(['BTC@east', 'BTC@in-transit', 'BTC@west'].map((asset) => next.total(asset))).toEqual([
    '0.6',
    '0',
    '0.3995',
  ]);
});

it('the twin carries out what was declared, and cancels what the account cancels', async () => {
  const held = { 'USD@east': '10000', 'BTC@east': '1', 'BTC@in-transit': '0.4', 'BTC@west': '0.2' };
  const rig = new AccountRig({ ...twoVenuesHolding(held), risk: riskWith(transfer({}), DECLARED) });
  const clock: Clock = { nowUs: () => START_US, schedule: () => () => undefined };
  const twin = await ghostTwin(rig.kernel.config, { profile: PROFILE, database, clock, seed: 1 });
  twin.begin();
  const actor = { kind: 'operator', via: 'test' } as const;
  twin.tick(START_US + MINUTE_US);
  twin.command({ type: 'cancelTransfer', transferId: 'earlier-t1' }, actor, START_US + MINUTE_US);
  const { transferId: _, ...request } = DECLARED;
  twin.command({ type: 'declareTransfer', request }, actor, START_US + MINUTE_US);
  twin.command({ type: 'cancelTransfer', transferId: 'run-t1' }, actor, START_US + MINUTE_US);
  await twin.stop();
  const facts = (await eventsSince(database, `${PROFILE}-ghost`, 0, 1_000)).map(({ event }) => event);
  expect(
    facts.flatMap((fact) =>
      fact.type === 'transferChanged' ? [`${fact.transfer.transferId} ${fact.transfer.state}`] : [],
    ),
  ).toEqual([
    'earlier-t2 departed',
    'earlier-t1 canceled',
    'run-t1 declared',
    'run-t1 departed',
    'run-t1 canceled',
  ]);
});
