import type { OrderId } from '../../../domain/ids.ts';
import type { DurationUs, TimeUs } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { PrivateFeed } from './private-feed.ts';
import type { PrivateRest } from './private-rest.ts';
import { cancelAll } from './trading-requests.ts';

export type CancelEverythingOptions = {
  readonly clock: Clock;
  readonly feed: PrivateFeed;
  readonly rest: PrivateRest;
  /** Until when a placement may still reach the venue. */
  readonly doubtUntilUs: () => TimeUs;
  readonly onOpenOrders: (orderIds: readonly OrderId[]) => void;
  /** The venue did not answer, or refused; another try follows. */
  readonly onFailed: (reason: string) => void;
};

/** The answer to "cancel all" on the socket may take this long; then REST is tried. */
const ANSWER_MS = 400;
/** How often placements under way are looked at. */
const POLL_US = 20_000;
/** First and longest wait before another try while the venue cannot be asked. */
const RETRY_US = 500_000;
const MAX_RETRY_US = 5_000_000;

/**
 * Cancels every order and finds out whether that is so: the cancel leaves at once, over the socket or else by REST;
 * then the venue is asked what is open, until it answers. A placement that is still on its way could come to rest
 * after the question, so the question waits until its answer is here or its deadline has passed.
 */
export class CancelEverything {
  readonly #options: CancelEverythingOptions;
  /** Somebody waits for an answer that was asked after the last cancel. */
  #isWanted = false;
  /** The socket did not confirm the last cancel. */
  #mustCancel = false;
  #isRunning = false;
  #isStopped = false;

  constructor(options: CancelEverythingOptions) {
    this.#options = options;
  }

  /** May be called again at any time: another cancel leaves at once, and another answer follows. */
  start(): void {
    const sent = this.#options.feed.send(cancelAll(), ANSWER_MS, (answer) =>
      this.#want(answer.kind !== 'done'),
    );
    if (!sent) this.#want(true);
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
    const { rest, clock, doubtUntilUs, onOpenOrders } = this.#options;
    if (this.#mustCancel) await rest.cancelAll();
    this.#mustCancel = false;
    let hadDoubt = false;
    while (doubtUntilUs() > clock.nowUs() && !this.#isStopped) {
      hadDoubt = true;
      await this.#sleep(POLL_US);
    }
    // What was under way may rest by now.
    if (hadDoubt) await rest.cancelAll();
    onOpenOrders(await rest.openOrderIds());
  }

  async #sleep(us: DurationUs): Promise<void> {
    const { clock } = this.#options;
    await new Promise<void>((resolve) => clock.schedule(clock.nowUs() + us, resolve));
  }
}
