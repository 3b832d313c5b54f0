/**
 * Finds subscriptions that a venue acknowledged and does not serve: venues acknowledge symbols of which they send nothing. A book that has
 * had no change since its order book was taken is asked for again by REST. Where the sequence went on in the meantime and the change
 * that says so does not come within a few seconds, the topic is silent. So is one that was served before, once a trade comes without a change
 * of its book. Books whose changes come cost nothing.
 */
import type { InstrumentId } from '../../domain/ids.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';

/** When a quiet book is looked at first, and at most how rarely it is later. */
const FIRST_US: DurationUs = 15 * US_PER_SECOND;
const RAREST_US: DurationUs = 240 * US_PER_SECOND;
/** How long a change may take that REST knows already. */
const GRACE_US: DurationUs = 5 * US_PER_SECOND;

type Watched = {
  /** Sequence of its last order book. */
  seq: number;
  waitUs: DurationUs;
  /** When it is looked at, or found silent. */
  dueUs: TimeUs;
  /** An order book showed that its sequence went on without a change of the stream. */
  isBehind: boolean;
};

export class SilentTopics {
  readonly #quiet = new Map<InstrumentId, Watched>();

  /** The order book of an instrument was taken, with this sequence. */
  onBook(id: InstrumentId, seq: number, nowUs: TimeUs): void {
    const known = this.#quiet.get(id);
    if (known === undefined) {
      this.#quiet.set(id, { seq, waitUs: FIRST_US, dueUs: nowUs + FIRST_US, isBehind: false });
      return;
    }
    known.isBehind = seq > known.seq;
    known.seq = seq;
    known.waitUs = Math.min(RAREST_US, known.waitUs * 2);
    known.dueUs = nowUs + (known.isBehind ? GRACE_US : known.waitUs);
  }

  /** A trade was made that no change shows yet: unless one comes soon, the order book is asked for again. @param seq that the book has come to. */
  onTrade(id: InstrumentId, seq: number, nowUs: TimeUs): void {
    if (!this.#quiet.has(id)) this.onBook(id, seq, nowUs);
  }

  /** A change of it came: its topic is served. */
  onChange(id: InstrumentId): void {
    this.#quiet.delete(id);
  }

  clear(): void {
    this.#quiet.clear();
  }

  /** @param look asks for the order book of a quiet one. @param onSilent its topic is not served. */
  tick(nowUs: TimeUs, look: (id: InstrumentId) => void, onSilent: (id: InstrumentId) => void): void {
    for (const [id, watched] of this.#quiet) {
      if (nowUs < watched.dueUs) continue;
      if (watched.isBehind) {
        this.#quiet.delete(id);
        onSilent(id);
      } else {
        watched.dueUs = nowUs + RAREST_US;
        look(id);
      }
    }
  }
}
