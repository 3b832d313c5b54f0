/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { emergencyCancelOf } from '../../toolkit/emergency-calls.ts';
import { COINBASE_REST_URL } from '../rest.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { CoinbaseCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';

export const coinbaseEmergencyCancel = emergencyCancelOf({
  baseUrl: COINBASE_REST_URL,
  open: (options, { key, secret }) =>
    new PrivateRest({ ...options, credentials: new CoinbaseCredentials(key, secret) }),
  cancelAll: cancelEveryOrder,
  countOpen,
});
