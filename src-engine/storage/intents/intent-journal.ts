/**
 * The intent journal: what is about to be sent to a venue, durable before it is sent. A record is written by the thread that trades
 * itself; where it must survive a power loss it waits for one `fdatasync` on another thread, which serves all that were
 * written by then. The facts go on to the database by themselves; what that has confirmed is dropped here, and what it lacks
 * after a crash is replayed into it before anything is traded.
 */
import type { Durability } from '../../domain/durability.ts';
import type { EngineEvent } from '../../domain/event.ts';
import { UserError } from '../../domain/errors.ts';
import type { Database } from '../database-types.ts';
import type { Scope } from '../projection.ts';
import { storageError } from '../storage-errors.ts';
import { aligned, checkOf, MAX_RECORD_BYTES, writeRecord } from './intent-record.ts';
import { type IntentDamage, readIntents } from './read-intents.ts';
import { replayIntents } from './replay-intents.ts';
import { SEGMENT_HEAD, type Segment, type SegmentStore } from './segment-store.ts';

/** Most files whose intents the database has not confirmed: some 20,000 orders. */
export const MAX_SEGMENTS = 16;

/** A file in use, and how many of its records the database has not confirmed. */
type OpenSegment = { readonly segment: Segment; bytes: number; unconfirmed: number };

type Waiting = { readonly resolve: () => void; readonly reject: (error: UserError) => void };

/** What a run keeps its intents by; its form is that of the runner's gate. */
export type IntentKeeper = {
  keep(intents: readonly EngineEvent[]): Promise<void> | void;
  confirm(): void;
};

export type Recovery = {
  /** Orders that the database lacked. */
  readonly replayed: number;
  /** Writes that were interrupted. */
  readonly torn: number;
  readonly damage: IntentDamage | undefined;
};

const NOTHING_FOUND: Recovery = { replayed: 0, torn: 0, damage: undefined };

export class IntentJournal {
  /** Of what is kept from now on. */
  level: Durability;
  readonly #store: SegmentStore;
  readonly #buffer = Buffer.alloc(MAX_RECORD_BYTES);
  /** Files with records that are not confirmed, the oldest first, and the one that is written. */
  #open: OpenSegment[] = [];
  #current: OpenSegment | undefined;
  #spare: OpenSegment | undefined;
  #making: Promise<void> | undefined;
  #number = 0;
  #seq = 0;
  #link = 0;
  /** The last number that is on the disk for certain. */
  #durable = 0;
  readonly #dirty = new Set<OpenSegment>();
  #waiting: Waiting[] = [];
  #syncing: Promise<void> | undefined;
  #removing: Promise<void> = Promise.resolve();
  #fault: UserError | undefined;
  #damage = '';
  #isRecovered = false;

  constructor(store: SegmentStore, level: Durability) {
    this.#store = store;
    this.level = level;
  }

