/** When calls of an account leave: at the pace of ccxt's throttle, in lanes, so that what trades waits for no question; and in order. */

/**
 * `orders`: placements and cancels. `kill`: lists of what is open, before all of it is canceled. `countdown`: the venue's dead-man
 * switch. `questions`: all else.
 */
export type Lane = 'orders' | 'kill' | 'countdown' | 'questions';

export type PaceOptions = {
  /** What one unit of ccxt’s costs takes; 0: calls wait for nothing. */
  readonly unitMs: number;
  /** Units that questions may owe at once, at a venue that counts up to a bound; 0 when left out: each call is paid for before the next. */
  readonly burst?: number | undefined;
  /** A clock that is never set, in ms. */
  readonly tickMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
};

type LaneState = {
  /** When what was let through is paid for. */
  freeMs: number;
  readonly passed: { readonly ms: number; readonly cost: number }[];
};

/** Usage is summed over so long. */
const USAGE_MS = 10_000;

/** Lets a call through once those before it in its lane have been paid for. Unlike ccxt's own, what is owed is paid back while nothing waits. */
export class CallPace {
  readonly #options: PaceOptions;
  readonly #lanes = new Map<Lane, LaneState>();

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** @param mostMs longest that it may wait. @returns false, at once, where it would have to wait longer: it then costs nothing. */
  async pass(lane: Lane, cost: number, mostMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const { unitMs, tickMs, wait } = this.#options;
    const state = this.#of(lane);
    const nowMs = tickMs();
    const owed = lane === 'questions' ? Math.max(0, this.#burst - cost) : 0;
    const startMs = Math.max(nowMs, state.freeMs - owed * unitMs);
    if (startMs - nowMs > mostMs) return false;
    state.freeMs = Math.max(nowMs, state.freeMs) + cost * unitMs;
    for (let leftMs = startMs - nowMs; leftMs > 0; leftMs = startMs - tickMs()) await wait(leftMs);
    this.#forget(state.passed);
    state.passed.push({ ms: tickMs(), cost });
    return true;
  }

  /** Units that the busiest lane let through in the last ten seconds, and what one lets through at most. */
  usage(): { readonly used: number; readonly limit: number } {
    const limit = Math.floor(USAGE_MS / Math.max(1, this.#options.unitMs)) + this.#burst;
    const used = Math.max(0, ...[...this.#lanes.values()].map(({ passed }) => this.#forget(passed)));
    return { used: Math.min(limit, Math.ceil(used)), limit };
  }

  get #burst(): number {
    return this.#options.burst ?? 0;
  }

  #of(lane: Lane): LaneState {
    const state = this.#lanes.get(lane) ?? { freeMs: 0, passed: [] };
    this.#lanes.set(lane, state);
    return state;
  }

  /** @returns the cost of those that are left. */
  #forget(passed: LaneState['passed']): number {
    const sinceMs = this.#options.tickMs() - USAGE_MS;
    while (passed[0] !== undefined && passed[0].ms < sinceMs) passed.shift();
    return passed.reduce((sum, { cost }) => sum + cost, 0);
  }
}

/** A call that takes longer has arrived by now, or is lost: the next one goes. */
const TURN_MS = 1_000;

/**
 * One call after the other, for a venue that refuses a nonce below one that it has seen: two under way at once may arrive in the other
 * order. Urgent ones go first.
 */
export class CallLine {
  readonly #urgent: (() => void)[] = [];
  readonly #others: (() => void)[] = [];
  #isTaken = false;

  async run<T>(isUrgent: boolean, call: () => Promise<T>): Promise<T> {
    if (this.#isTaken) await new Promise<void>((go) => (isUrgent ? this.#urgent : this.#others).push(go));
    this.#isTaken = true;
    let isMine = true;
    const leave = (): void => {
      if (!isMine) return;
      isMine = false;
      const next = this.#urgent.shift() ?? this.#others.shift();
      if (next === undefined) this.#isTaken = false;
      else next();
    };
    const timer = setTimeout(leave, TURN_MS);
    try {
      return await call();
    } finally {
      clearTimeout(timer);
      leave();
    }
  }
}

/** A call that ends. @throws Error after `mostMs`, whatever the call does then. */
export async function withinLimit<T>(call: Promise<T>, mostMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_settle, fail) => {
    timer = setTimeout(() => fail(new Error(`no whole answer within ${mostMs} ms`)), mostMs);
  });
  try {
    return await Promise.race([call, limit]);
  } finally {
    clearTimeout(timer);
  }
}
