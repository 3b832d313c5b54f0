import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../storage/database-types.ts';
import { KillSwitch } from '../../risk/kill-switch.ts';
import { until } from '../../testing/until.ts';
import { CancelScope } from './cancel-scope.ts';
import { KillDesk, type KillDeskParts } from './kill-desk.ts';
import { KillWithoutSession } from './kill-without-session.ts';

const CALLER = { role: 'operator', via: 'test' } as const;

let refusal: string;
let takenBy: string;
/** Of the lines of the log. */
let said: string[];
/** While undefined no session is connected. */
let connected: ReturnType<KillDeskParts['standing']>['session'];
let killSwitch: KillSwitch;
/** Answers the oldest write that waits. */
let stored: (() => void)[];
let loose: KillWithoutSession;
let commands: string[];
let desk: KillDesk;

beforeEach(() => {
  refusal = '';
  takenBy = '';
  said = [];
  connected = undefined;
  stored = [];
  commands = [];
  killSwitch = new KillSwitch(true, []);
  const clock = { nowUs: () => 0, schedule: () => () => undefined };
  const lease = {
    refusal: () => refusal,
    get takenBy() {
      return takenBy;
    },
    look: () => Promise.resolve(),
  };
  const scope = new CancelScope(lease);
  loose = new KillWithoutSession(
    { clock, cancelAccounts: () => Promise.resolve([]), note: () => undefined, scope },
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
    log: { say: (_, __, text) => said.push(text) },
    lease,
    scope,
    standing: () => ({
      session: connected ?? (session as unknown as ReturnType<KillDeskParts['standing']>['session']),
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

describe('a lease that is lost', () => {
  /** Orders of this engine that its venue has not ended yet. */
  let open: { readonly venue: string; readonly orderId: string }[];
  let canceled: string[];
  let watched: string[];
  let halts: string[];

  beforeEach(() => {
    open = [
      { venue: 'here', orderId: 'one' },
      { venue: 'there', orderId: 'two' },
      // Of an earlier run at a venue that this session does not reach.
      { venue: 'elsewhere', orderId: 'three' },
    ];
    [canceled, watched, halts] = [[], ['here', 'there'], []];
    const connection = (venue: string) => ({
      market: { venue, title: venue },
      account: { guard: { stop: () => void (watched = watched.filter((one) => one !== venue)) } },
      orders: {
        cancel: (orderId: string) => {
          canceled.push(`${orderId} at ${venue}`);
          open = open.filter((order) => order.orderId !== orderId);
        },
      },
    });
    const later: (() => void)[] = [];
    const session = {
      isConnected: true,
      connection,
      parts: {
        clock: { nowUs: () => 0, schedule: (_: number, run: () => void) => void later.push(run) },
        connections: [connection('here'), connection('there')],
        unreached: [],
        runner: { submit: ({ reason }: { reason: string }) => halts.push(reason) },
        kernel: {
          killSwitch,
          armings: { isNeeded: false },
          orders: {
            open: () => open,
            get openCount() {
              return open.filter(({ venue }) => venue !== 'elsewhere').length;
            },
          },
        },
      },
      command: ({ type }: { type: string }) => Promise.resolve(void commands.push(type)),
    };
    connected = session as unknown as typeof connected;
  });

  it('to an engine that is not known: is a kill of everything', async () => {
    refusal = 'the lease on the database ended 1 s ago';
    await desk.loseLease(refusal);
    expect(commands).toEqual(['kill']);
    expect(canceled).toEqual([]);
    expect(watched).toEqual(['here', 'there']);
  });

  it('to another engine: disarms, halts, and cancels the orders of this one alone, with no watchdog left to do more', async () => {
    takenBy = 'machine two';
    refusal = 'the lease on the database was taken over by machine two';
    await desk.loseLease(refusal);
    expect(commands).toEqual(['disarm']);
    expect(canceled).toEqual(['one at here', 'two at there']);
    expect(halts).toEqual([refusal]);
    expect(watched).toEqual([]);
    expect(said.at(-1)).toMatch(
      /^3 orders of this engine were canceled, and all others on its accounts left/,
    );
    expect(() => desk.demandOwnAccount('trading')).toThrow(/stays as it is: .* taken over by machine two/);
    // A person may still kill everything, here as anywhere.
    await desk.throw('by hand', CALLER);
    expect(commands).toEqual(['disarm', 'kill']);
  });
});
