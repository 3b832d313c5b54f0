import type { DurationUs } from './time.ts';

/** The wait before another try: twice as long after each further failure, up to the longest. */
export class DoublingWait {
  readonly #first: DurationUs;
  readonly #longest: DurationUs;
  #next: DurationUs;

  constructor({ first, longest }: { readonly first: DurationUs; readonly longest: DurationUs }) {
    this.#first = first;
    this.#longest = longest;
    this.#next = first;
  }

  /** A try failed. @returns how long to wait now. */
  failed(): DurationUs {
    const now = this.#next;
    this.#next = Math.min(this.#longest, now * 2);
    return now;
  }

  /** A try went well: the next wait is the first again. */
  reset(): void {
    this.#next = this.#first;
  }
}
