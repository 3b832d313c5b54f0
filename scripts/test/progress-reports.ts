/** Counts that the test runners send to `npm test` while they run, over the channel between parent and child process. */
import { z } from 'zod';

const count = z.object({ done: z.number(), total: z.number(), share: z.number().min(0).max(1) });
const countMessage = z.object({ parallaxTests: count });

/** How many are done, and how much of all the work that is, 0 to 1. */
export type Count = Readonly<z.infer<typeof count>>;

/** In the runner's process: counts what ends, and sends it. */
export class Counter {
  readonly #weights: readonly number[];
  readonly #sender: (message: object) => void;
  #done = 0;
  #doneWeight = 0;

  /** @param weights of all that will run: how long each takes beside the others. */
  constructor(weights: readonly number[], sender = (message: object): void => void process.send?.(message)) {
    this.#weights = weights;
    this.#sender = sender;
    this.#send();
  }

  /** One has ended. @param weight as it was given at the start. */
  ended(weight: number): void {
    this.#done++;
    this.#doneWeight += weight;
    this.#send();
  }

  #send(): void {
    const total = this.#weights.length;
    const all = this.#weights.reduce((sum, weight) => sum + weight, 0);
    // Sums of fractions may end a little above.
    const share = all > 0 ? Math.min(1, this.#doneWeight / all) : 0;
    this.#sender({ parallaxTests: { done: this.#done, total, share } satisfies Count });
  }
}

/** In ours: the counts of a message; undefined for any other message. */
export function countOf(message: unknown): Count | undefined {
  return countMessage.safeParse(message).data?.parallaxTests;
}
