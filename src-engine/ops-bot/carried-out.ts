/**
 * Which messages changed something: kept before that is done, so that a service which gives one again after a restart does not have it
 * done twice. An engine that ends in between has done it not at all; it begins disarmed, and the answer asks the person to look.
 */
import { z } from 'zod';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { Serial } from '../lib/serial.ts';
import { within } from '../lib/within.ts';

/** Of a bot: a service gives again what came in the last minutes, and nothing older is carried out. */
const MAX_KEPT = 50;
/** A kill does not wait for a database that hangs: it is done all the same, and remembered as long as this engine runs. */
const KEEP_US = US_PER_SECOND;

/** Ids of messages by the name of the bot, in the order in which they came. */
export const carriedOut = z.record(z.string(), z.array(z.string().max(100)).max(MAX_KEPT));
export type CarriedOutIds = z.infer<typeof carriedOut>;

export class CarriedOut {
  readonly #clock: Clock;
  readonly #save: (ids: CarriedOutIds) => Promise<void>;
  readonly #saves = new Serial();
  #ids: CarriedOutIds;

  /** @param save durable when it resolves. */
  constructor(clock: Clock, ids: CarriedOutIds, save: (ids: CarriedOutIds) => Promise<void>) {
    this.#clock = clock;
    this.#ids = ids;
    this.#save = save;
  }

  /** @returns false where that message was taken before. Never rejects. */
  async take(bot: string, id: string): Promise<boolean> {
    const before = this.#ids[bot] ?? [];
    if (before.includes(id)) return false;
    this.#ids = { ...this.#ids, [bot]: [...before, id].slice(-MAX_KEPT) };
    const saved = this.#saves.run(() => this.#save(this.#ids)).catch(() => undefined);
    await within(this.#clock, KEEP_US, saved, undefined);
    return true;
  }

  /** Of a bot that is removed: another of its name begins anew. */
  forget(bot: string): void {
    const { [bot]: _, ...rest } = this.#ids;
    this.#ids = rest;
    void this.#saves.run(() => this.#save(this.#ids)).catch(() => undefined);
  }
}
