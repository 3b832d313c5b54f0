/** One change after another: each begins when the one before has ended, well or not. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work, work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when all that was begun so far has ended. */
  get ended(): Promise<unknown> {
    return this.#last;
  }
}
