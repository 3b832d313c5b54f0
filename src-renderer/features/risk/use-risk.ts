import { useEffect, useState } from 'react';
import type { RiskStatus } from '../../../src-engine/contract/risk-records.ts';
import { useSession } from '../../engine/use-session.ts';

/** The state of the risk engine, twice a second; undefined before the first answer. */
export function useRisk(): RiskStatus | undefined {
  const { client } = useSession();
  const [risk, setRisk] = useState<RiskStatus>();
  useEffect(() => client.subscribe('risk', {}, setRisk), [client]);
  return risk;
}
