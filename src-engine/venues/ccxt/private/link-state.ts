/** Whether orders can be seen: there is a process, the venue answers it, and questions about orders are answered. Reported when it changes. */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';

export type LinkStateOptions = {
  readonly clock: Clock;
  /** Whether there is a process. */
  readonly isOpen: () => boolean;
  /** No order is asked about: nothing else would show that the venue answers again. */
  readonly isIdle: () => boolean;
  /** Asks the venue something. Rejects when it does not answer. */
  readonly look: () => Promise<void>;
  readonly report: (state: 'up' | 'down', reason: string) => void;
};

/** Orders that cannot be asked about for so long are not seen any more. */
const BLIND_US: DurationUs = 10 * US_PER_SECOND;
/** While they are not, the venue is asked again so long after its last answer. */
const AGAIN_US: DurationUs = US_PER_SECOND;

export class LinkState {
  readonly #options: LinkStateOptions;
  #state: 'up' | 'down' | undefined;
  /** Since when orders could not be asked about; undefined: they can. */
  #blindUs: TimeUs | undefined;
  #isLooking = false;
  #isStopped = false;
  #cancelTimer: () => void = () => undefined;

  constructor(options: LinkStateOptions) {
    this.#options = options;
  }

  /** The process is there: orders are seen once the venue has answered it. */
  begin(): void {
    this.#cancelTimer();
    void this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  /** A question about an order was answered. */
  onSeen(): void {
    this.#blindUs = undefined;
    if (this.#options.isOpen()) this.#report('up', '');
  }

  /** A question about an order was not answered. */
  onBlind(reason: string): void {
    const nowUs = this.#options.clock.nowUs();
    this.#blindUs ??= nowUs;
    if (nowUs - this.#blindUs < BLIND_US) return;
    this.onDown(reason);
    this.#lookLater();
  }

  /** No order is asked about any more: what failed before says nothing of the next one. */
  onIdle(): void {
    this.#blindUs = undefined;
  }

  onDown(reason: string): void {
    this.#report('down', reason);
  }

  /** One at a time: a process that starts again meanwhile needs no second one. */
  async #look(): Promise<void> {
    if (this.#isLooking || this.#isStopped) return;
    this.#isLooking = true;
    try {
      await this.#options.look();
      this.onSeen();
    } catch (error) {
      this.onDown(error instanceof Error ? error.message : String(error));
    }
    this.#isLooking = false;
    if (this.#state !== 'up') this.#lookLater();
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    const { clock, isOpen, isIdle } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = clock.schedule(clock.nowUs() + AGAIN_US, () => {
      // Without a process the next one begins.
      if (this.#state === 'up' || !isOpen()) return;
      if (this.#blindUs === undefined || isIdle()) void this.#look();
      else this.#lookLater();
    });
  }

  #report(state: 'up' | 'down', reason: string): void {
    if (this.#state === state || this.#isStopped) return;
    this.#state = state;
    this.#options.report(state, reason);
  }
}
