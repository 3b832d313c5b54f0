/**
 * What each venue lists is read again while a session runs, one venue at a time and each every ten minutes: books, cycles and
 * rates are made at the start for the pairs of then, and pairs that the venue lists since join by a new start (rejoin.ts).
 */
import type { VenueName } from '../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';

/** Far within the limits of every venue: where calls have a weight, these have 100 of the 6,000 of one minute. */
const PERIOD_US: DurationUs = 600 * US_PER_SECOND;
/** The activity by which pairs are chosen is that of 24 hours. */
const CHOICE_AGE_US: DurationUs = 86_400 * US_PER_SECOND;

export type ListedVenue = {
  readonly venue: VenueName;
  readonly title: string;
  /** Symbols that would join by now. Rejects when the venue cannot be asked. */
  readonly read: (isChoiceOld: boolean) => Promise<readonly string[]>;
};

export class ListingWatch {
  readonly #clock: Clock;
  readonly #venues: readonly ListedVenue[];
  readonly #joining = new Map<VenueName, readonly string[]>();
  #startedUs: TimeUs = 0;
  #cancel: () => void = () => undefined;
  #isStopped = false;

  constructor(clock: Clock, venues: readonly ListedVenue[]) {
    this.#clock = clock;
    this.#venues = venues;
  }

  start(): void {
    this.#startedUs = this.#clock.nowUs();
    this.#schedule(0);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Symbols that join this venue's at the next start, as it answered last. */
  joining(venue: VenueName): readonly string[] {
    return this.#joining.get(venue) ?? [];
  }

  /** The venues at which any pair joins. */
  get found(): readonly { readonly title: string; readonly symbols: readonly string[] }[] {
    return this.#venues
      .map(({ venue, title }) => ({ title, symbols: this.joining(venue) }))
      .filter(({ symbols }) => symbols.length > 0);
  }

  #schedule(at: number): void {
    const next = this.#venues[at];
    if (next === undefined || this.#isStopped) return;
    const dueUs = this.#clock.nowUs() + PERIOD_US / this.#venues.length;
    this.#cancel = this.#clock.schedule(dueUs, () => void this.#read(next, (at + 1) % this.#venues.length));
  }

  async #read({ venue, read }: ListedVenue, next: number): Promise<void> {
    try {
      const isChoiceOld = this.#clock.nowUs() - this.#startedUs >= CHOICE_AGE_US;
      this.#joining.set(venue, await read(isChoiceOld));
    } catch {
      // What was read last stands; the feed and the clock say what is wrong with the venue.
    }
    this.#schedule(next);
  }
}
