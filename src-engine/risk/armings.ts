/** Live trading is armed venue by venue: each account shows itself with a canary of its own. */
import type { Outbox } from '../domain/effect.ts';
import type { Actor, ExecutionRecord } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import { venuesNamed } from '../domain/venue-asset.ts';
import { Arming } from './arming.ts';

export class Armings {
  /** False in a run that trades no account: nothing has to be armed. */
  readonly isNeeded: boolean;
  readonly #armings: ReadonlyMap<VenueName, Arming>;

  constructor(isNeeded: boolean, venues: readonly VenueName[], outbox: Outbox) {
    this.isNeeded = isNeeded;
    const isOne = venues.length < 2;
    this.#armings = new Map(
      venues.map((venue) => [venue, new Arming(isNeeded, outbox, isOne ? undefined : venue)]),
    );
  }

  /** @throws Error for a venue that is not of the run. */
  of(venue: VenueName): Arming {
    const arming = this.#armings.get(venue);
    if (arming === undefined) throw new Error(`${venue} is not a venue of this run`);
    return arming;
  }

  /** True while some venue is armed, fully or with a canary. */
  get isAny(): boolean {
    return [...this.#armings.values()].some(({ refusal }) => refusal === '');
  }

  /** What an execution did counts for the canary of each venue that it traded at; see `Arming.onFinished`. */
  onFinished(execution: ExecutionRecord, isWhole?: boolean): void {
    for (const venue of venuesNamed(execution.venue)) this.of(venue).onFinished(execution, isWhole);
  }

  /** @param venue undefined: all of them. */
  disarm(reason: string, actor: Actor, nowUs: TimeUs, venue?: VenueName): void {
    for (const [name, arming] of this.#armings)
      if (venue === undefined || name === venue) arming.disarm(reason, actor, nowUs);
  }
}
