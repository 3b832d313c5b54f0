/** Books of which a message is due by some time: their topic may have fallen silent while their connection lives. */
import type { InstrumentId } from '../../domain/ids.ts';
import type { TimeUs } from '../../domain/time.ts';

export class OverdueBooks {
  /** By when a message must have come. */
  readonly #dueUs = new Map<InstrumentId, TimeUs>();

  /** A message is due by this time, or by an earlier one that is set already. */
  awaitBy(id: InstrumentId, dueUs: TimeUs): void {
    if (!this.#dueUs.has(id)) this.#dueUs.set(id, dueUs);
  }

  /** A message came; the next one is due by `nextUs`, or at no time. */
  seen(id: InstrumentId, nextUs?: TimeUs): void {
    if (nextUs !== undefined) this.#dueUs.set(id, nextUs);
    else if (this.#dueUs.size > 0) this.#dueUs.delete(id);
  }

  clear(): void {
    this.#dueUs.clear();
  }

  /** @param onOverdue is told once of each. */
  tick(nowUs: TimeUs, onOverdue: (id: InstrumentId) => void): void {
    for (const [id, dueUs] of this.#dueUs) {
      if (nowUs < dueUs) continue;
      this.#dueUs.delete(id);
      onOverdue(id);
    }
  }
}
