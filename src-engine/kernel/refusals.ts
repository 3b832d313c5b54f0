/** Reasons for which risk refused what pays: each is reported once in the life of an opportunity. */
import type { OpportunityTracker } from '../detection/opportunity-tracker.ts';
import type { Outbox } from '../domain/effect.ts';
import type { CycleId } from '../domain/ids.ts';
import type { Cycle } from '../domain/opportunity.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Denial, DenialCode } from '../risk/check.ts';

export class Refusals {
  readonly #tracker: OpportunityTracker;
  readonly #outbox: Outbox;
  readonly #reported = new Map<CycleId, Set<DenialCode>>();

  constructor(tracker: OpportunityTracker, outbox: Outbox) {
    this.#tracker = tracker;
    this.#outbox = outbox;
  }

  /** Of a cycle whose opportunity is open. */
  report({ id, venue, path }: Cycle, denial: Denial, nowUs: TimeUs): void {
    const reported = this.#reported.get(id) ?? new Set();
    this.#reported.set(id, reported);
    if (reported.has(denial.code)) return;
    reported.add(denial.code);
    const { opportunityId } = this.#tracker.recordOf(id);
    this.#outbox.emit({ type: 'opportunityDenied', atUs: nowUs, opportunityId, venue, path, ...denial });
  }

  /** The opportunity closed. */
  forget(id: CycleId): void {
    this.#reported.delete(id);
  }
}
