/** Mutants of `src-engine/risk` that make no difference, see `equivalent.ts`. */
import type { Equivalent } from './equivalent-row.ts';

export const EQUIVALENT_RISK: readonly Equivalent[] = [
  {
    file: 'src-engine/risk/related.ts',
    code: 'return (this.#samples.correlation(one.id, two.id) ?? 0) * one.sign * two.sign >= correlation;',
    changes: ['* → /', '* → / #2'],
    reason: 'a sign is 1 or −1: to divide by it is to multiply with it',
  },
  {
    file: 'src-engine/risk/sizing.ts',
    code: 'this.#askedAt = new Float64Array(instruments.length).fill(-1);',
    changes: ['1 → 2'],
    reason: 'stands for never asked: no count of samples is below zero',
  },
  {
    file: 'src-engine/risk/exposure.ts',
    code: 'if (compare(total, opened ?? ZERO) <= 0) return ZERO;',
    changes: ['<= → <'],
    reason: 'what is as much as it was opened with leaves zero either way',
  },
  {
    file: 'src-engine/risk/kelly.ts',
    code: 'const { wins, losses, won, lost } = profitHome.gt(0)',
    changes: ['gt → gte'],
    reason: 'a profit of zero has been left out before',
  },
  {
    file: 'src-engine/risk/kelly.ts',
    code: 'return f > 0 ? Math.min(1, f) : 0;',
    changes: ['> → >=', '1 → 2'],
    reason: 'of zero either is zero, and the fraction is never above the share of wins',
  },
  {
    file: 'src-engine/risk/checks/price-collar.ts',
    code: 'if (count === 0 || units === undefined || !(units > 0)) {',
    changes: ['|| → && #2', '> → >='],
    reason: 'no level of a book has a price of zero, and each that is counted has one',
  },
  {
    file: 'src-engine/risk/checks/reference-price.ts',
    code: 'if (mid.gt(0) && away.isFinite() && away.lte(mid.times(limits.referenceCollarBps))) return undefined;',
    changes: ['gt → gte'],
    reason: 'of a mid of zero any price of an order is further away than nothing',
  },
  {
    file: 'src-engine/risk/arming.ts',
    code: '#completed = 0;',
    changes: ['0 → 1'],
    reason: 'set when a canary is sent, and read of a canary only',
  },
  {
    file: 'src-engine/risk/mid-samples.ts',
    code: 'const endsBar = nowUs !== undefined && ++this.#barSamples % SAMPLES_PER_BAR === 0;',
    changes: ['++ → --'],
    reason: 'counted down it comes to a multiple after as many samples',
  },
  {
    file: 'src-engine/risk/sizing.ts',
    code: 'this.#askedAt.fill(-1);',
    changes: ['1 → 2'],
    reason: 'stands for never asked: no count of samples is below zero',
  },
  {
    file: 'src-engine/risk/breaker.ts',
    code: 'sinceUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'read of a breaker that is not closed only, which has moved since',
  },
  {
    file: 'src-engine/risk/breaker.ts',
    code: '#passes = 0;',
    changes: ['0 → 1'],
    reason: 'counted in a trial only, which begins with none',
  },
  {
    file: 'src-engine/risk/escalation.ts',
    code: "return lossPct.gte(limits.cautionLossPct) ? 'caution' : 'normal';",
    changes: ["'normal' → 'other'"],
    reason: 'what is no level is above none: the level stays',
  },
  {
    file: 'src-engine/risk/mid-samples.ts',
    code: '#head = 0;',
    changes: ['0 → 1'],
    reason: 'where in the ring the first sample lies makes no difference to what is read of it',
  },
  {
    file: 'src-engine/risk/mid-samples.ts',
    code: 'for (let id = 0; id < this.#syncs.length; id++) this.#takeMid(id, nowUs);',
    changes: ['< → <='],
    reason: 'no book has that number',
  },
  {
    file: 'src-engine/risk/mid-samples.ts',
    code: 'for (let id = 0; id < this.#syncs.length; id++) {',
    changes: ['< → <='],
    reason: 'no book has that number: nothing is written behind the end of an array of numbers',
  },
  {
    file: 'src-engine/risk/mid-samples.ts',
    code: 'sum += move;',
    changes: ['+= → -='],
    reason: 'only its square is read',
  },
  {
    file: 'src-engine/risk/risk-monitor.ts',
    code: '#nextRecordUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: 'src-engine/risk/risk-monitor.ts',
    code: '#seen = 0;',
    changes: ['0 → 1'],
    reason: 'set before the first list is looked at',
  },
  {
    file: 'src-engine/risk/risk-monitor.ts',
    code: 'for (; this.#seen < events.length; this.#seen++) {',
    changes: ['< → <='],
    reason: 'behind the last event of a list there is none',
  },
  {
    file: 'src-engine/risk/sizing.ts',
    code: '#nextUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: 'src-engine/risk/sizing.ts',
    code: 'this.#nextUs = 0;',
    changes: ['0 → 1'],
    reason: 'a time before all times of a run',
  },
  {
    file: 'src-engine/risk/throttle.ts',
    code: '#updatedUs: TimeUs = 0;',
    changes: ['0 → 1'],
    reason: 'a bucket that is full stays full',
  },
];
