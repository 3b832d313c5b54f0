/** Canceling an account over REST, and the question what is open, at venues whose calls carry times in place of counted nonces. */
import type { Credential, EmergencyContext, OpenEmergencyCancel } from '../venue-account.ts';
import { ClockSkew } from './clock-skew.ts';
import { RequestPause } from './request-pause.ts';
import type { SignedCallOptions } from './signed-calls.ts';

export type EmergencyCalls<Rest> = {
  readonly baseUrl: string;
  /** The signed calls of a key. */
  readonly open: (options: SignedCallOptions, credential: Credential) => Rest;
  readonly cancelAll: (rest: Rest) => Promise<number>;
  readonly countOpen: (rest: Rest) => Promise<number>;
};

export function emergencyCancelOf<Rest>({
  baseUrl,
  open,
  cancelAll,
  countOpen,
}: EmergencyCalls<Rest>): OpenEmergencyCancel {
  return ({ clock, network, credential, pause, restUrl, timeoutMs }: EmergencyContext) => {
    const rest = open(
      {
        clock,
        network,
        skew: new ClockSkew(),
        pause: pause ?? new RequestPause(),
        baseUrl: restUrl ?? baseUrl,
        timeoutMs,
      },
      credential,
    );
    return {
      cancelAll: () => cancelAll(rest),
      countOpen: () => countOpen(rest),
      // Such calls have no nonce that another process can have used.
      raiseNonce: () => undefined,
    };
  };
}
