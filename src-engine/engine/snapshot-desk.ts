/**
 * Snapshots, one at a time for each role and one for all who wait for it: half of it is made on the thread that trades, so that
 * however many ask, and however often, it makes no more than one after the other. No client gets one that was begun before it asked.
 */
import type { Role } from '../contract/operations.ts';
import { US_PER_MS } from '../domain/time.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import type { Clock } from '../lib/clock.ts';

/** Least time from one snapshot for viewers to the next, in µs. Operators wait for the one before alone. */
const VIEWER_GAP_US = 250 * US_PER_MS;

type Make = (role: Role) => Promise<AnswerBytes>;

export class SnapshotDesk {
  readonly #lanes: Readonly<Record<Role, SnapshotLane>>;

  constructor(clock: Clock, make: Make) {
    this.#lanes = {
      operator: new SnapshotLane(clock, 0, () => make('operator')),
      viewer: new SnapshotLane(clock, VIEWER_GAP_US, () => make('viewer')),
    };
  }

  /** Whoever gets it releases it. @throws what the making throws, to all who waited for it. */
  bytes(role: Role): Promise<AnswerBytes> {
    return this.#lanes[role].bytes();
  }
}

class SnapshotLane {
  readonly #clock: Clock;
  readonly #gapUs: number;
  readonly #make: () => Promise<AnswerBytes>;
  /** The one that has not begun, and how many wait for it. */
  #next: Promise<AnswerBytes> | undefined;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  #beganUs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, gapUs: number, make: () => Promise<AnswerBytes>) {
    this.#clock = clock;
    this.#gapUs = gapUs;
    this.#make = make;
  }

  bytes(): Promise<AnswerBytes> {
    this.#waiting++;
    return (this.#next ??= this.#begin());
  }

  async #begin(): Promise<AnswerBytes> {
    await this.#last;
    await this.#gap();
    this.#next = undefined;
    const holders = this.#waiting;
    this.#waiting = 0;
    this.#beganUs = this.#clock.nowUs();
    const made = this.#make();
    this.#last = made.catch(() => undefined);
    const answer = await made;
    answer.hold(holders - 1);
    return answer;
  }

  #gap(): Promise<void> {
    const atUs = this.#beganUs + this.#gapUs;
    if (this.#clock.nowUs() >= atUs) return Promise.resolve();
    return new Promise((resolve) => this.#clock.schedule(atUs, resolve));
  }
}
