/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import type { EmergencyContext, OpenEmergencyCancel } from '../../venue-account.ts';
import { KUCOIN_REST_URL } from '../rest.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { KucoinCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';

export const kucoinEmergencyCancel: OpenEmergencyCancel = ({
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
    credentials: new KucoinCredentials(credential),
    skew: new ClockSkew(),
    pause: pause ?? new RequestPause(),
    baseUrl: restUrl ?? KUCOIN_REST_URL,
    timeoutMs,
  });
  return {
    cancelAll: () => cancelEveryOrder(rest),
    countOpen: () => countOpen(rest),
    // Its calls carry times, and no nonces.
    raiseNonce: () => undefined,
  };
};
