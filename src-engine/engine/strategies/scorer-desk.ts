/**
 * The scorer of the session's opportunities: what the registry has of it goes to the kernel as a command, at the start and once its steps have changed, by whichever process. Where it cannot be read
 * nothing is asked, and all are taken.
 */
import type { CaptureModel } from '../../domain/capture-model.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ModelLibrary } from './model-library.ts';

const LOOK_EVERY_US = 10 * US_PER_SECOND;

export type ScorerDeskParts = {
  readonly profile: string;
  readonly models: Pick<ModelLibrary, 'scorer'>;
  readonly clock: Clock;
  /** Gives it to the kernel. */
  set(model: CaptureModel | null): Promise<void>;
};

export class ScorerDesk {
  readonly #parts: ScorerDeskParts;
  #stamp: string | undefined;
  #hasModel = false;
  #why = 'it was not looked for yet';
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: ScorerDeskParts) {
    this.#parts = parts;
  }

  /** Why the kernel has none; empty: it has one. */
  get why(): string {
    return this.#why;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Looks at the registry now. */
  async refresh(): Promise<void> {
    const { models, profile } = this.#parts;
    const found = await models
      .scorer(profile, this.#stamp)
      .catch((error: unknown) => ({ stamp: undefined, model: undefined, why: reasonOf(error) }));
    if (found === undefined || this.#isStopped) return;
    this.#stamp = found.stamp;
    this.#why = found.why;
    if (found.model === undefined && !this.#hasModel) return;
    this.#hasModel = found.model !== undefined;
    await this.#parts.set(found.model ?? null);
  }

  #schedule(): void {
    const { clock } = this.#parts;
    if (this.#isStopped) return;
    this.#cancel = clock.schedule(clock.nowUs() + LOOK_EVERY_US, () => {
      void this.refresh()
        // The journal has failed: the session ends or goes on without it, and the next look tries again.
        .catch(() => undefined)
        .finally(() => this.#schedule());
    });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
