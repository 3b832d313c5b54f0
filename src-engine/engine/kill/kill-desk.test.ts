import { beforeEach, expect, it } from 'vitest';
import type { Database } from '../../storage/database-types.ts';
import { KillSwitch } from '../../risk/kill-switch.ts';
import { until } from '../../testing/until.ts';
import { KillDesk, type KillDeskParts } from './kill-desk.ts';
import { KillWithoutSession } from './kill-without-session.ts';

const CALLER = { role: 'operator', via: 'test' } as const;

let refusal: string;
let killSwitch: KillSwitch;
/** Answers the oldest write that waits. */
let stored: (() => void)[];
let loose: KillWithoutSession;
let commands: string[];
let desk: KillDesk;

beforeEach(() => {
  refusal = '';
  stored = [];
  commands = [];
  killSwitch = new KillSwitch(true, []);
  const clock = { nowUs: () => 0, schedule: () => () => undefined };
  loose = new KillWithoutSession(
    { clock, cancelAccounts: () => Promise.resolve([]), note: () => undefined },
    true,
  );
  const keep = (): Promise<void> =>
    new Promise((resolve) => {
      stored.push(resolve);
    });
  const query = { sql: '', parameters: [] };
  const insert = { values: () => ({ onConflict: () => ({ compile: () => query }) }) };
  const database = { db: { insertInto: () => insert }, chains: { keep }, location: 'the test' };
  const command = ({ type }: { type: string }): Promise<void> => {
    commands.push(type);
    return Promise.resolve();
  };
  const session = { isConnected: false, parts: { kernel: { killSwitch } }, command };
  desk = new KillDesk({
    clock,
    loose,
    database: database as unknown as Database,
    log: { say: () => undefined },
    lease: { refusal: () => refusal, words: '' },
    standing: () => ({
      session: session as unknown as ReturnType<KillDeskParts['standing']>['session'],
      profile: undefined,
    }),
  });
});

const answerAll = async (): Promise<void> => {
  for (const resolve of stored.splice(0)) resolve();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

it('a re-arm releases once it is stored', async () => {
  const rearmed = desk.rearm(CALLER);
  await until(() => stored.length === 1);
  expect(loose.isOn).toBe(true);
  await answerAll();
  await rearmed;
  expect(loose.isOn).toBe(false);
  expect(commands).toEqual(['rearm']);
});

const KILLS: readonly [string, () => void, RegExp][] = [
  [
    'the engine, by risk',
    () => {
      killSwitch.trip();
    },
    /thrown again/,
  ],
  [
    'an operator',
    () => {
      void desk.throw('by hand', CALLER);
    },
    /thrown again/,
  ],
  [
    'a lease that ended',
    () => {
      refusal = 'the lease on the database ended 1 s ago';
    },
    /the lease on the database ended/,
  ],
];

it.each(KILLS)('a re-arm releases no kill that came while it was stored: by %s', async (_, kill, reason) => {
  const rearmed = desk.rearm(CALLER);
  const refused = expect(rearmed).rejects.toThrow(reason);
  await until(() => stored.length === 1);
  kill();
  for (let round = 0; round < 4; round++) await answerAll();
  await refused;
  expect(loose.isOn).toBe(true);
  expect(commands).toEqual([]);
});
