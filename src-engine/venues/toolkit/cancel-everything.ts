import type { DurationUs, TimeUs } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';

export type CancelEverythingOptions = {
  readonly clock: Clock;
  /**
   * Cancels over the private connection. `onAnswer` follows once, with whether the venue confirmed it; false: there is no
   * connection, nothing was sent and nothing follows.
   */
  readonly sendCancel: (onAnswer: (isConfirmed: boolean) => void) => boolean;
  /** Cancels every order by a way of its own. @throws Error when the venue did not confirm it. */
  readonly cancelAll: () => Promise<void>;
  /** Orders that the venue shows open on the account, those placed elsewhere too. @throws Error when it cannot be asked. */
  readonly countOpen: () => Promise<number>;
  /** Until when a placement may still reach the venue. */
  readonly doubtUntilUs: () => TimeUs;
  readonly onOpenOrders: (count: number) => void;
  /** The venue did not answer, or refused; another try follows. */
  readonly onFailed: (reason: string) => void;
};

/** The answer to "cancel all" on the private connection may take this long; then the other way is tried. */
export const CANCEL_ANSWER_MS = 400;
/** How often placements under way are looked at. */
const POLL_US = 20_000;
/** First and longest wait before another try while the venue cannot be asked. */
const RETRY_US = 500_000;
const MAX_RETRY_US = 5_000_000;

/**
 * Cancels every order and finds out whether that is so: the cancel leaves at once, over the private connection or else by REST;
 * then the venue is asked what is open, until it answers. A placement that is still on its way could come to rest
 * after the question, so the question waits until its answer is here or its deadline has passed.
 */
export class CancelEverything {
  readonly #options: CancelEverythingOptions;
  /** An answer is waited for that was asked after the last cancel. */
  #isWanted = false;
  /** The private connection did not confirm the last cancel. */
  #mustCancel = false;
  #isRunning = false;
  #isStopped = false;

  constructor(options: CancelEverythingOptions) {
    this.#options = options;
  }

  /** May be called again at any time: another cancel leaves at once, and another answer follows. */
  start(): void {
    if (!this.#options.sendCancel((isConfirmed) => this.#want(!isConfirmed))) this.#want(true);
  }

  stop(): void {
    this.#isStopped = true;
  }

  #want(mustCancel: boolean): void {
    this.#isWanted = true;
    this.#mustCancel ||= mustCancel;
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let retryUs = RETRY_US;
    while (this.#isWanted && !this.#isStopped) {
      this.#isWanted = false;
      try {
        await this.#round();
        retryUs = RETRY_US;
      } catch (error) {
        this.#options.onFailed(error instanceof Error ? error.message : String(error));
        // The venue did not answer, or refused: the only way on is to try again.
        this.#isWanted = true;
        this.#mustCancel = true;
        await this.#sleep(retryUs);
        retryUs = Math.min(retryUs * 2, MAX_RETRY_US);
      }
    }
    this.#isRunning = false;
  }

  async #round(): Promise<void> {
    const { cancelAll, countOpen, clock, doubtUntilUs, onOpenOrders } = this.#options;
    if (this.#mustCancel) await cancelAll();
    this.#mustCancel = false;
    let hadDoubt = false;
    while (doubtUntilUs() > clock.nowUs() && !this.#isStopped) {
      hadDoubt = true;
      await this.#sleep(POLL_US);
    }
    // What was under way may rest by now.
    if (hadDoubt) await cancelAll();
    let count = await countOpen();
    // The private connection's cancel may reach no more than what is known here: an order placed elsewhere is left to the other way.
    if (count > 0) {
      await cancelAll();
      count = await countOpen();
    }
    onOpenOrders(count);
  }

  async #sleep(us: DurationUs): Promise<void> {
    const { clock } = this.#options;
    await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + us, resolve));
  }
}
