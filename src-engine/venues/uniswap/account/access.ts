/** What it takes to trade pools: a wallet of the local chain, for each venue one of its own. */
import type { AccountAccess } from '../../venue-adapter.ts';
import { WalletVenue } from './account-venue.ts';
import { WALLET_KEY, WalletCredentials } from './credentials.ts';
import { onLocalChainAlone, walletEmergencyCancel } from './emergency-cancel.ts';

export function walletAccess(id: string): AccountAccess {
  return {
    credentials: WALLET_KEY,
    tiers: [],
    rehearsedOnly: {
      message:
        'is traded on a local chain alone: on a public one others see a swap before it is made, and no wallet of such a chain was ever tried',
      remedy: 'Trade it on paper, or rehearse it on a local chain: see docs/pools.md.',
    },
    open: ({ clock, network, random, urls, venue, credential, earlierOrders }) => {
      const base = urls?.rest;
      if (base === undefined) throw onLocalChainAlone();
      const credentials = new WalletCredentials(credential);
      return new WalletVenue({
        venue: venue ?? id,
        clock,
        network,
        random,
        credentials,
        base,
        earlierOrders,
      });
    },
    emergencyCancel: walletEmergencyCancel,
  };
}
