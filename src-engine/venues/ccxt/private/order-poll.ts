/** How orders stand, asked again and again: ccxt's REST classes report nothing by themselves. One question at a time, the most urgent first. */
import type { OrderId } from '../../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_MS } from '../../../domain/time.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { TrackedOrder } from '../../toolkit/order-tracker.ts';

export type OrderPollOptions = {
  readonly clock: Clock;
  /** Asks how it stands. Rejects when it cannot be asked. */
  readonly ask: (order: TrackedOrder) => Promise<unknown>;
  /** Its answer; null: no list of the venue has it. */
  readonly onRow: (order: TrackedOrder, row: unknown) => void;
  readonly onFailed: (reason: string) => void;
  /** None is left to ask about. */
  readonly onIdle: () => void;
};

type Watched = { readonly order: TrackedOrder; nextUs: TimeUs; waitUs: DurationUs };

/** First wait, and the longest; each wait is twice the one before. */
const FIRST_US: DurationUs = 100 * US_PER_MS;
const LONGEST_US: DurationUs = 2_000 * US_PER_MS;
/** One that no list shows, and that the venue takes no more: it is still looked for, and leaves room for the others. */
const LONGEST_LOST_US: DurationUs = 120_000 * US_PER_MS;

export class OrderPoll {
  readonly #options: OrderPollOptions;
  readonly #watched = new Map<OrderId, Watched>();
  #isAsking = false;
  #isStopped = false;
  #cancelTimer: () => void = () => undefined;

  constructor(options: OrderPollOptions) {
    this.#options = options;
  }

  /** Looks at it soon, and then ever later, until it has ended. */
  watch(order: TrackedOrder, firstUs: DurationUs = FIRST_US): void {
    if (order.state === 'ended') return;
    const nextUs = this.#options.clock.nowUs() + firstUs;
    this.#watched.set(order.orderId, { order, nextUs, waitUs: FIRST_US });
    this.#wait();
  }

  get isIdle(): boolean {
    return this.#watched.size === 0;
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelTimer();
  }

  #wait(): void {
    if (this.#isAsking || this.#isStopped) return;
    this.#cancelTimer();
    const next = this.#next();
    if (next === undefined) return;
    this.#cancelTimer = this.#options.clock.schedule(next.nextUs, () => void this.#look(next));
  }

  #next(): Watched | undefined {
    let next: Watched | undefined;
    for (const one of this.#watched.values()) if (next === undefined || one.nextUs < next.nextUs) next = one;
    return next;
  }

  async #look(watched: Watched): Promise<void> {
    const { clock, ask, onRow, onFailed } = this.#options;
    const { order } = watched;
    this.#isAsking = true;
    let isLost = false;
    try {
      const row = await ask(order);
      isLost = row === null && order.state === 'unknown' && clock.nowUs() > order.deadlineUs;
      if (!this.#isStopped) onRow(order, row);
    } catch (error) {
      if (!this.#isStopped) onFailed(error instanceof Error ? error.message : String(error));
    }
    this.#isAsking = false;
    if (order.state === 'ended') this.#watched.delete(order.orderId);
    if (this.isIdle && !this.#isStopped) this.#options.onIdle();
    watched.waitUs = Math.min(watched.waitUs * 2, isLost ? LONGEST_LOST_US : LONGEST_US);
    watched.nextUs = clock.nowUs() + watched.waitUs;
    this.#wait();
  }
}
