/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import type { EmergencyContext, OpenEmergencyCancel } from '../../venue-account.ts';
import { KrakenCredentials } from './credentials.ts';
import { isKrakenTier } from './rate-counter.ts';
import { PrivateCaller } from './rest-caller.ts';

const URGENT = { cost: 1, isUrgent: true } as const;

export const krakenEmergencyCancel: OpenEmergencyCancel = (context: EmergencyContext) => {
  const { clock, network, credential, nonces, pause, tier, restUrl, timeoutMs } = context;
  const caller = new PrivateCaller({
    clock,
    network,
    pause,
    credentials: new KrakenCredentials(credential.key, credential.secret),
    nonceStore: nonces,
    tier: isKrakenTier(tier) ? tier : 'starter',
    restUrl,
    timeoutMs,
  });
  return {
    async cancelAll() {
      const { count } = await caller.call('CancelAll', {}, URGENT);
      return typeof count === 'number' ? count : 0;
    },
    async countOpen() {
      const { open } = await caller.call('OpenOrders', {}, URGENT);
      if (typeof open === 'object' && open !== null && !Array.isArray(open)) return Object.keys(open).length;
      throw new Error('the answer to OpenOrders has no orders');
    },
    raiseNonce: (used) => caller.raiseNonce(used),
  };
};
