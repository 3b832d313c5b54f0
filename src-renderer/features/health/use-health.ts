import { useEffect, useState } from 'react';
import type { EngineHealth } from '../../../src-engine/contract/records.ts';
import { useSession } from '../../engine/use-session.ts';

/** The engine's health, once a second while it is shown; undefined before the first answer. */
export function useHealth(): EngineHealth | undefined {
  const { client } = useSession();
  const [health, setHealth] = useState<EngineHealth>();
  useEffect(() => client.subscribe('health', {}, setHealth), [client]);
  return health;
}
