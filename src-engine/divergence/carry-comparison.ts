/** Holds what carries store in a replay against what they stored in the session. */
import type { TimeUs } from '../domain/time.ts';
import type { BookStore } from '../books/book-store.ts';
import type { CarryCall, CarryInput, RecordedCarry } from '../strategies/carry/carry-calls.ts';

/** The carries of a session, made anew beside the replay's own books. */
export type ReplayedCarries = {
  /** @returns what they store in this call, in order. */
  take(call: CarryInput): readonly (readonly RecordedCarry[])[];
};

/** Makes them over the books of a replay, as the session's were over its own. */
export type MakeCarries = (store: BookStore) => ReplayedCarries;

export type CarryDifference = {
  readonly atUs: TimeUs;
  readonly given: string;
  readonly recorded: string | null;
  readonly replayed: string | null;
};

const NAMES: Readonly<Record<CarryInput['call'], string>> = {
  'carry-begin': 'the carries of the start',
  'carry-set': 'other carries',
  'carry-batch': 'a reading of perpetuals',
  'carry-step': 'a minute of the carries',
  'carry-end': 'the end of the carries',
};

export class CarryComparison {
  /** States that were equal. */
  compared = 0;
  readonly #carries: ReplayedCarries;
  /** Stored in the replay, and not yet met in the log. */
  readonly #stored: string[] = [];
  #last: CarryInput['call'] | undefined;
  #atUs: TimeUs = 0;

  constructor(carries: ReplayedCarries) {
    this.#carries = carries;
  }

  /** @returns the first difference; undefined: none until here. */
  take(call: CarryCall): CarryDifference | undefined {
    if (call.call === 'carry-stored') {
      const recorded = JSON.stringify(call.lines);
      const replayed = this.#stored.shift() ?? null;
      if (recorded !== replayed) return this.#difference(recorded, replayed);
      this.compared++;
      return undefined;
    }
    const [more] = this.#stored;
    if (more !== undefined) return this.#difference(null, more);
    this.#last = call.call;
    if ('atUs' in call) this.#atUs = call.atUs;
    else if ('receivedUs' in call) this.#atUs = call.receivedUs;
    for (const lines of this.#carries.take(call)) this.#stored.push(JSON.stringify(lines));
    return undefined;
  }

  /** The log is over. @returns what the end of the carries stores in the replay alone; a log that broke off before may lack what comes last. */
  end(): CarryDifference | undefined {
    const [more] = this.#stored;
    return more === undefined || this.#last !== 'carry-end' ? undefined : this.#difference(null, more);
  }

  #difference(recorded: string | null, replayed: string | null): CarryDifference {
    return { atUs: this.#atUs, given: this.#last === undefined ? '' : NAMES[this.#last], recorded, replayed };
  }
}
