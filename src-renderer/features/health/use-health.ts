import { useEffect, useState } from 'react';
import type { EngineHealth } from '../../../src-engine/contract/records.ts';
import { useSession } from '../../engine/use-session.ts';

/** How well the engine keeps up, once a second while somebody looks; undefined before it was told. */
export function useHealth(): EngineHealth | undefined {
  const { client } = useSession();
  const [health, setHealth] = useState<EngineHealth>();
  useEffect(() => client.subscribe('health', {}, setHealth), [client]);
  return health;
}