  /** Unhealthy from a failed write until a later one succeeds. */
  get health(): { readonly healthy: boolean; readonly detail: string } {
    return { healthy: this.#fault === undefined, detail: this.#fault?.message ?? '' };
  }

  /** What of it was found damaged and no operator has acknowledged; empty: nothing. */
  get damage(): string {
    return this.#damage;
  }

  /** Decisions whose facts the database has not confirmed, and files. */
  get standing(): { readonly unconfirmed: number; readonly files: number } {
    return {
      unconfirmed: this.#open.reduce((sum, { unconfirmed }) => sum + unconfirmed, 0),
      files: this.#open.length,
    };
  }

  /**
   * Before a run: gives the database what an earlier one kept and it lacks, and begins a new file. No other run is under way.
   * @throws UserError when the database or the folder refuses; nothing is lost then, and it may be tried again.
   */
  async recover(database: Database): Promise<Recovery> {
    if (this.#isRecovered && this.standing.unconfirmed === 0 && this.#fault === undefined)
      return NOTHING_FOUND;
    this.#isRecovered = false;
    try {
      await this.#closeAll();
      const names = this.#store.names();
      const segments = names.map((name) => ({ name, bytes: this.#store.read(name) }));
      const { kept, lastSeq, torn, damage } = readIntents(segments);
      const replayed = await replayIntents(database, kept);
      for (const name of names)
        await (damage === undefined ? this.#store.remove(name) : this.#store.setAside(name));
      this.#damage = this.#damageAside();
      this.#number = Math.max(this.#number, numberOf([...names, ...this.#store.aside()].toSorted().at(-1)));
      this.#seq = Math.max(this.#seq, lastSeq);
      this.#link = 0;
      await this.#prepare();
      if (this.#spare === undefined)
        throw this.#fault ?? this.#refusal('has no file', 'Start the session again.');
      // The thread that waits for the disk is up before the first order.
      if (this.level === 'disk') await this.#spare.segment.sync();
      this.#isRecovered = true;
      return { replayed, torn, damage };
    } catch (error) {
      throw this.#faultOf(error);
    }
  }

  /** What `scope` is about to send is kept by it. */
  keeperOf(scope: Scope): IntentKeeper {
    const kept: OpenSegment[] = [];
    return {
      /**
       * Nothing: it is durable by the level of now when this returns. A promise: it is when that resolves.
       * @throws UserError or rejects with one: none of these orders may be sent.
       */
      keep: (intents) => {
        kept.push(this.#write(JSON.stringify({ ...scope, intents })));
        return this.level === 'disk' ? this.#untilSynced() : undefined;
      },
      /** The database has the facts of the oldest decision that was kept and not confirmed. */
      confirm: () => {
        const of = kept.shift();
        if (of === undefined) return;
        of.unconfirmed--;
        this.#dropConfirmed();
      },
    };
  }

  /** An operator has looked at what was found damaged. Answers what it was. */
  async acknowledge(): Promise<readonly string[]> {
    if (this.#damage === '') return [];
    const acknowledged = [this.#damage];
    for (const name of this.#store.aside()) await this.#store.acknowledge(name);
    this.#damage = '';
    return acknowledged;
  }

  /** What the database has not confirmed stays for the next start. */
  async close(): Promise<void> {
    this.#isRecovered = false;
    await this.#closeAll();
    await this.#store.close();
  }

  #write(text: string): OpenSegment {
    try {
      const head = { seq: this.#seq + 1, link: this.#link, durable: this.#durable, level: this.level };
      const size = writeRecord(this.#buffer, head, text);
      const open = this.#roomFor(size);
      open.segment.write(this.#buffer, size, open.bytes);
      open.bytes += aligned(size);
      open.unconfirmed++;
      this.#seq++;
      this.#link = checkOf(this.#buffer);
      this.#dirty.add(open);
      if (this.level === 'process') this.#fault = undefined;
      return open;
    } catch (error) {
      // Nothing is written behind what may have been written in part.
      this.#leaveCurrent();
      throw this.#faultOf(error);
    }
  }

  #roomFor(size: number): OpenSegment {
    if (!this.#isRecovered) throw this.#refusal('is not open', 'Start the session again.');
    const current = this.#current;
    if (current !== undefined && current.bytes + aligned(size) <= this.#store.segmentBytes) return current;
    if (this.#open.length >= MAX_SEGMENTS)
      throw this.#refusal(
        `is full: the database has not confirmed ${this.standing.unconfirmed} decisions`,
        'Check the disk or the database server.',
      );
    const next = this.#spare;
    void this.#prepare();
    if (next === undefined)
      throw this.#fault ?? this.#refusal('has no file ready yet', 'Resume trading once it has one.');
    this.#spare = undefined;
    this.#current = next;
    this.#open.push(next);
    this.#dropConfirmed();
    return next;
  }

  /** Makes the next file before it is needed. */
  #prepare(): Promise<void> {
    this.#making ??= this.#make();
    return this.#making;
  }

  async #make(): Promise<void> {
    try {
      // Not before whoever asked has taken the one that there is.
      await Promise.resolve();
      if (this.#spare !== undefined) return;
      const name = `${String(++this.#number).padStart(12, '0')}.intents`;
      const segment = await this.#store.make(name);
      this.#spare = { segment, bytes: SEGMENT_HEAD.length, unconfirmed: 0 };
    } catch (error) {
      this.#faultOf(error);
    } finally {
      this.#making = undefined;
    }
  }

  #leaveCurrent(): void {
    this.#current = undefined;
    if (this.#isRecovered) void this.#prepare();
  }

  #untilSynced(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#syncing ??= this.#syncAll();
    });
  }

  /** One sync for all that was written by then; what is written meanwhile shares the next one. */
  async #syncAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      const files = [...this.#dirty];
      const upTo = this.#seq;
      this.#waiting = [];
      this.#dirty.clear();
      try {
        await Promise.all(files.map(({ segment }) => segment.sync()));
        this.#durable = upTo;
        this.#fault = undefined;
        for (const { resolve } of group) resolve();
      } catch (error) {
        // What was written since the sync before may be lost, and a second sync would not say so.
        this.#leaveCurrent();
        const fault = this.#faultOf(error);
        for (const { reject } of group) reject(fault);
      }
    }
    this.#syncing = undefined;
  }

  /** From the oldest on, so that no file is missing between two others. */
  #dropConfirmed(): void {
    for (;;) {
      const oldest = this.#open[0];
      if (oldest === undefined || oldest === this.#current || oldest.unconfirmed > 0) return;
      this.#open.shift();
      this.#dirty.delete(oldest);
      this.#removing = this.#removing.then(() => this.#remove(oldest));
    }
  }

  async #remove({ segment }: OpenSegment): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
    segment.close();
    // One that stays is read again at the next start, and has nothing that the database lacks.
    await this.#store.remove(segment.name).catch(() => undefined);
  }

  async #closeAll(): Promise<void> {
    while (this.#making !== undefined) await this.#making;
    while (this.#syncing !== undefined) await this.#syncing;
    await this.#removing;
    for (const { segment } of [...this.#open, this.#spare].filter((one) => one !== undefined))
      segment.close();
    const isEmpty = this.standing.unconfirmed === 0;
    const empty = [this.#spare, ...(isEmpty ? this.#open : [])].filter((one) => one !== undefined);
    for (const { segment } of empty) await this.#store.remove(segment.name);
    this.#open = [];
    this.#current = undefined;
    this.#spare = undefined;
    this.#dirty.clear();
  }

  #damageAside(): string {
    const names = this.#store.aside();
    if (names.length === 0) return '';
    const { damage } = readIntents(names.map((name) => ({ name, bytes: this.#store.read(name) })));
    return damage?.detail ?? `${names.join(', ')} were set aside as damaged`;
  }

  #refusal(message: string, remedy: string): UserError {
    const value = this.#store.location;
    return new UserError({ code: 'intents-refused', field: 'intent journal', value, message, remedy });
  }

  #faultOf(error: unknown): UserError {
    this.#fault = storageError(this.#store.location, error, 'intent journal');
    return this.#fault;
  }
}

function numberOf(name: string | undefined): number {
  return Number.parseInt(name ?? '0', 10) || 0;
}
