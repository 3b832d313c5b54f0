/** The carries of a recorded session, made anew from what they were given: the same machine over the books of a replay. */
import type { BookStore } from '../../books/book-store.ts';
import type { Clock } from '../../lib/clock.ts';
import type { CarryInput, ChosenCarry, RecordedCarry } from '../../strategies/carry/carry-calls.ts';
import { CarryDesk, keyOf } from './carry-desk.ts';

/** Minutes come as calls. */
const STILL: Clock = { nowUs: () => 0, schedule: () => () => undefined };

export class CarryReplay {
  readonly #store: BookStore;
  readonly #spots = new Map<string, ChosenCarry['spot']>();
  readonly #stored: (readonly RecordedCarry[])[] = [];
  #desk: CarryDesk | undefined;

  /** @param store of the replay. */
  constructor(store: BookStore) {
    this.#store = store;
  }

  /** @returns what they store in this call, in order. */
  take(call: CarryInput): readonly (readonly RecordedCarry[])[] {
    this.#stored.length = 0;
    if (call.call === 'carry-begin' || call.call === 'carry-set')
      for (const line of call.lines) this.#spots.set(keyOf(line), line.spot);
    switch (call.call) {
      case 'carry-begin':
        this.#desk = this.#made(call.lines);
        break;
      case 'carry-set':
        this.#desk?.set(call.lines);
        break;
      case 'carry-batch':
        this.#desk?.take(call.venue, call);
        break;
      case 'carry-step':
        this.#desk?.step(call.atUs);
        break;
      case 'carry-end':
        this.#desk?.stop();
    }
    return [...this.#stored];
  }

  #made(lines: readonly RecordedCarry[]): CarryDesk {
    const store = this.#store;
    return new CarryDesk({
      clock: STILL,
      store,
      spotOf: (line) => {
        const spot = this.#spots.get(keyOf(line));
        return store.instruments.find(({ venue, symbol }) => venue === spot?.venue && symbol === spot.symbol);
      },
      lines,
      save: (stored) => this.#stored.push(stored),
    });
  }
}
