/** Numbers of Gemini's `depthUpdate`: by them a message is a whole book, or follows from another one. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { BookUpdate } from '../../domain/market-data.ts';

/** No message of this book has come since its subscription began. */
const UNKNOWN = -1;

export class LastNumbers {
  /** First and last number of the message in hand: doubles of their own would be objects. */
  readonly span = new Float64Array(2);
  /** Frames of ours say where subscriptions begin; recordings from before them do not. */
  isMarked = false;
  /** Of the last message of each book, by instrument. */
  #last = new Float64Array(64).fill(UNKNOWN);

  /** The next message of this book is the first one of its subscription. */
  begin(id: InstrumentId): void {
    if (id < this.#last.length) this.#last[id] = UNKNOWN;
  }

  /**
   * Gives a message the numbers of `span`. The first message of a subscription begins where it ends and is the whole book, however few
   * levels it has. A change begins with the number of the message before it, or right behind it, and may end where it begins as well.
   */
  take(update: BookUpdate): void {
    const id = update.instrumentId;
    if (id >= this.#last.length) this.#grow(id);
    const first = this.span[0] as number;
    const last = this.span[1] as number;
    const known = this.#last[id] as number;
    const follows = known !== UNKNOWN && (first === known || first === known + 1);
    this.#last[id] = last;
    // A recording without marks does not show where its connection began anew.
    update.isSnapshot = first === last && (known === UNKNOWN || !(follows || this.isMarked));
    update.seq = last;
    if (!update.isSnapshot) update.prevSeq = follows ? known : first;
  }

  #grow(id: InstrumentId): void {
    const longer = new Float64Array(2 * (id + 1)).fill(UNKNOWN);
    longer.set(this.#last);
    this.#last = longer;
  }
}
