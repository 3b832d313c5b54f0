import { useEffect, useState } from 'react';
import type { RiskStatus } from '../../../src-engine/contract/risk-records.ts';
import { useSession } from '../../engine/use-session.ts';

/** How the risk engine stands, twice a second; undefined before it was told. */
export function useRisk(): RiskStatus | undefined {
  const { client } = useSession();
  const [risk, setRisk] = useState<RiskStatus>();
  useEffect(() => client.subscribe('risk', {}, setRisk), [client]);
  return risk;
}
