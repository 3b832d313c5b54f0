/**
 * The kill switch of accounts that no session holds: it latches here, and each of them is canceled over REST. While a session
 * runs these are the venues of its plan that it could not begin with.
 */
import type { ProfileName } from '../../contract/records.ts';
import type { VenueName } from '../../domain/ids.ts';
import type { Clock } from '../../lib/clock.ts';
import { within } from '../../lib/within.ts';
import type { CancelScope } from './cancel-scope.ts';

/** How a venue stands that was asked to cancel everything. */
export type CancelProgress = {
  readonly venue: VenueName;
  readonly title: string;
  readonly canceled: number;
  /** How often it was asked; 0: not yet. */
  readonly attempts: number;
  /** The venue has shown, twice, that nothing is open. */
  readonly verified: boolean;
  readonly problem: string;
};

export type CancelPorts = {
  /** Venues whose accounts a session holds: it cancels there itself. */
  readonly except: ReadonlySet<VenueName>;
  /** True: of the plan's venues alone. */
  readonly isInSession: boolean;
  /** Why it must not go on; empty: it may. */
  readonly stopReason: () => string;
  /** Called after every try at any venue, with how all of them stand. */
  readonly onProgress: (progress: readonly CancelProgress[]) => void;
};

/** Cancels the profile's accounts and resolves when nothing is open at any, or it must not go on. Never throws. */
export type CancelAccounts = (profile: ProfileName, ports: CancelPorts) => Promise<readonly CancelProgress[]>;

export type KillWithoutSessionOptions = {
  readonly clock: Clock;
  readonly cancelAccounts: CancelAccounts;
  readonly scope: Pick<CancelScope, 'holder'>;
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
  #progress: readonly CancelProgress[] | undefined;

  constructor(options: KillWithoutSessionOptions, isOn: boolean) {
    this.#options = options;
    this.#isOn = isOn;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** How each venue stands that was asked; undefined: none was, or none has answered. */
  get progress(): readonly CancelProgress[] | undefined {
    return this.#progress;
  }

  /** Open orders that the venues showed; undefined until each has shown that there are none. */
  get verifiedOpenOrders(): number | undefined {
    return this.#progress?.every(({ verified }) => verified) === true ? 0 : undefined;
  }

  /** Why it is not known that nothing is open; empty: it is, or nothing was asked. */
  get problem(): string {
    return this.#isOn ? problemOf(this.#progress ?? []) : '';
  }

  /**
   * Latches at once and cancels what the profile's accounts have open.
   * @param held venues whose accounts a session cancels itself; undefined: no session runs.
   * @returns what each venue had canceled by the time that it answered, or had long enough to.
   */
  async throw(
    profile: ProfileName | undefined,
    held?: ReadonlySet<VenueName>,
  ): Promise<readonly CancelProgress[] | undefined> {
    this.#isOn = true;
    if (profile === undefined) return [];
    await within(this.#options.clock, ANSWER_US, this.#cancel(profile, held), undefined);
    return this.#progress;
  }

  /** Goes on canceling for a latch that an earlier engine left. */
  resume(profile: ProfileName): void {
    if (this.#isOn && this.verifiedOpenOrders !== 0) void this.#cancel(profile, undefined);
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

  /** Resolves when each venue was tried once; another kill meanwhile waits for the next. */
  #cancel(profile: ProfileName, held: ReadonlySet<VenueName> | undefined): Promise<void> {
    return new Promise((resolve) => {
      const before = this.#run ?? Promise.resolve();
      // One after the other: a kill that follows a re-arming cancels again.
      this.#run = before.then(async () => {
        const end = await this.#options.cancelAccounts(profile, {
          except: held ?? new Set(),
          isInSession: held !== undefined,
          stopReason: () => this.#stopReason(),
          onProgress: (progress) => {
            this.#take(progress);
            if (progress.every(({ attempts, problem }) => attempts > 0 || problem !== '')) resolve();
          },
        });
        this.#take(end);
        resolve();
      });
    });
  }

  #stopReason(): string {
    if (this.#isStopped) return 'the engine stops';
    if (!this.#isOn) return 're-armed';
    const { holder } = this.#options.scope;
    return holder === '' ? '' : `the accounts are traded by ${holder}`;
  }

  #take(progress: readonly CancelProgress[]): void {
    const before = new Map((this.#progress ?? []).map((one) => [one.venue, one]));
    this.#progress = progress;
    for (const { venue, title, verified, canceled, problem } of progress) {
      const earlier = before.get(venue);
      if (verified && earlier?.verified !== true)
        this.#options.note(
          `killed without a session: ${canceled} orders canceled at ${title}, nothing is open`,
        );
      else if (!verified && problem !== '' && problem !== earlier?.problem)
        this.#options.note(`KILL NOT VERIFIED at ${title}: ${problem}; retrying`);
    }
  }
}

/** Of all venues that have one; each is named where several were asked. */
function problemOf(progress: readonly CancelProgress[]): string {
  const failed = progress.filter(({ verified, problem }) => !verified && problem !== '');
  if (progress.length === 1) return failed[0]?.problem ?? '';
  return failed.map(({ title, problem }) => `${title}: ${problem}`).join('; ');
}
