/** How often clients may ask: each has a rate of its own, and all of a role share one, so that none can starve the rest. */
import type { OperationName, Role } from '../contract/operations.ts';
import type { Problem } from '../domain/errors.ts';
import { TokenBucket } from '../lib/token-bucket.ts';

/** What a client asks for: a call, or a page of the journal for its stream of events. */
export type PacedName = OperationName | 'streamedPage';

/** Messages at once and a second. A window that opens sends some eighty, and then a few a second. */
const CLIENT_RATES: Readonly<Record<Role, readonly [burst: number, perSecond: number]>> = {
  viewer: [240, 20],
  operator: [1_200, 200],
};
const ROLE_RATES: typeof CLIENT_RATES = { viewer: [960, 60], operator: [4_800, 800] };
/** A message costs as many as one more for each of these characters: long ones take longer to read. */
const CHARS_A_TOKEN = 4_096;
/** Calls whose answers take long to put together, on the thread that trades or on the one that reads for all, cost as much as so many others. */
const HEAVY: Readonly<Partial<Record<PacedName, number>>> = {
  getSnapshot: 10,
  getTrace: 5,
  getScorer: 5,
  getScorerGate: 5,
  trainScorer: 20,
  getDayReport: 10,
  listNotes: 5,
  listLogs: 5,
  listBars: 3,
  streamedPage: 5,
};

/** What opening a window costs a viewer: whoever was refused gains nothing by coming back on a new connection. */
const OPENING = 20;

export type RolePaces = Readonly<Record<Role, TokenBucket>>;

export function rolePaces(): RolePaces {
  return { viewer: new TokenBucket(...ROLE_RATES.viewer), operator: new TokenBucket(...ROLE_RATES.operator) };
}

/** Lets a window be opened, or says in how many milliseconds to try again; 0: it may. An operator’s always may. */
export function admitWindow(paces: RolePaces, role: Role, nowUs: number): number {
  if (role === 'operator') return 0;
  const waitUs = paces[role].waitUs(OPENING, nowUs);
  if (waitUs === 0) paces[role].take(OPENING, nowUs);
  return Math.ceil(waitUs / 1_000);
}

/** The answer to a client that asks too often. */
export function tooOften(retryMs: number): Problem {
  return {
    code: 'busy',
    message: 'This client, or its role, exceeded its message rate',
    remedy: `Ask again in ${retryMs} ms, and less often.`,
    retryMs,
  };
}

export class ClientPace {
  readonly #own: TokenBucket;
  readonly #shared: TokenBucket;

  constructor(role: Role, shared: RolePaces) {
    this.#own = new TokenBucket(...CLIENT_RATES[role]);
    this.#shared = shared[role];
  }

  /** @param op of a call; empty for other messages. Lets a message pass, or says in how many milliseconds to try again; 0: it passes. */
  admit(op: string, chars: number, nowUs: number): number {
    const cost = (Object.hasOwn(HEAVY, op) ? (HEAVY[op as PacedName] ?? 1) : 1) + chars / CHARS_A_TOKEN;
    const waitUs = Math.max(this.#own.waitUs(cost, nowUs), this.#shared.waitUs(cost, nowUs));
    if (waitUs > 0) return Math.ceil(waitUs / 1_000);
    this.#own.take(cost, nowUs);
    this.#shared.take(cost, nowUs);
    return 0;
  }
}
