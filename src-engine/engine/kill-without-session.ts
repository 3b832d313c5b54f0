/** The kill switch while no session runs: it latches here, and the account of the chosen profile is canceled over REST. */
import type { ProfileName } from '../contract/records.ts';
import type { Clock } from '../lib/clock.ts';
import { within } from '../lib/within.ts';

/** How a venue stands that was asked to cancel everything. */
export type CancelProgress = {
  readonly canceled: number;
  /** The venue has shown, twice, that nothing is open. */
  readonly verified: boolean;
  readonly problem: string;
};

/** Cancels the profile's account and resolves when nothing is open there, or it must not go on. Never throws. */
export type CancelAccount = (
  profile: ProfileName,
  ports: { readonly stopReason: () => string; readonly onProgress: (progress: CancelProgress) => void },
) => Promise<CancelProgress>;

export type KillWithoutSessionOptions = {
  readonly clock: Clock;
  readonly cancelAccount: CancelAccount;
  /** For the operator's log. */
  readonly note: (text: string) => void;
};

/** Longest that an answer to a kill waits for the venue; the cancels go on. Windows wait 5 s for theirs. */
const ANSWER_US = 3_000_000;

export class KillWithoutSession {
  readonly #options: KillWithoutSessionOptions;
  #isOn = false;
  #isStopped = false;
  #run: Promise<unknown> | undefined;
  #progress: CancelProgress | undefined;

  constructor(options: KillWithoutSessionOptions, isOn: boolean) {
    this.#options = options;
    this.#isOn = isOn;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Open orders that the venue showed; undefined until it has shown that there are none. */
  get verifiedOpenOrders(): number | undefined {
    return this.#progress?.verified === true ? 0 : undefined;
  }

  /** Why it is not known that nothing is open; empty: it is, or nothing was asked. */
  get problem(): string {
    return this.#isOn && this.#progress?.verified === false ? this.#progress.problem : '';
  }

  /**
   * Latches at once and cancels what the profile's account has open.
   * @returns what the venue had canceled by the time that it answered, or had long enough to.
   */
  async throw(profile: ProfileName | undefined): Promise<CancelProgress> {
    this.#isOn = true;
    if (profile === undefined) return { canceled: 0, verified: true, problem: '' };
    await within(this.#options.clock, ANSWER_US, this.#cancel(profile), undefined);
    return this.#progress ?? { canceled: 0, verified: false, problem: 'the venue has not answered yet' };
  }

  /** Goes on canceling for a latch that an earlier engine left. */
  resume(profile: ProfileName): void {
    if (this.#isOn && this.#progress?.verified !== true) void this.#cancel(profile);
  }

  /** The latch alone: what may have been asked of a venue ends with it. */
  release(): void {
    this.#isOn = false;
    this.#progress = undefined;
  }

  /** Ends with the try that is under way. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await within(this.#options.clock, ANSWER_US, this.#run ?? Promise.resolve(), undefined);
  }

  /** Resolves with the first try; another kill meanwhile waits for the next. */
  #cancel(profile: ProfileName): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#run ?? Promise.resolve();
      // One after the other: a kill that follows a re-arming cancels once more.
      this.#run = before.then(async () => {
        const end = await this.#options.cancelAccount(profile, {
          stopReason: () => (this.#isStopped ? 'the engine stops' : this.#isOn ? '' : 're-armed'),
          onProgress: (progress) => {
            this.#take(progress);
            resolve();
          },
        });
        this.#take(end);
        resolve();
      });
    });
  }

  #take(progress: CancelProgress): void {
    const before = this.#progress?.problem ?? '';
    this.#progress = progress;
    const { verified, canceled, problem } = progress;
    if (verified)
      this.#options.note(`killed without a session: ${canceled} orders canceled, nothing is open`);
    else if (problem !== before) this.#options.note(`KILL NOT VERIFIED: ${problem}; it is tried again`);
  }
}
