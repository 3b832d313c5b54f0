/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import type { EmergencyContext, OpenEmergencyCancel } from '../../venue-account.ts';
import { cancelEveryOrder, countOpen } from './cancel-by-symbol.ts';
import { BinanceCredentials } from './credentials.ts';
import { UsedLimits } from './limits.ts';
import { PrivateRest } from './private-rest.ts';

export function binanceEmergencyCancel(baseUrl: string): OpenEmergencyCancel {
  return ({ clock, network, credential, pause, restUrl, timeoutMs }: EmergencyContext) => {
    const rest = new PrivateRest({
      clock,
      network,
      credentials: new BinanceCredentials(credential.key, credential.secret),
      skew: new ClockSkew(),
      limits: new UsedLimits(),
      pause: pause ?? new RequestPause(),
      baseUrl: restUrl ?? baseUrl,
      timeoutMs,
    });
    return {
      cancelAll: () => cancelEveryOrder(rest),
      countOpen: () => countOpen(rest),
      // Its calls carry times, and no nonces.
      raiseNonce: () => undefined,
    };
  };
}
