/** How the account stands, in plain words. */
import type { AccountStanding } from './use-account.ts';

export type AccountHeadline = { readonly text: string; readonly isBad: boolean };

/** One line for the status bar: the worst that stands. */
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
  if (venues.some(({ refusal }) => refusal !== '')) return { text: 'Account not agreed', isBad: true };
  return { text: comparesAccounts ? 'Account agrees' : 'Account', isBad: false };
}
