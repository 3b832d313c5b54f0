/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { emergencyCancelOf } from '../../toolkit/emergency-calls.ts';
import type { OpenEmergencyCancel } from '../../venue-account.ts';
import { cancelEveryOrder, countOpen } from './cancel-by-symbol.ts';
import { BinanceCredentials } from './credentials.ts';
import { UsedLimits } from './limits.ts';
import { PrivateRest } from './private-rest.ts';

export function binanceEmergencyCancel(baseUrl: string): OpenEmergencyCancel {
  return emergencyCancelOf({
    baseUrl,
    open: (options, { key, secret }) =>
      new PrivateRest({
        ...options,
        credentials: new BinanceCredentials(key, secret),
        limits: new UsedLimits(),
      }),
    cancelAll: cancelEveryOrder,
    countOpen,
  });
}
