/** The row by which engines on one PostgreSQL database know of each other, over connections of its own: a pool that is busy or broken holds up no renewal. */
import type { Pool, PoolClient } from 'pg';
import { errorCode } from '../storage-errors.ts';
import { poolOf } from '../postgres-pool.ts';

/** No step on the row takes longer, in ms: one that does is tried again over another connection. */
const STEP_MS = 3_000;
/** Two engines that make the table at once (unique_violation, duplicate_table, duplicate_object: its row type). */
const MADE_MEANWHILE = new Set(['23505', '42P07', '42710']);

export const LEASE_TABLE = 'engine_lease';
/** One row: whoever has it has the database. */
const NAME = 'engine';

export type LeaseRow = {
  /** Grows with each holder. Commits name it, so that none of an earlier holder is taken. */
  readonly epoch: number;
  /** Grows with each renewal: whoever waits sees that the holder lives, without comparing clocks. */
  readonly renewals: number;
  /** Machine and data folder of the holder, as ids. */
  readonly holderId: string;
  /** The same for a person. */
  readonly holder: string;
  /** The holder gave it back. */
  readonly ended: boolean;
};

type Holder = Pick<LeaseRow, 'holder' | 'holderId'>;
type Answer = { readonly rows: unknown[]; readonly count: number };
type Query = { readonly text: string; readonly values?: readonly unknown[] };

/** What a lease asks of its place; each step throws what the database says. */
export type LeasePlace = {
  /** The row as it stands; made for this holder where there is none. */
  read(first: Holder): Promise<LeaseRow>;
  /** @returns false where the row is no longer as it was seen. */
  take(seen: LeaseRow, by: Holder): Promise<boolean>;
  /** @returns false where another holder has it. */
  renew(epoch: number): Promise<boolean>;
  end(epoch: number): Promise<void>;
  close(): Promise<void>;
};

export class PostgresLeasePlace implements LeasePlace {
  readonly #pool: Pool;
  #isMade = false;

  constructor(url: string) {
    this.#pool = poolOf(url, 1, { connectMs: STEP_MS, statementMs: STEP_MS, answerMs: STEP_MS });
  }

  async read({ holder, holderId }: Holder): Promise<LeaseRow> {
    if (!this.#isMade) await this.#make();
    const inserted = `insert into ${LEASE_TABLE} (name, epoch, renewals, holder_id, holder, ended)
      values ($1, 1, 0, $2, $3, false) on conflict (name) do nothing`;
    await this.#run({ text: inserted, values: [NAME, holderId, holder] });
    const text = `select epoch, renewals, holder_id as "holderId", holder, ended from ${LEASE_TABLE} where name = $1`;
    const { rows } = await this.#run({ text, values: [NAME] });
    return rows[0] as LeaseRow;
  }

  /** Locks the row as no renewal does: it waits for a commit of the holder that has looked at the row and not ended yet. */
  async take(seen: LeaseRow, by: Holder): Promise<boolean> {
    const lock = { text: `select 1 from ${LEASE_TABLE} where name = $1 for update`, values: [NAME] };
    const text = `update ${LEASE_TABLE} set epoch = epoch + 1, renewals = renewals + 1, holder_id = $4, holder = $5, ended = false
      where name = $1 and epoch = $2 and renewals = $3`;
    const values = [NAME, seen.epoch, seen.renewals, by.holderId, by.holder];
    const [, , taken] = await this.#runAll([{ text: 'begin' }, lock, { text, values }, { text: 'commit' }]);
    return taken?.count === 1;
  }

  async renew(epoch: number): Promise<boolean> {
    const text = `update ${LEASE_TABLE} set renewals = renewals + 1 where name = $1 and epoch = $2 and not ended`;
    return (await this.#run({ text, values: [NAME, epoch] })).count === 1;
  }

  async end(epoch: number): Promise<void> {
    const text = `update ${LEASE_TABLE} set ended = true where name = $1 and epoch = $2`;
    await this.#run({ text, values: [NAME, epoch] });
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** Not among the migrations: it must be there before the first of them, and is no data to back up. */
  async #make(): Promise<void> {
    const text = `create table if not exists ${LEASE_TABLE} (name text primary key, epoch bigint not null,
      renewals bigint not null, holder_id text not null, holder text not null, ended boolean not null)`;
    try {
      await this.#run({ text });
    } catch (error) {
      if (!MADE_MEANWHILE.has(errorCode(error))) throw error;
    }
    this.#isMade = true;
  }

  async #run(query: Query): Promise<Answer> {
    const [answer] = await this.#runAll([query]);
    return answer ?? { rows: [], count: 0 };
  }

  /** One after the other over one connection. */
  async #runAll(queries: readonly Query[]): Promise<Answer[]> {
    const client: PoolClient = await this.#pool.connect();
    const answers: Answer[] = [];
    try {
      for (const { text, values = [] } of queries) {
        const { rows, rowCount } = await client.query(text, [...values]);
        answers.push({ rows, count: rowCount ?? 0 });
      }
      client.release();
      return answers;
    } catch (error) {
      // An answer that was not awaited to its end must not be taken for the next one's; a transaction ends with its connection.
      client.release(true);
      throw error;
    }
  }
}

/**
 * The first statement of a commit: no other engine takes the row over before the commit has ended. Not `for share`, which would hold
 * up the holder's own renewals as long as a commit takes: an update of columns that are no key goes past `for key share` (PostgreSQL,
 * "Row-Level Locks"), and a takeover's `for update` does not.
 */
export const FENCE_QUERY = `select 1 from ${LEASE_TABLE} where name = '${NAME}' and epoch = $1 and not ended for key share`;
