import { useEffect, useState } from 'react';
import type { ArmingStatus } from '../../../src-engine/contract/live-records.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

/** Asks again this often while it is shown, so that the checklist follows what the trader has done. */
const ASK_MS = 1_000;

/** The state of live trading; undefined before the engine's first answer, and while it does not answer. */
export function useArming(): {
  readonly arming: ArmingStatus | undefined;
  readonly take: (next: ArmingStatus) => void;
} {
  const { client } = useSession();
  const hasProfile = useReplica(({ status }) => status.profile !== null) ?? false;
  const [arming, setArming] = useState<ArmingStatus>();
  useEffect(() => {
    if (!hasProfile) return;
    let over = false;
    const ask = () => {
      client.call('getArming', {}).then(
        (next) => !over && setArming(next),
        () => !over && setArming(undefined),
      );
    };
    ask();
    const timer = setInterval(ask, ASK_MS);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [client, hasProfile]);
  return { arming: hasProfile ? arming : undefined, take: setArming };
}
