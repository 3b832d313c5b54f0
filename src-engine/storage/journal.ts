/**
 * The journal: what happened, durable before it has consequences. Events go into `events` and, in the same
 * transaction, into the tables that the lists read, so that the two can never differ.
 */
import type { AuditEntry } from '../contract/records.ts';
import { UserError } from '../domain/errors.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { ChainFinding } from './chain/heads.ts';
import { JournalChains } from './chain/journal-chains.ts';
import type { Database } from './database-types.ts';
import type { Scope } from './projection.ts';
import { storageError } from './storage-errors.ts';

/** Most events that wait for the database. A day of heavy trading fits ten times into it. */
export const MAX_QUEUED_EVENTS = 20_000;
/** Most rows of the audit trail that wait for the database, beside the events. */
export const MAX_QUEUED_AUDIT = 2_000;
/** Most of them that share a transaction with events: an order waits for no more than these. */
export const MAX_AUDIT_PER_COMMIT = 50;
/** Most events of one transaction: a long one would make the first of them wait for the last. */
const MAX_EVENTS_PER_COMMIT = 2_000;

export type JournalHealth = { readonly healthy: boolean; readonly detail: string };

type Waiting<T> = {
  readonly items: readonly T[];
  readonly resolve: () => void;
  readonly reject: (error: UserError) => void;
};

/** What waits for a transaction, counted one by one. */
class Lane<T> {
  readonly #max: number;
  #waiting: Waiting<T>[] = [];
  /** Those of a running transaction among them. */
  queued = 0;

  constructor(max: number) {
    this.#max = max;
  }

  hasRoomFor(count: number): boolean {
    return this.queued + count <= this.#max;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  add(waiting: Waiting<T>): void {
    this.queued += waiting.items.length;
    this.#waiting.push(waiting);
  }

  /** The first ones, whole appends, together at most `most` unless the first alone is more. */
  take(most: number): readonly Waiting<T>[] {
    let count = 0;
    const beyond = this.#waiting.findIndex(({ items }, index) => {
      count += items.length;
      return index > 0 && count > most;
    });
    return this.#waiting.splice(0, beyond < 0 ? this.#waiting.length : beyond);
  }

  leave(group: readonly Waiting<T>[]): void {
    this.queued -= group.reduce((sum, { items }) => sum + items.length, 0);
  }
}

/** One writer of one profile's history. */
export class Journal {
  readonly #database: Database;
  readonly #chains: JournalChains;
  readonly #events = new Lane<EngineEvent>(MAX_QUEUED_EVENTS);
  readonly #audit = new Lane<AuditEntry>(MAX_QUEUED_AUDIT);
  #pump: Promise<void> | undefined;
  #fault: UserError | undefined;
  #closed = false;

  private constructor(database: Database, chains: JournalChains) {
    this.#database = database;
    this.#chains = chains;
  }

  /**
   * Continues the history of `profile`, whose hash chains are read from beginning to end first: see `broken`.
   * `runId` must be unique within it. @throws UserError
   */
  static async open(database: Database, scope: Scope): Promise<Journal> {
    try {
      return new Journal(database, await JournalChains.open(database, scope));
    } catch (error) {
      throw storageError(database.location, error);
    }
  }

  /** What of the history is not as it was written, as found at a start; empty once an operator has acknowledged it. */
  get broken(): readonly ChainFinding[] {
    return this.#chains.broken;
  }

  /** Takes the history as it stands from here on. Answers what was acknowledged. @throws UserError */
  async acknowledge(): Promise<readonly ChainFinding[]> {
    try {
      return await this.#chains.acknowledge();
    } catch (error) {
      throw storageError(this.#database.location, error);
    }
  }

  /** Unhealthy from a failed write until a later one succeeds. */
  get health(): JournalHealth {
    return { healthy: this.#fault === undefined, detail: this.#fault?.message ?? '' };
  }

  /** Number of the last event that is durable; 0 before the first. */
  get lastSeq(): number {
    return this.#chains.lastSeq;
  }

  /**
   * Resolves when all of `events` are durable, in order, all or none. What is appended while a transaction runs
   * shares the next one.
   * @throws UserError when the database cannot take them, or when MAX_QUEUED_EVENTS wait already
   *   (`journal-full`). Nothing of `events` was written then: the caller keeps them and stops trading. The
   *   journal never drops an event by itself; equity and opportunities are then sampled less often.
   */
  append(events: readonly EngineEvent[]): Promise<void> {
    if (events.length === 0) return Promise.resolve();
    return this.#enqueue(this.#events, events, 'events');
  }

  /**
   * A changing call that came through the gateway, with its actor and outcome; durable when it resolves. Such rows wait in
   * a queue of their own: however many there are, no order is refused for them.
   * @throws UserError as `append` does.
   */
  appendAudit(entry: AuditEntry): Promise<void> {
    return this.#enqueue(this.#audit, [entry], 'rows of the audit trail');
  }

  /** Events and rows of the audit trail that wait, or are being written. */
  get queued(): { readonly events: number; readonly audit: number } {
    return { events: this.#events.queued, audit: this.#audit.queued };
  }

  /** Writes what waits, then takes no more. */
  async close(): Promise<void> {
    if (this.#closed) return this.#pump;
    this.#closed = true;
    await this.#pump;
    await this.#chains.close();
  }

  #enqueue<T>(lane: Lane<T>, items: readonly T[], what: string): Promise<void> {
    if (this.#closed)
      return Promise.reject(this.#refusal('journal-closed', 'is closed', 'Start the engine again.'));
    if (!lane.hasRoomFor(items.length)) {
      const message = `cannot keep up: ${lane.queued} ${what} wait for it`;
      return Promise.reject(this.#refusal('journal-full', message, 'Check the disk or the database server.'));
    }
    return new Promise((resolve, reject) => {
      lane.add({ items, resolve, reject });
      this.#pump ??= this.#drain();
    });
  }

  async #drain(): Promise<void> {
    // Appends of the same turn share the first transaction.
    await Promise.resolve();
    while (!this.#events.isEmpty || !this.#audit.isEmpty) {
      await this.#commit(this.#events.take(MAX_EVENTS_PER_COMMIT), this.#audit.take(MAX_AUDIT_PER_COMMIT));
    }
    this.#pump = undefined;
  }

  async #commit(
    eventGroup: readonly Waiting<EngineEvent>[],
    auditGroup: readonly Waiting<AuditEntry>[],
  ): Promise<void> {
    const group = [...eventGroup, ...auditGroup];
    try {
      await this.#chains.extend(
        eventGroup.flatMap(({ items }) => items),
        auditGroup.flatMap(({ items }) => items),
      );
      this.#fault = undefined;
      for (const { resolve } of group) resolve();
    } catch (error) {
      this.#fault = storageError(this.#database.location, error);
      for (const { reject } of group) reject(this.#fault);
    }
    this.#events.leave(eventGroup);
    this.#audit.leave(auditGroup);
  }

  #refusal(code: string, message: string, remedy: string): UserError {
    return new UserError({ code, field: 'journal', value: this.#database.location, message, remedy });
  }
}
