import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { SystemClock } from '../../lib/system-clock.ts';
import { startTestPostgres, type TestPostgres } from '../../testing/postgres.ts';
import { PATIENCE_MS, until } from '../../testing/until.ts';
import { openDatabase } from '../database.ts';
import { poolOf } from '../postgres-pool.ts';
import { EngineLease, LEASE_TIMING, type LeaseTiming } from './engine-lease.ts';
import { FENCE_QUERY, type LeasePlace, type LeaseRow, PostgresLeasePlace } from './lease-row.ts';

const { ttlMs, renewMs, marginMs } = LEASE_TIMING;

/** A machine's clock: while the machine is frozen time passes and nothing of it runs. */
class MachineClock implements Clock {
  #nowUs = 1_000_000_000;
  #timers: { atUs: number; callback: () => void }[] = [];

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer = { atUs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** A paused virtual machine: the wall clock alone moves. */
  stepUs = 0;

  freeze(ms: number): void {
    this.#nowUs += ms * US_PER_MS;
  }

  /** In steps, as a machine lives: what a step leads to is awaited before the next. */
  async pass(ms: number, stepMs = 500): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.#nowUs += Math.min(stepMs, ms - passed) * US_PER_MS;
      await this.wake();
    }
  }

  async wake(): Promise<void> {
    const due = this.#timers.filter(({ atUs }) => atUs <= this.#nowUs);
    this.#timers = this.#timers.filter(({ atUs }) => atUs > this.#nowUs);
    for (const { callback } of due) callback();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
}

/** The row in memory, which may be out of reach. */
class MadePlace {
  row: LeaseRow | undefined;
  isAway = false;

  /** @param wait before each answer, as a slow database. */
  door(wait: () => Promise<void> = () => Promise.resolve()): LeasePlace {
    const ask = async <T>(work: () => T): Promise<T> => {
      if (this.isAway) throw new Error('connect ECONNREFUSED');
      const answer = work();
      await wait();
      return answer;
    };
    return {
      read: (first) => ask(() => (this.row ??= { epoch: 1, renewals: 0, ended: false, ...holderOf(first) })),
      take: (seen, by) =>
        ask(() => {
          if (this.row?.epoch !== seen.epoch || this.row.renewals !== seen.renewals) return false;
          this.row = { epoch: seen.epoch + 1, renewals: seen.renewals + 1, ended: false, ...holderOf(by) };
          return true;
        }),
      renew: (epoch) =>
        ask(() => {
          if (this.row === undefined || this.row.epoch !== epoch || this.row.ended) return false;
          this.row = { ...this.row, renewals: this.row.renewals + 1 };
          return true;
        }),
      end: (epoch) =>
        ask(() => {
          if (this.row?.epoch === epoch) this.row = { ...this.row, ended: true };
        }),
      close: () => Promise.resolve(),
    };
  }
}

const holderOf = ({ holder, holderId }: Pick<LeaseRow, 'holder' | 'holderId'>) => ({ holder, holderId });

