/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { emergencyCancelOf } from '../../toolkit/emergency-calls.ts';
import { BYBIT_REST_URL } from '../rest.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { BybitCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';

export const bybitEmergencyCancel = emergencyCancelOf({
  baseUrl: BYBIT_REST_URL,
  open: (options, { key, secret }) =>
    new PrivateRest({ ...options, credentials: new BybitCredentials(key, secret) }),
  cancelAll: cancelEveryOrder,
  countOpen,
});
