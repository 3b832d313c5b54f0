/** Asks a venue once a minute for the status that its streams do not say: `online`, `maintenance`, `cancel_only`. */
import { type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { Throttled } from './throttled.ts';

export type StatusWatchOptions = {
  readonly clock: Clock;
  /** Rejects when it cannot be had: what was known stands then. */
  readonly read: () => Promise<string>;
  readonly onChange: (status: string) => void;
};

const PERIOD_US = 60 * US_PER_SECOND;

export class StatusWatch {
  readonly #options: StatusWatchOptions;
  #status = '';
  #cancel: () => void = () => undefined;
  #isStopped = true;

  constructor(options: StatusWatchOptions) {
    this.#options = options;
  }

  /** The last answer; empty before. */
  get status(): string {
    return this.#status;
  }

  start(): void {
    this.#isStopped = false;
    void this.#check();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #check(): Promise<void> {
    const { clock, read, onChange } = this.#options;
    let waitUs = PERIOD_US;
    try {
      const status = await read();
      if (this.#isStopped) return;
      // A venue that was not asked yet is taken for one that is online.
      const isNews = status !== (this.#status || 'online');
      this.#status = status;
      if (isNews) onChange(status);
    } catch (error) {
      if (error instanceof Throttled) waitUs = Math.max(waitUs, error.retryAfterMs * US_PER_MS);
    }
    this.#schedule(clock.nowUs() + waitUs);
  }

  #schedule(atUs: TimeUs): void {
    if (!this.#isStopped) this.#cancel = this.#options.clock.schedule(atUs, () => void this.#check());
  }
}
