/**
 * The event buses of an engine: their settings and places in the journal are in the database, addresses in the keychain. A thread of
 * their own reads the journal and publishes; here arrives once a second how it stands.
 */
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import {
  busSettings,
  type BusSettings,
  type BusStanding,
  type busOperations,
  MAX_BUSES,
} from '../contract/bus-operations.ts';
import type { OperationHandlers } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { invocation } from '../lib/invocation.ts';
import { removeUnlessReadOnly } from '../domain/remove-secret.ts';
import { isLookDue, SECRET_LOOK_US } from '../domain/secret-look.ts';
import { within } from '../lib/within.ts';
import { Serial } from '../lib/serial.ts';
import type { DatabaseSource } from '../storage/database-types.ts';
import { busAddress, busEntry } from './bus-address.ts';
import type { BusOrder, BusReport, BusWorkerData } from './bus-worker.ts';
import type { BusCounts } from './publisher.ts';

export const storedBus = z.object({
  settings: busSettings,
  /** Profiles begin with what happened from then on. */
  sinceUs: z.number().int(),
  places: z.record(z.string(), z.number().int().nonnegative()),
});
export type StoredBus = z.infer<typeof storedBus>;

/** Before a thread that ended is started again. */
const RESTART_US = 5 * US_PER_SECOND;
/** Places are stored this often at most: what was published since is published once more after a crash. */
const KEEP_US = 10 * US_PER_SECOND;
const STOP_US = 2 * US_PER_SECOND;
const NOTHING: BusCounts = { published: 0, failed: 0, backlog: 0, lastError: '', lastPublishedUs: null };

export type BusesParts = {
  readonly clock: Clock;
  readonly source: DatabaseSource;
  readonly secrets: {
    get(name: string): Promise<string | undefined>;
    delete(name: string): Promise<boolean>;
  };
  readonly stored: readonly StoredBus[];
  /** Durable when it resolves. */
  readonly save: (all: readonly StoredBus[]) => Promise<void>;
  readonly note: (text: string) => void;
};

type Bus = {
  stored: StoredBus;
  /** The address that its publisher has; undefined: none runs. */
  url: string | undefined;
  /** When its address was read last. */
  lookedUs: number;
  secret: BusStanding['secret'];
  counts: BusCounts;
};

export class Buses {
  readonly handlers: Pick<OperationHandlers, keyof typeof busOperations>;
  readonly #parts: BusesParts;
  readonly #buses = new Map<string, Bus>();
  #worker: Worker | undefined;
  #isStopped = false;
  #cancelLook: () => void = () => undefined;
  #cancelRestart: () => void = () => undefined;
  /** What is stored comes one after the other: each begins with what the one before left. */
  readonly #changes = new Serial();
  /** Places that are not stored yet. */
  #isMoved = false;
  /** The last try to store them failed, which was said. */
  #isRefused = false;
  #cancelKeep: (() => void) | undefined;

  constructor(parts: BusesParts) {
    this.#parts = parts;
    for (const stored of parts.stored) this.#buses.set(stored.settings.name, fresh(stored));
    this.handlers = {
      listBuses: () => this.#list(),
      saveBus: (settings) => this.#changes.run(() => this.#save(settings)),
      removeBus: ({ name }) => this.#changes.run(() => this.#remove(name)),
    };
    this.#lookLater(0);
  }

