/** At which stage each account of a profile is, in memory at once and in the database as soon as it takes it. */
import { z } from 'zod';
import { type GoLiveStage, goLiveStage } from '../../domain/go-live.ts';
import type { VenueName } from '../../domain/ids.ts';
import { decimalText, timeUs } from '../../domain/value-schemas.ts';
import { Serial } from '../../lib/serial.ts';

/** More venues than any session has. */
const MAX_VENUES = 100;

const counted = z.number().int().nonnegative();
const standing = z.object({
  stage: goLiveStage,
  sinceUs: timeUs,
  reason: z.string(),
  /** Minutes since then that count: in staging those of the account's own session, then those in which a canary was out. */
  minutes: counted,
  /** Those of them in which nothing was missing. */
  readyMinutes: counted,
  /** What the canary may lose in all of this stage, in the home currency; null: not known yet. */
  budget: decimalText.nullable(),
});
export type Standing = z.infer<typeof standing>;
export const storedPipelines = z
  .record(z.string(), standing)
  .refine((all) => Object.keys(all).length <= MAX_VENUES, 'has too many venues');
export type StoredPipelines = z.infer<typeof storedPipelines>;

const NOWHERE: Standing = {
  stage: 'none',
  sinceUs: 0,
  reason: '',
  minutes: 0,
  readyMinutes: 0,
  budget: null,
};

export const NEXT: Readonly<Record<GoLiveStage, GoLiveStage | null>> = {
  none: 'staging',
  staging: 'canary',
  canary: 'full',
  full: null,
};
export const BACK: Readonly<Partial<Record<GoLiveStage, GoLiveStage>>> = {
  canary: 'staging',
  full: 'canary',
};

export type PipelineStore = {
  load(profile: string): Promise<StoredPipelines | undefined>;
  save(profile: string, all: StoredPipelines): Promise<void>;
};

export class Pipelines {
  readonly #store: PipelineStore;
  readonly #writes = new Serial();
  /** What the database has not taken yet, by profile: a step back outlives a write that was refused. */
  readonly #unsaved = new Map<string, StoredPipelines>();
  #profile = '';
  #venues = new Map<VenueName, Standing>();

  constructor(store: PipelineStore) {
    this.#store = store;
  }

  /** Those of a profile from here on. @throws UserError when what is stored is damaged: what may be armed is not known then. */
  async open(profile: string): Promise<void> {
    if (profile === this.#profile) return;
    const found = this.#unsaved.get(profile) ?? (await this.#store.load(profile));
    this.#profile = profile;
    this.#venues = new Map(Object.entries(found ?? {}));
  }

  of(venue: VenueName): Standing {
    return this.#venues.get(venue) ?? NOWHERE;
  }

  list(): [VenueName, Standing][] {
    return [...this.#venues];
  }

  /** In memory; `save` brings it to the database. */
  set(venue: VenueName, one: Standing): void {
    this.#venues.set(venue, one);
    const kept = this.list().filter(([, { stage }]) => stage !== 'none');
    this.#unsaved.set(this.#profile, Object.fromEntries(kept));
  }

  /** Stores what is not stored yet, one write after another. @throws what the database does; the next call tries again. */
  save(): Promise<void> {
    return this.#writes.run(async () => {
      for (const [profile, all] of this.#unsaved) {
        await this.#store.save(profile, all);
        if (this.#unsaved.get(profile) === all) this.#unsaved.delete(profile);
      }
    });
  }
}
