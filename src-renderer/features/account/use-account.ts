import { useCallback, useEffect, useState } from 'react';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

export type AccountStanding = OperationOutput<'getAccountStanding'>;

/** How the accounts stand, asked for every `everyMs`; undefined before a profile is chosen or while nobody answers. */
export function useAccount(everyMs: number): {
  readonly standing: AccountStanding | undefined;
  readonly take: (standing: AccountStanding) => void;
  /** When it was last told, on the monotonic clock; null: never. */
  readonly toldMs: number | null;
} {
  const { client } = useSession();
  const hasProfile = useReplica(({ status }) => status.profile !== null) ?? false;
  const [standing, setStanding] = useState<AccountStanding>();
  const [toldMs, setToldMs] = useState<number | null>(null);
  useEffect(() => {
    if (!hasProfile) return;
    let over = false;
    const ask = () => {
      // A failed call shows as nothing known; the banners say why the engine does not answer.
      client.call('getAccountStanding', {}).then(
        (told) => {
          if (over) return;
          setStanding(told);
          setToldMs(performance.now());
        },
        () => !over && setStanding(undefined),
      );
    };
    ask();
    const timer = setInterval(ask, everyMs);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [client, hasProfile, everyMs]);
  const take = useCallback((told: AccountStanding) => setStanding(told), []);
  return { standing: hasProfile ? standing : undefined, take, toldMs };
}
