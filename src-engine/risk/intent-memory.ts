import type { IntentId } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import { INTENT_MEMORY_US } from './checks/duplicate-intent.ts';

/** Intents of the last 60 minutes, oldest first; bounded by time, and so by the message throttle. */
export class IntentMemory {
  readonly #seen = new Map<IntentId, TimeUs>();

  seenAt(intentId: IntentId): TimeUs | undefined {
    return this.#seen.get(intentId);
  }

  remember(intentId: IntentId, nowUs: TimeUs): void {
    this.#seen.set(intentId, nowUs);
    for (const [oldest, atUs] of this.#seen) {
      if (nowUs - atUs <= INTENT_MEMORY_US) break;
      this.#seen.delete(oldest);
    }
  }
}
