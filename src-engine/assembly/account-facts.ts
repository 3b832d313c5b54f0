/** What a kernel has to know of the accounts that it trades. */
import type { VenueName } from '../domain/ids.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { AccountVenue } from '../venues/venue-account.ts';
import type { ConnectedVenue } from './connected-venue.ts';

export function accountFacts(
  connected: readonly ConnectedVenue[],
): Pick<KernelConfig, 'withoutDeadMan' | 'messagesPerMarket' | 'feesInReceived'> {
  const accounts = connected.flatMap(({ market: { venue }, account }) =>
    account === undefined ? [] : [{ venue, account }],
  );
  return {
    withoutDeadMan: accounts.flatMap(({ venue, account }) => (account.hasDeadManSwitch ? [] : [venue])),
    messagesPerMarket: messagesPerMarket(
      accounts.map(({ venue, account }) => ({ venue, restingMessages: account.venue.restingMessages })),
    ),
    feesInReceived: accounts.flatMap(({ venue, account }) => (account.chargesReceived ? [venue] : [])),
  };
}

/** Of the venues whose limits say how many messages of resting orders they bear. */
export function messagesPerMarket(
  accounts: readonly Pick<AccountVenue, 'venue' | 'restingMessages'>[],
): Readonly<Record<VenueName, number>> {
  return Object.fromEntries(
    accounts.flatMap(({ venue, restingMessages }) =>
      restingMessages === undefined ? [] : [[venue, restingMessages] as const],
    ),
  );
}
