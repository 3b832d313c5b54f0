/** One promise, and how it is shown. */
export type PromiseStatus = 'holds' | 'partly' | 'open';

export type PromiseRow = {
  readonly id: number;
  readonly promise: string;
  readonly status: PromiseStatus;
  /** `file › name of the test`; each must exist. */
  readonly evidence: readonly string[];
  /** What is not shown; only where the promise does not hold whole. */
  readonly missing?: string;
};

/** Thousands of seeded disasters, against the venue's own ledger and log. */
export const SIMULATION =
  'src-engine/simulation/simulation.test.ts › what must hold holds for every seed, and every kind of disaster comes up';
