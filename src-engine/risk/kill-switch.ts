import type { VenueName } from '../domain/ids.ts';

/** The latch. On until an operator re-arms it; a restart finds it as it was left. */
export class KillSwitch {
  #on: boolean;
  #trips = 0;
  readonly #venues: readonly VenueName[];
  /** Open orders of ours that each venue showed when it was last asked after the kill. */
  readonly #shown = new Map<VenueName, number>();

  /** Why a venue could not be asked, when it was last tried. */
  readonly #problems = new Map<VenueName, string>();

  /** @param venues that must all show no open order before a kill is verified. */
  constructor(on: boolean, venues: readonly VenueName[]) {
    this.#on = on;
    this.#venues = venues;
  }

  get isOn(): boolean {
    return this.#on;
  }

  /** How often it was thrown: what was decided before the last time must not be sent, re-armed or not. */
  get trips(): number {
    return this.#trips;
  }

  /** Open orders over all venues; undefined until each has answered. */
  get verifiedOpenOrders(): number | undefined {
    let total = 0;
    for (const venue of this.#venues) {
      const shown = this.#shown.get(venue);
      if (shown === undefined) return undefined;
      total += shown;
    }
    return total;
  }

  /** Venues that must all show it. */
  get venues(): readonly VenueName[] {
    return this.#venues;
  }

  /** Venues that have not shown yet that nothing is open there. */
  get unverified(): readonly VenueName[] {
    return this.#venues.filter((venue) => this.#shown.get(venue) !== 0);
  }

  /** Open orders that a venue showed after the kill; undefined: it has not answered. */
  shownBy(venue: VenueName): number | undefined {
    return this.#shown.get(venue);
  }

  /** Why a venue could not be asked; empty: nothing went wrong there. */
  problemOf(venue: VenueName): string {
    return this.#problems.get(venue) ?? '';
  }

  trip(): void {
    this.#on = true;
    this.#trips++;
    this.#shown.clear();
    this.#problems.clear();
  }

  /** The venue was asked and showed this many orders of the account, those placed elsewhere too. */
  verify(venue: VenueName, openOrders: number): void {
    this.#shown.set(venue, openOrders);
    this.#problems.delete(venue);
  }

  /** The venue could not be asked to cancel, or what is open. */
  fail(venue: VenueName, problem: string): void {
    this.#problems.set(venue, problem);
  }

  /** Why it is not known that nothing is open; empty: nothing went wrong. */
  get problem(): string {
    return [...this.#problems].map(([venue, problem]) => `${venue}: ${problem}`).join('; ');
  }

  rearm(): void {
    this.#on = false;
    this.#shown.clear();
    this.#problems.clear();
  }
}
