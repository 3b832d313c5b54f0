/** Requests over one connection that wait for the venue's answer: each ends once, with the answer or with the doubt that there is none. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';

/** No answer in time, or the connection ended first: the venue may have carried it out. */
export type Silent = { readonly kind: 'silent'; readonly reason: string };

type Pending<A> = {
  readonly method: string;
  readonly sentUs: TimeUs;
  readonly stop: () => void;
  readonly end: (answer: A | Silent) => void;
};

/** Most requests without an answer. */
const MAX_PENDING = 1_000;

/** `A`: what the venue answers. */
export class PendingRequests<A> {
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending<A>>();
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Sends a request under an id of its own; `end` follows exactly once, never within the call.
   * @param send false: there is no connection.
   * @returns false when nothing was sent, and nothing follows.
   */
  open(
    method: string,
    timeoutMs: number,
    send: (id: number) => boolean,
    end: (answer: A | Silent) => void,
  ): boolean {
    if (this.#pending.size >= MAX_PENDING) return false;
    const id = ++this.#lastId;
    const sentUs = this.#clock.nowUs();
    if (!send(id)) return false;
    const stop = this.#clock.schedule(sentUs + timeoutMs * US_PER_MS, () => {
      this.#pending.delete(id);
      end({ kind: 'silent', reason: `no answer to ${method} within ${timeoutMs} ms` });
    });
    this.#pending.set(id, { method, sentUs, stop, end });
    return true;
  }

  /** The request that an answer belongs to, which waits no longer; undefined: none waits for it, or not any more. */
  take(id: number): Pick<Pending<A>, 'method' | 'sentUs' | 'end'> | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    pending?.stop();
    return pending;
  }

  /** The connection ended before their answers. */
  endAll(reason: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { stop, end } of pending) {
      stop();
      end({ kind: 'silent', reason: `the connection ended before the answer: ${reason}` });
    }
  }
}