  /** Facts by bus: confirmed, tries that failed, and what is not confirmed yet. */
  counts(): readonly ({ readonly bus: string } & Pick<BusCounts, 'published' | 'failed' | 'backlog'>)[] {
    return [...this.#buses].map(([bus, { counts }]) => {
      const { published, failed, backlog } = counts;
      return { bus, published, failed, backlog };
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelLook();
    this.#cancelRestart();
    this.#cancelKeep?.();
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) await within(this.#parts.clock, STOP_US, worker.terminate(), undefined);
    if (this.#isMoved) void this.#keepPlaces();
    // A disk that hangs keeps no engine from ending: what is not stored is published twice.
    await within(this.#parts.clock, STOP_US, this.#changes.ended, undefined);
  }

  #lookLater(us: number): void {
    const { clock } = this.#parts;
    if (this.#isStopped || this.#buses.size === 0) return;
    this.#cancelLook();
    this.#cancelLook = clock.schedule(clock.nowUs() + us, () => {
      void Promise.all([...this.#buses.values()].map((bus) => this.#look(bus))).finally(() =>
        this.#lookLater(SECRET_LOOK_US),
      );
    });
  }

  /** Reads a bus' address, and begins or ends its publisher where that changed. Never rejects. */
  async #look(bus: Bus): Promise<void> {
    const { settings } = bus.stored;
    bus.lookedUs = this.#parts.clock.nowUs();
    let text: string | undefined;
    try {
      text = await this.#parts.secrets.get(busEntry(settings.name));
      bus.secret =
        text === undefined
          ? 'absent'
          : busAddress(settings.kind, text) === undefined
            ? 'unreadable'
            : 'present';
    } catch {
      // What runs goes on with the address that it has.
      bus.secret = 'unreadable';
      return;
    }
    const url = bus.secret === 'present' && bus.stored.settings.isOn ? text?.trim() : undefined;
    if (this.#isStopped || url === bus.url || this.#buses.get(settings.name) !== bus) return;
    this.#order(bus, url);
  }

  #order(bus: Bus, url: string | undefined): void {
    const { source } = this.#parts;
    if (source.kind === 'memory') return;
    bus.url = url;
    if (url === undefined && this.#worker === undefined) return;
    this.#worker ??= this.#start(source);
    const { settings, sinceUs, places } = bus.stored;
    const order: BusOrder = {
      name: settings.name,
      ...(url === undefined ? {} : { start: { settings, url, sinceUs, places } }),
    };
    this.#worker.postMessage(order);
  }

  #start(source: BusWorkerData['source']): Worker {
    const file = import.meta.url.endsWith('.ts') ? './bus-worker.ts' : './bus-worker.js';
    const worker = new Worker(new URL(file, import.meta.url), {
      workerData: { source } satisfies BusWorkerData,
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    worker.unref();
    worker.on('message', (report: BusReport) => this.#took(report));
    worker.on('error', (error) => this.#parts.note(`the thread of the event buses ended: ${String(error)}`));
    worker.once('exit', () => this.#ended(worker));
    return worker;
  }

  #ended(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const bus of this.#buses.values()) bus.url = undefined;
    const { clock } = this.#parts;
    if (!this.#isStopped)
      this.#cancelRestart = clock.schedule(clock.nowUs() + RESTART_US, () => this.#lookLater(0));
  }

  #took({ name, counts, places }: BusReport): void {
    const bus = this.#buses.get(name);
    if (bus === undefined || bus.url === undefined) return;
    bus.counts = counts;
    if (JSON.stringify(places) === JSON.stringify(bus.stored.places)) return;
    bus.stored = { ...bus.stored, places };
    this.#isMoved = true;
    this.#keepLater();
  }

  #keepLater(): void {
    if (this.#isStopped || this.#cancelKeep !== undefined) return;
    const { clock } = this.#parts;
    this.#cancelKeep = clock.schedule(clock.nowUs() + KEEP_US, () => {
      this.#cancelKeep = undefined;
      void this.#keepPlaces();
    });
  }

  /** A database that refuses leaves the places where they were, and is asked again. */
  #keepPlaces(): Promise<void> {
    return this.#changes
      .run(async () => {
        this.#isMoved = false;
        await this.#store([...this.#buses.values()].map(({ stored }) => stored));
        this.#isRefused = false;
      })
      .catch((error: unknown) => {
        this.#isMoved = true;
        if (!this.#isRefused)
          this.#parts.note(`the places of the event buses could not be stored: ${String(error)}`);
        this.#isRefused = true;
        this.#keepLater();
      });
  }

  #store(all: readonly StoredBus[]): Promise<void> {
    return this.#parts.save(all);
  }

  /** A keychain is not asked at each look of a window for an address that is known, or that it did not give. */
  async #list(): Promise<{ buses: BusStanding[] }> {
    const { clock, source } = this.#parts;
    // Of a database in memory nothing is published.
    const canRun = source.kind !== 'memory';
    const due = [...this.#buses.values()].filter(({ secret, lookedUs, stored, url }) => {
      const isWanted = canRun && stored.settings.isOn;
      return isLookDue({ secret, lookedUs, isWanted, isRunning: url !== undefined }, clock.nowUs());
    });
    await Promise.all(due.map((bus) => this.#look(bus)));
    const inMemory = canRun ? '' : 'the database is in memory alone';
    return {
      buses: [...this.#buses.values()].map(({ stored, secret, counts }) => ({
        ...stored.settings,
        ...counts,
        lastError: inMemory || counts.lastError,
        secret,
        setWith: `${invocation()} bus set ${stored.settings.name}`,
      })),
    };
  }

  async #save(settings: BusSettings): Promise<{ buses: BusStanding[] }> {
    const before = this.#buses.get(settings.name);
    if (before === undefined && this.#buses.size >= MAX_BUSES)
      throw refusal('too-many-buses', settings.name, `would be one more than ${MAX_BUSES} event buses`);
    if (before !== undefined && before.stored.settings.kind !== settings.kind)
      throw refusal(
        'other-kind',
        settings.name,
        `is an event bus of the kind ${before.stored.settings.kind}`,
      );
    const stored =
      before === undefined
        ? { settings, sinceUs: this.#parts.clock.nowUs(), places: {} }
        : { ...before.stored, settings };
    const others = [...this.#buses.values()].filter((one) => one !== before);
    await this.#store([...others.map((one) => one.stored), stored]);
    if (before === undefined) this.#buses.set(settings.name, fresh(stored));
    else {
      before.stored = { ...before.stored, settings };
      // Begins anew with these settings, from its place.
      if (before.url !== undefined) this.#order(before, undefined);
    }
    this.#lookLater(SECRET_LOOK_US);
    return this.#list();
  }

  async #remove(name: string): Promise<{ buses: BusStanding[] }> {
    const bus = this.#buses.get(name);
    if (bus === undefined) throw refusal('no-such-bus', name, 'is no event bus');
    // First: where it fails the bus is still there to be removed, and no secret stays that nothing names.
    if (await removeUnlessReadOnly(this.#parts.secrets, busEntry(name)))
      this.#parts.note(`the address of the event bus ${name} stays where it is: Parallax cannot write there`);
    await this.#store([...this.#buses.values()].filter((one) => one !== bus).map(({ stored }) => stored));
    this.#buses.delete(name);
    this.#order(bus, undefined);
    return this.#list();
  }
}

function fresh(stored: StoredBus): Bus {
  return { stored, url: undefined, lookedUs: 0, secret: 'absent', counts: NOTHING };
}

function refusal(code: string, value: string, message: string): UserError {
  const remedy = `List them with: ${invocation()} bus list.`;
  return new UserError({ code, field: 'name', value, message, remedy });
}
