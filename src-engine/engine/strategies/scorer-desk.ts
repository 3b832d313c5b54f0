/**
 * The scorer of the session's opportunities: what the registry has of it goes to the kernel as a command, at the start and once its steps have changed, by whichever process. Where it cannot be read
 * nothing is asked, and all are taken.
 */
import type { CaptureModel } from '../../domain/capture-model.ts';
import { US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { errorWords } from '../../lib/error-words.ts';
import { Serial } from '../../lib/serial.ts';
import type { FoundScorer, ModelLibrary } from './model-library.ts';

const LOOK_EVERY_US = 10 * US_PER_SECOND;

export type ScorerDeskParts = {
  readonly profile: string;
  readonly models: Pick<ModelLibrary, 'scorer'>;
  readonly clock: Clock;
  /** Gives them to the kernel. @param challenger of a champion; null: there is none. */
  set(model: CaptureModel | null, challenger: CaptureModel | null): Promise<void>;
};

export class ScorerDesk {
  readonly #parts: ScorerDeskParts;
  #stamp: string | undefined;
  #hasModel = false;
  #why = 'it was not looked for yet';
  #whyNoChallenger = '';
  /** One look after the other: what an older one found never comes after what a newer one did. */
  readonly #looks = new Serial();
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(parts: ScorerDeskParts) {
    this.#parts = parts;
  }

  /** Why the kernel has none; empty: it has one. */
  get why(): string {
    return this.#why;
  }

  /** Why a challenger that is registered beside a champion is not asked; empty: it is, or there is none. */
  get whyNoChallenger(): string {
    return this.#whyNoChallenger;
  }

  async start(): Promise<void> {
    await this.refresh();
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Looks at the registry now, or once the look that is under way has ended. */
  refresh(): Promise<void> {
    return this.#looks.run(() => this.#look());
  }

  async #look(): Promise<void> {
    const { models, profile } = this.#parts;
    const found: FoundScorer | undefined = await models
      .scorer(profile, this.#stamp)
      .catch((error: unknown) => ({ stamp: undefined, model: undefined, why: errorWords(error) }));
    if (found === undefined || this.#isStopped) return;
    const { stamp, model, challenger, why, whyNoChallenger = '' } = found;
    this.#why = why;
    this.#whyNoChallenger = whyNoChallenger;
    if (model !== undefined || this.#hasModel) await this.#parts.set(model ?? null, challenger ?? null);
    this.#hasModel = model !== undefined;
    // Only what the kernel has taken is known: what it was not given is given at the next look.
    this.#stamp = stamp;
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
