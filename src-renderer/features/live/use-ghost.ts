import { useEffect, useState } from 'react';
import type { GhostStatus } from '../../../src-engine/contract/live-records.ts';
import { useSession } from '../../engine/use-session.ts';

/** The last state of the ghost; undefined in profiles without one. */
export function useGhost(): GhostStatus | undefined {
  const { client } = useSession();
  const [ghost, setGhost] = useState<GhostStatus>();
  useEffect(() => client.subscribe('ghost', {}, setGhost), [client]);
  return ghost;
}
