/**
 * The journal: what happened, durable before it has consequences. Events go into `events` and, in the same
 * transaction, into the tables that the lists read, so that the two can never tell different stories.
 */
import type { AuditEntry } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { CompiledQuery } from 'kysely';
import type { Database } from './database-types.ts';
import { auditOf, insertAudit, insertEvents, project, type Scope } from './projection.ts';
import { storageError } from './storage-errors.ts';

/** Most events that wait for the database. A day of heavy trading fits ten times into it. */
export const MAX_QUEUED_EVENTS = 20_000;
/** Most events of one transaction: a long one would make the first of them wait for the last. */
const MAX_EVENTS_PER_COMMIT = 2_000;

export type JournalHealth = { readonly healthy: boolean; readonly detail: string };

type Waiting = {
  readonly events: readonly EngineEvent[];
  readonly audit: readonly AuditEntry[];
  readonly resolve: () => void;
  readonly reject: (error: UserError) => void;
};

/** One writer of one profile's history. */
export class Journal {
  readonly #database: Database;
  readonly #scope: Scope;
  #nextSeq: number;
  #nextAuditId: number;
  #waiting: Waiting[] = [];
  #queued = 0;
  #pump: Promise<void> | undefined;
  #fault: UserError | undefined;
  #closed = false;

  private constructor(database: Database, scope: Scope, nextSeq: number, nextAuditId: number) {
    this.#database = database;
    this.#scope = scope;
    this.#nextSeq = nextSeq;
    this.#nextAuditId = nextAuditId;
  }

  /** Continues the history of `profile`. `runId` must be unique within it. @throws UserError */
  static async open(database: Database, scope: Scope): Promise<Journal> {
    try {
      const { profile } = scope;
      const lastEvent = await database.db
        .selectFrom('events')
        .select((of) => of.fn.max('seq').as('last'))
        .where('profile', '=', profile)
        .executeTakeFirst();
      const lastAudit = await database.db
        .selectFrom('audit')
        .select((of) => of.fn.max('auditId').as('last'))
        .where('profile', '=', profile)
        .executeTakeFirst();
      return new Journal(database, scope, (lastEvent?.last ?? 0) + 1, (lastAudit?.last ?? 0) + 1);
    } catch (error) {
      throw storageError(database.location, error);
    }
  }

  /** Unhealthy from a failed write until a later one succeeds. */
  get health(): JournalHealth {
    return { healthy: this.#fault === undefined, detail: this.#fault?.message ?? '' };
  }

  /** Number of the last event that is durable; 0 before the first. */
  get lastSeq(): number {
    return this.#nextSeq - 1;
  }

  /**
   * Resolves when all of `events` are durable, in order, all or none. What is appended while a transaction runs
   * shares the next one.
   * @throws UserError when the database cannot take them, or when MAX_QUEUED_EVENTS wait already
   *   (`journal-full`). Nothing of `events` was written then: whoever appends keeps them and stops trading. The
   *   journal never drops an event by itself; whoever samples equity or opportunities samples less often.
   */
  append(events: readonly EngineEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return this.#enqueue(events, []);
  }

  /** The same for a changing call that came through the gateway, with its actor and outcome. */
  appendAudit(entry: AuditEntry): Promise<void> {
    return this.#enqueue([], [entry]);
  }

  /** Writes what waits, then takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pump;
  }

  #enqueue(events: readonly EngineEvent[], audit: readonly AuditEntry[]): Promise<void> {
    const count = events.length + audit.length;
    if (this.#closed)
      return Promise.reject(this.#refusal('journal-closed', 'is closed', 'Start the engine again.'));
    if (this.#queued + count > MAX_QUEUED_EVENTS) {
      const message = `cannot keep up: ${this.#queued} events wait for it`;
      return Promise.reject(this.#refusal('journal-full', message, 'Check the disk or the database server.'));
    }
    this.#queued += count;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ events, audit, resolve, reject });
      this.#pump ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Appends of the same turn share the first transaction.
    await Promise.resolve();
    while (this.#waiting.length > 0) await this.#commit(this.#takeGroup());
    this.#pump = undefined;
  }

  #takeGroup(): readonly Waiting[] {
    let count = 0;
    const beyond = this.#waiting.findIndex(({ events, audit }, index) => {
      count += events.length + audit.length;
      return index > 0 && count > MAX_EVENTS_PER_COMMIT;
    });
    return this.#waiting.splice(0, beyond < 0 ? this.#waiting.length : beyond);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    const events = group.flatMap((waiting) => waiting.events);
    try {
      const audit = group.flatMap((waiting) => [
        ...waiting.events.flatMap((event) => auditOf(event) ?? []),
        ...waiting.audit,
      ]);
      await this.#database.writeAll(this.#queriesOf(events, audit));
      this.#nextSeq += events.length;
      this.#nextAuditId += audit.length;
      this.#fault = undefined;
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.#fault = storageError(this.#database.location, error);
      for (const { reject } of group) reject(this.#fault);
    }
    this.#queued -= group.reduce((sum, waiting) => sum + waiting.events.length + waiting.audit.length, 0);
  }

  #queriesOf(events: readonly EngineEvent[], audit: readonly AuditEntry[]): CompiledQuery[] {
    const { db } = this.#database;
    const queries = insertEvents(db, this.#scope, this.#nextSeq, events);
    for (const event of events) queries.push(...project(db, this.#scope, event));
    audit.forEach((entry, index) => {
      queries.push(insertAudit(db, this.#scope.profile, this.#nextAuditId + index, entry));
    });
    return queries;
  }

  #refusal(code: string, message: string, remedy: string): UserError {
    return new UserError({ code, field: 'journal', value: this.#database.location, message, remedy });
  }
}
