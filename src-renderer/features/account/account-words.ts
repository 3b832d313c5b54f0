/** The state of the account in words. */
import type { Tone } from '../../lib/words.ts';
import type { AccountStanding } from './use-account.ts';

export type AccountHeadline = { readonly text: string; readonly isBad: boolean };

/** One line for the status bar: the worst state. */
export function accountHeadline({
  comparesAccounts,
  venues,
  unknownOrders,
}: AccountStanding): AccountHeadline {
  const unknown = unknownOrders.length;
  if (unknown > 0) return { text: `Account: ${unknown} unknown`, isBad: true };
  if (venues.some(({ differences }) => differences.length > 0)) {
    return { text: 'Account differs', isBad: true };
  }
  if (venues.some(({ refusal }) => refusal !== '')) return { text: 'Account not reconciled', isBad: true };
  return { text: comparesAccounts ? 'Account reconciled' : 'Account', isBad: false };
}

type DeadManState = NonNullable<AccountStanding['venues'][number]['deadManSwitch']>['state'];

/** The countdown at the venue that cancels everything unless the engine renews it in time. */
export const DEAD_MAN_WORDS: Readonly<Record<DeadManState, { readonly label: string; readonly tone: Tone }>> =
  {
    'never set': { label: 'Off: nothing is armed', tone: 'quiet' },
    set: { label: 'Set', tone: 'good' },
    withheld: { label: 'Not renewed', tone: 'warn' },
    failing: { label: 'Rejected by the venue', tone: 'bad' },
    ended: { label: 'Off: no open orders', tone: 'quiet' },
    none: { label: 'Not offered by the venue', tone: 'warn' },
  };

type LimitUse = AccountStanding['venues'][number]['limits'][number];

const INTERVALS: Readonly<Record<number, string>> = {
  1: 'a second',
  60: 'a minute',
  3_600: 'an hour',
  86_400: 'a day',
};

/** `unfilled orders 12 of 50 in 10 s`, as the venue counts them. */
export function limitWords({ name, intervalS, used, limit }: LimitUse): string {
  return `${name} ${used} of ${limit} ${INTERVALS[intervalS] ?? `in ${intervalS} s`}`;
}
