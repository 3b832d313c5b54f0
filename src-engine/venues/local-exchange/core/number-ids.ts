import type { TimeUs } from '../../../domain/time.ts';
import type { IdSource } from './id-source.ts';

/** Ids that are numbers and count up; orders of a new start have others. */
export class NumberIds implements IdSource {
  #last: number;

  /** @param startUs when the exchange starts, by its clock. */
  constructor(startUs: TimeUs) {
    this.#last = Math.trunc(startUs / 1_000_000);
  }

  next(): string {
    return String(++this.#last);
  }
}
