import { useCallback, useEffect, useState } from 'react';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

export type AccountStanding = OperationOutput<'getAccountStanding'>;

/** The state of the accounts, asked for every `everyMs`; undefined before a profile is chosen or while the engine does not answer. */
export function useAccount(everyMs: number): {
  readonly standing: AccountStanding | undefined;
  readonly take: (standing: AccountStanding) => void;
  /** When it was last updated, on the monotonic clock; null: never. */
  readonly updatedMs: number | null;
} {
  const { client } = useSession();
  const hasProfile = useReplica(({ status }) => status.profile !== null) ?? false;
  const [standing, setStanding] = useState<AccountStanding>();
  const [updatedMs, setUpdatedMs] = useState<number | null>(null);
  useEffect(() => {
    if (!hasProfile) return;
    let over = false;
    const ask = () => {
      // A failed call shows as nothing known; the banners say why the engine does not answer.
      client.call('getAccountStanding', {}).then(
        (next) => {
          if (over) return;
          setStanding(next);
          setUpdatedMs(performance.now());
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
  const take = useCallback((next: AccountStanding) => setStanding(next), []);
  return { standing: hasProfile ? standing : undefined, take, updatedMs };
}