describe('the lease of an engine on its database', () => {
  let place: MadePlace;
  let clock: MachineClock;
  let lost: string[];
  beforeEach(() => {
    place = new MadePlace();
    clock = new MachineClock();
    lost = [];
  });
  const take = async (name: string, by: MachineClock = clock, door = place.door()): Promise<EngineLease> => {
    const lease = await EngineLease.take({
      place: door,
      location: 'postgres://desk/parallax',
      clock: by,
      holderId: name,
      holder: `machine ${name}`,
      note: () => undefined,
    });
    lease.onLost((reason) => lost.push(reason));
    return lease;
  };

  it('keeps a second engine out while the first renews it, and names the first', async () => {
    const first = await take('one');
    const second = take('two');
    const refused = expect(second).rejects.toThrow(/in use by the engine at machine one/);
    await clock.pass(renewMs * 2);
    await refused;
    await clock.pass(10 * 60_000, 1_000);
    expect(first.refusal()).toBe('');
    expect(lost).toEqual([]);
  });

  it('is taken over only once it has ended, by the clock of whoever waits, whatever other clocks show', async () => {
    const first = await take('one');
    await clock.pass(renewMs);
    // The machine of the first one stops; that of the second has another time of day altogether.
    const other = new MachineClock();
    other.freeze(40 * 365 * 24 * 3_600_000);
    let isTaken = false;
    const second = take('two', other);
    void second.then(() => {
      isTaken = true;
    });
    await other.pass(ttlMs + marginMs - 1_000);
    expect(isTaken).toBe(false);
    await other.pass(3_000);
    expect(isTaken).toBe(true);
    // The frozen one wakes: before any of its timers has run no order may leave, and then it knows who trades.
    clock.freeze(ttlMs + marginMs);
    expect(first.refusal()).toMatch(/ended \d+ s ago/);
    await clock.wake();
    await clock.pass(renewMs);
    expect(first.refusal()).toBe('the lease on the database was taken over by machine two');
    expect(lost).toHaveLength(1);
    expect((await second).refusal()).toBe('');
    expect((await second).epoch).toBeGreaterThan(first.epoch);
    // It stays so, and what the first one does at its end takes nothing from the second.
    await first.release();
    await other.pass(60_000);
    expect((await second).refusal()).toBe('');
  });

  it('outlives a database that is away for less than it lasts, and is lost once behind a longer absence', async () => {
    const lease = await take('one');
    place.isAway = true;
    await clock.pass(ttlMs - 2 * renewMs);
    expect(lease.refusal()).toBe('');
    place.isAway = false;
    await clock.pass(renewMs);
    place.isAway = true;
    await clock.pass(ttlMs * 3);
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatch(/could not be renewed/);
    // Back, and no other took it: orders may leave again once an operator has re-armed. A second loss is reported again.
    place.isAway = false;
    await clock.pass(renewMs);
    expect(lease.refusal()).toBe('');
    place.isAway = true;
    await clock.pass(ttlMs + renewMs);
    expect(lost).toHaveLength(2);
  });

  it('is looked at when it ends, so that its loss names who has it, or once more when that shows later', async () => {
    let reading: 'answers' | 'fails' | 'hangs' = 'answers';
    const door = place.door();
    const lease = await take('one', clock, {
      ...door,
      // The way to the database is cut for renewals alone.
      renew: () => Promise.reject(new Error('connect ECONNREFUSED')),
      read: (first) => {
        if (reading === 'answers') return door.read(first);
        return reading === 'hangs' ? new Promise(() => undefined) : Promise.reject(new Error('cut'));
      },
    });
    const seen: string[] = [];
    lease.onLost(() => seen.push(lease.takenBy));
    let doubts = 0;
    lease.onDoubt(() => doubts++);
    reading = 'hangs';
    await clock.pass(ttlMs + 2_500);
    expect(lease.refusal()).toMatch(/ended/);
    expect(seen).toEqual([]);
    // The database hangs: what is this engine's own does not wait for it.
    expect(doubts).toBe(1);
    await clock.pass(1_000);
    expect(seen).toEqual(['']);
    reading = 'fails';
    await clock.pass(5_000);
    await lease.look();
    expect(seen).toEqual(['']);
    reading = 'answers';
    place.row = { epoch: 9, renewals: 1, ended: false, holder: 'machine two', holderId: 'two' };
    // The answer of a moment ago is taken again.
    await lease.look();
    expect(lease.takenBy).toBe('');
    await clock.pass(2_500);
    await lease.look();
    expect(seen).toEqual(['', 'machine two']);
    expect(lease.refusal()).toBe('the lease on the database was taken over by machine two');
    await lease.release();
  });

  it('lasts from the moment its renewal was sent, not from the moment it was answered', async () => {
    let answer: () => void = () => undefined;
    let isSlow = false;
    const door = place.door(() =>
      isSlow
        ? new Promise((resolve) => {
            answer = resolve;
          })
        : Promise.resolve(),
    );
    const lease = await take('one', clock, door);
    isSlow = true;
    await clock.pass(renewMs);
    await clock.pass(ttlMs + renewMs);
    expect(lease.refusal()).not.toBe('');
    answer();
    await clock.wake();
    expect(lease.refusal()).not.toBe('');
  });

  it('is renewed once before an order leaves when the clock leapt ahead, as behind a pause of the machine', async () => {
    const lease = await take('one');
    await clock.pass(renewMs);
    clock.stepUs = 3_600_000 * US_PER_MS;
    expect(lease.refusal()).toMatch(/leapt ahead by 3600 s/);
    await clock.pass(renewMs);
    expect(lease.refusal()).toBe('');
    // Set back by hand: no time has passed.
    clock.stepUs = 0;
    expect(lease.refusal()).toBe('');
    expect(lost).toEqual([]);
  });

  it('goes at once to the next engine after a stop in order, and to the same folder after a crash', async () => {
    const first = await take('one');
    await first.release();
    expect(first.refusal()).toMatch(/given back/);
    const second = await take('two');
    expect(second.refusal()).toBe('');
    // Its process died: whoever holds the lock of the same folder may not wait.
    const third = await take('two', new MachineClock());
    expect(third.refusal()).toBe('');
    await clock.pass(renewMs);
    expect(second.refusal()).toMatch(/taken over/);
  });
});

