/** How the comparison of one venue's account with the ledger stands. */
import type { Actor, BalanceDifference, ReconcileCause } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { BalanceCheck } from './balance-check.ts';
import type { Strangers } from './strangers.ts';

export type Standing = {
  /** Why nothing new may be sent; empty: the ledger was compared and agrees. */
  refusal: string;
  /** Why the private connection is down; undefined: it is up. */
  down: string | undefined;
  /** Why it is being asked, or is to be asked next. */
  cause: ReconcileCause;
  /** When the question went out; undefined: none is under way. */
  askedUs: TimeUs | undefined;
  /** Of the question: no two are the same, so that an answer is known by it. */
  sinceUs: TimeUs;
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
  /** Who takes the differences that were told for the truth. */
  adoptBy: Actor | undefined;
  /** When the account last agreed with the ledger; undefined: not in this run. */
  agreedUs: TimeUs | undefined;
};

/** How a venue's account stands against the ledger, for whoever looks. */
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
    down: undefined,
    cause: 'start',
    askedUs: undefined,
    sinceUs: Number.NaN,
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
    agreedUs: undefined,
  };
}
