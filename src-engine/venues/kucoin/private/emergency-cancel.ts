/** Canceling an account over REST, and the question what is open: no more of the adapter is needed for it. */
import { emergencyCancelOf } from '../../toolkit/emergency-calls.ts';
import { KUCOIN_REST_URL } from '../rest.ts';
import { cancelEveryOrder, countOpen } from './cancel-everything.ts';
import { KucoinCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';

export const kucoinEmergencyCancel = emergencyCancelOf({
  baseUrl: KUCOIN_REST_URL,
  open: (options, credential) =>
    new PrivateRest({ ...options, credentials: new KucoinCredentials(credential) }),
  cancelAll: cancelEveryOrder,
  countOpen,
});
