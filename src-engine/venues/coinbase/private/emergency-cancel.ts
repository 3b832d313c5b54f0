/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import type { EmergencyContext, OpenEmergencyCancel } from '../../venue-account.ts';
import { COINBASE_REST_URL } from '../rest.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { CoinbaseCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';

export const coinbaseEmergencyCancel: OpenEmergencyCancel = ({
  clock,
  network,
  credential,
  pause,
  restUrl,
  timeoutMs,
}: EmergencyContext) => {
  const rest = new PrivateRest({
    clock,
    network,
    credentials: new CoinbaseCredentials(credential.key, credential.secret),
    skew: new ClockSkew(),
    pause: pause ?? new RequestPause(),
    baseUrl: restUrl ?? COINBASE_REST_URL,
    timeoutMs,
  });
  return {
    cancelAll: () => cancelEveryOrder(rest),
    countOpen: () => countOpen(rest),
    // Its tokens carry times, and nonces that no other process can have used.
    raiseNonce: () => undefined,
  };
};
