/**
 * How book messages of a live market reach the kernel. As a rule each is taken into its book and looked at in one go.
 * While the event loop is behind, every message still goes into its book, for none can be left out; but what an
 * instrument's cycles yield is looked at once for all the messages that waited. Orders and fills never come this way.
 */
import type { InstrumentId } from '../domain/ids.ts';
import type { BookUpdate } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { StageMeter } from './stage-meter.ts';

/** How a live run keeps up. Replays have none: they look at every message. */
export type Pace = {
  readonly meter: StageMeter;
  /** True while inputs wait longer than they should. */
  readonly isBehind: boolean;
  /** True when the loop has just resumed after it was blocked: what is read then was sent long ago. */
  hasStoodStill(nowUs: TimeUs): boolean;
  /** Calls back when what has arrived by now is taken in. */
  afterTurn(run: () => void): void;
};

export class BookIntake {
  /** Messages that were not looked at by themselves, as a later one of the same instrument came along. */
  conflated = 0;
  readonly #kernel: Kernel;
  readonly #pace: Pace;
  /** Looks at the books of these instruments, as one input. */
  readonly #look: (instrumentIds: readonly InstrumentId[]) => void;
  readonly #isWaiting: Uint8Array;
  #waiting: InstrumentId[] = [];

  constructor(kernel: Kernel, pace: Pace, look: (instrumentIds: readonly InstrumentId[]) => void) {
    this.#kernel = kernel;
    this.#pace = pace;
    this.#look = look;
    this.#isWaiting = new Uint8Array(kernel.config.instruments.length);
  }

  take(update: BookUpdate): void {
    // Nothing is traded on it: the pace keeper asks for fresh books.
    if (this.#pace.hasStoodStill(update.receivedUs)) this.#kernel.takeBook(update);
    else if (this.#pace.isBehind) this.#putOff(update);
    else if (this.#pace.meter.isSampling) this.#timed(update);
    else this.#kernel.step(update);
  }

  #timed(update: BookUpdate): void {
    const { meter } = this.#pace;
    meter.reached('parsed');
    const isNews = this.#kernel.takeBook(update);
    meter.reached('book');
    if (!isNews) return;
    this.#kernel.look(update.instrumentId, update.receivedUs);
    meter.reached('decided');
  }

  #putOff(update: BookUpdate): void {
    const { instrumentId } = update;
    if (!this.#kernel.takeBook(update)) return;
    if (this.#isWaiting[instrumentId] === 1) {
      this.conflated++;
      return;
    }
    this.#isWaiting[instrumentId] = 1;
    if (this.#waiting.push(instrumentId) === 1) this.#pace.afterTurn(() => this.#lookAtAll());
  }

  #lookAtAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const id of waiting) this.#isWaiting[id] = 0;
    this.#look(waiting);
  }
}
