/** What a kernel has to know of the accounts that it trades. */
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { ConnectedVenue } from './connected-venue.ts';

export function accountFacts(
  connected: readonly ConnectedVenue[],
): Pick<KernelConfig, 'withoutDeadMan' | 'messagesPerMarket' | 'feesInReceived'> {
  const accounts = connected.flatMap(({ market: { venue }, account }) =>
    account === undefined ? [] : [{ venue, account }],
  );
  const withMost = accounts.flatMap(({ venue, account }) => {
    const { restingMessages } = account.venue;
    return restingMessages === undefined ? [] : [[venue, restingMessages] as const];
  });
  return {
    withoutDeadMan: accounts.flatMap(({ venue, account }) => (account.hasDeadManSwitch ? [] : [venue])),
    messagesPerMarket: Object.fromEntries(withMost),
    feesInReceived: accounts.flatMap(({ venue, account }) => (account.chargesReceived ? [venue] : [])),
  };
}
