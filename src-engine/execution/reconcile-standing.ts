/** How the comparison of one venue's account with the ledger stands. */
import type { Actor, BalanceDifference, ReconcileCause } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { Order } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { BalanceCheck } from './balance-check.ts';
import type { Strangers } from './strangers.ts';

/** The nth look in a row that failed or left something open is followed by the nth of these: venues count questions. */
const BACKOFF_S = [1, 2, 4, 8, 16, 30] as const;

/**
 * Nothing speaks against the account: what was compared before stands until the answer says otherwise, and a cycle under way
 * is brought to its end meanwhile.
 */
export const ROUTINE: ReadonlySet<ReconcileCause> = new Set(['periodic', 'operator'] as const);

/** The cause of one question for two reasons: a look of every day takes nothing from a doubt, or from what an operator asked. */
export function stronger(waiting: ReconcileCause | undefined, cause: ReconcileCause): ReconcileCause {
  if (waiting === undefined || !ROUTINE.has(cause)) return cause;
  return ROUTINE.has(waiting) && cause === 'operator' ? cause : waiting;
}

export type Standing = {
  /** Why nothing new may be sent; empty: the ledger was compared and agrees. */
  refusal: string;
  /** Why no new cycle may begin, though what was compared stands: cycles under way are brought to their end. Empty: one may. */
  hold: string;
  /** Why the private connection is down; undefined: it is up. */
  down: string | undefined;
  /** Why it is being asked, or is to be asked next. */
  cause: ReconcileCause;
  /** When the question went out; undefined: none is under way. */
  askedUs: TimeUs | undefined;
  /** Of the question: no two are the same, so that an answer is known by it. */
  sinceUs: TimeUs;
  /** Whether the question asks for what ended, too. */
  withHistory: boolean;
  /** Something of what was seen last can only be explained by what ended: the next question asks for it. */
  needsHistory: boolean;
  /** A history that takes several answers was read up to here; undefined: none is being read. */
  readToUs: TimeUs | undefined;
  /** What the venue's word had changed when the question went out. */
  changes: number;
  /** When it was last asked because something did not fit: a venue that talks nonsense is not asked without end. */
  doubtedUs: TimeUs;
  /** Asked for again while a question is under way. */
  again: ReconcileCause | undefined;
  nextUs: TimeUs;
  /** Failures in a row, and looks in a row that left something open. */
  attempt: number;
  looks: number;
  unquiet: number;
  /** Since when ended orders are asked for. */
  coveredUs: TimeUs;
  readonly check: BalanceCheck;
  readonly strangers: Strangers;
  /** Who accepts the reported differences as true. */
  adoptBy: Actor | undefined;
  /** What a chain took back, as trading was halted for it; empty: nothing. */
  takenBack: string;
  /** When the account last agreed with the ledger; undefined: not in this run. */
  agreedUs: TimeUs | undefined;
};

/** A venue's account compared with the ledger, as it is shown. */
export type AccountStanding = {
  readonly venue: VenueName;
  /** Why nothing new may be sent there; empty: it may. */
  readonly refusal: string;
  readonly agreedUs: TimeUs | undefined;
  readonly differences: readonly BalanceDifference[];
  /** Orders placed elsewhere, and rows that cannot be read. */
  readonly strangers: Pick<Strangers, 'open' | 'unread' | 'unreadCount'>;
};

export function newStanding(check: BalanceCheck, strangers: Strangers): Standing {
  return {
    refusal: '',
    hold: '',
    down: undefined,
    cause: 'periodic',
    askedUs: undefined,
    sinceUs: Number.NaN,
    withHistory: true,
    needsHistory: false,
    readToUs: undefined,
    changes: 0,
    doubtedUs: Number.NEGATIVE_INFINITY,
    again: undefined,
    nextUs: Number.POSITIVE_INFINITY,
    attempt: 0,
    looks: 0,
    unquiet: 0,
    coveredUs: 0,
    check,
    strangers,
    adoptBy: undefined,
    takenBack: '',
    agreedUs: undefined,
  };
}

/**
 * Whether what ended is to be asked for, too. Where balances and open orders agree to the last digit no fill was missed, however
 * many there were: a history costs calls by its length, and that of a busy account would take longer than the account keeps still.
 */
export function needsHistory(standing: Standing, cause: ReconcileCause): boolean {
  const { agreedUs, refusal, readToUs } = standing;
  const isAgreed = agreedUs !== undefined && refusal === '' && readToUs === undefined;
  return cause !== 'periodic' || !isAgreed || standing.needsHistory;
}

/** @param isRoutine nothing speaks against what was compared before: new cycles wait, and those under way go on. */
export function holdUp(standing: Standing, isRoutine: boolean, reason: string): void {
  if (isRoutine && standing.refusal === '') standing.hold = reason;
  else standing.refusal = reason;
}

/**
 * An order that may move money while the venue is being compared. One that rests is none: the venue's total includes it, and its fills are
 * reported like those of any order.
 */
export function isUnderWay({ state, timeInForce }: Pick<Order, 'state' | 'timeInForce'>): boolean {
  return state !== 'unknown' && !(state === 'accepted' && timeInForce === 'gtc');
}

/** How long to wait after the nth look in a row, from 1 on. */
export function backoffUs(nth: number): DurationUs {
  return (BACKOFF_S[Math.min(nth, BACKOFF_S.length) - 1] ?? 30) * US_PER_SECOND;
}