/** A way to the server that can be cut, or swallow all that is sent. */
async function startWay(
  to: URL,
): Promise<{ readonly server: Server; mode: 'open' | 'cut' | 'silent'; cut(): void }> {
  const sockets = new Set<Socket>();
  const way = {
    mode: 'open' as 'open' | 'cut' | 'silent',
    cut: (): void => {
      for (const socket of sockets) socket.destroy();
    },
    server: createServer((client) => {
      if (way.mode === 'cut') return void client.destroy();
      const upstream = connect(Number(to.port), to.hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
      }
      client.on('data', (bytes) => way.mode === 'silent' || upstream.write(bytes));
      upstream.on('data', (bytes) => way.mode === 'silent' || client.write(bytes));
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    }),
  };
  way.server.listen(0, '127.0.0.1');
  await once(way.server, 'listening');
  return way;
}

describe('the lease in a real PostgreSQL', () => {
  let postgres: TestPostgres | undefined;
  let missing = '';
  const cleanups: (() => Promise<unknown> | void)[] = [];
  beforeEach(async () => {
    const started = await startTestPostgres();
    if ('missing' in started) missing = started.missing;
    else postgres = started;
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  });
  const urlOf = async (skip: (why: string) => never): Promise<string> =>
    postgres === undefined ? skip(missing) : await postgres.createDatabase();
  /** Renewed often, and valid longer than any stall of the machine: no outcome depends on its speed. */
  const LONG = { ttlMs: 10 * PATIENCE_MS, renewMs: 60, marginMs: 0 };
  const take = async (
    place: LeasePlace,
    name: string,
    { timing, clock = new SystemClock() }: { timing?: Partial<LeaseTiming>; clock?: Clock },
  ): Promise<EngineLease> => {
    const holder = { holderId: name, holder: `machine ${name}` };
    const lease = await EngineLease.take({
      place,
      clock,
      timing,
      ...holder,
      location: 'the test',
      note: () => undefined,
    });
    cleanups.push(() => lease.release());
    return lease;
  };

  it('goes to one of many engines that start at once, and commits of an earlier holder are refused', async ({
    skip,
  }) => {
    const url = await urlOf(skip);
    const tries = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) => take(new PostgresLeasePlace(url), name, { timing: LONG })),
    );
    const won = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(won).toHaveLength(1);
    for (const one of tries)
      if (one.status === 'rejected') expect(String(one.reason)).toMatch(/in use by the engine at machine/);
    const dataDir = mkdtempSync(join(tmpdir(), 'parallax-lease-'));
    cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));
    const database = await openDatabase({ url, dataDir, epoch: won[0]?.epoch });
    cleanups.push(() => database.close());
    const query = (key: string) => ({
      sql: 'insert into settings (key, json) values ($1, $2)',
      parameters: [key, '{}'],
    });
    await database.writeAll([query('before')]);
    const place = new PostgresLeasePlace(url);
    cleanups.push(() => place.close());
    const row = await place.read({ holder: '', holderId: '' });
    expect(
      await until(async () => place.take(await place.read(row), { holder: 'machine z', holderId: 'z' })),
    ).toBe(true);
    await expect(database.writeAll([query('after')])).rejects.toThrow(/takes nothing more from this engine/);
    const rows = await database.db.selectFrom('settings').select('key').execute();
    expect(rows).toEqual([{ key: 'before' }]);
    await until(() => expect(won[0]?.refusal()).toMatch(/taken over by machine z/));
  });

  it('is renewed while a long commit is under way, which no takeover overtakes', async ({ skip }) => {
    const url = await urlOf(skip);
    const [place, other] = [new PostgresLeasePlace(url), new PostgresLeasePlace(url)];
    const pool = poolOf(url, 2);
    cleanups.push(
      () => place.close(),
      () => other.close(),
      () => pool.end(),
    );
    const { epoch } = await place.read({ holder: 'machine one', holderId: 'one' });
    const commit = await pool.connect();
    let isOver = false;
    cleanups.push(() => {
      if (!isOver) commit.release(true);
    });
    await commit.query('begin');
    expect((await commit.query(FENCE_QUERY, [epoch])).rowCount).toBe(1);
    expect(await place.renew(epoch)).toBe(true);
    const by = { holder: 'machine two', holderId: 'two' };
    const taken = other.take(await other.read(by), by);
    const waiting = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%for update'
      and datname = current_database()`;
    await until(async () => (await pool.query(waiting)).rowCount === 1);
    await commit.query('commit');
    commit.release();
    isOver = true;
    expect(await taken).toBe(true);
    expect(await place.renew(epoch)).toBe(false);
    // What comes after it is refused.
    expect((await pool.query(FENCE_QUERY, [epoch])).rowCount).toBe(0);
  });

  it('outlives a connection that the server ends while it is in use', async ({ skip }) => {
    const pool = poolOf(await urlOf(skip), 2);
    cleanups.push(() => pool.end());
    const client = await pool.connect();
    let isEnded = false;
    client.once('end', () => {
      isEnded = true;
    });
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await until(() => isEnded);
    client.release(true);
    expect((await pool.query('select 1')).rowCount).toBe(1);
  });

  it('is lost behind a server that refuses, or takes everything and answers nothing, and holds again behind it', async ({
    skip,
  }) => {
    const url = new URL(await urlOf(skip));
    const way = await startWay(url);
    cleanups.push(() => {
      way.server.close();
      way.cut();
    });
    const through = new URL(url);
    through.port = String((way.server.address() as AddressInfo).port);
    const place = new PostgresLeasePlace(through.href);
    let renewal: Promise<unknown> = Promise.resolve();
    const door: LeasePlace = {
      read: (first) => place.read(first),
      take: (seen, by) => place.take(seen, by),
      renew: (epoch) => {
        const answer = place.renew(epoch);
        renewal = answer.catch(() => undefined);
        return answer;
      },
      end: (epoch) => place.end(epoch),
      close: () => place.close(),
    };
    // Time passes as the test says: between its steps the server answers as late as it likes.
    const clock = new MachineClock();
    const step = async (ms: number): Promise<void> => {
      await clock.pass(ms);
      await renewal;
      await clock.wake();
    };
    const lease = await take(door, 'one', { clock });
    const lost: string[] = [];
    lease.onLost((reason) => lost.push(reason));
    for (const mode of ['cut', 'silent'] as const) {
      way.mode = mode;
      if (mode === 'cut') way.cut();
      const before = lost.length;
      await clock.pass(ttlMs + renewMs);
      expect(lost).toHaveLength(before + 1);
      expect(lease.refusal()).toMatch(/could not be renewed/);
      await renewal;
      way.mode = 'open';
      await until(async () => {
        await step(renewMs);
        expect(lease.refusal()).toBe('');
      });
    }
    // Who comes over another way sees that it lives.
    let refusal = '';
    const second = take(new PostgresLeasePlace(url.href), 'two', { clock }).catch((error: unknown) => {
      refusal = String(error);
    });
    await until(async () => {
      await step(renewMs);
      expect(refusal).toMatch(/in use by the engine at machine one/);
    });
    await second;
  });
});
