/** What a panel may know of its place in the workspace. */
import { createContext, useCallback, useContext, useMemo } from 'react';
import type { InstrumentRecord } from '../../src-engine/contract/records.ts';
import { useReplica } from '../engine/use-session.ts';
import { instrumentKey, type Link, useLinks } from './links.ts';

/** The link letter of the panel around; A outside of the workspace. */
export const LinkContext = createContext<Link>('A');

const NONE: readonly InstrumentRecord[] = [];

/** The instrument of the panel's link group (the first one until one is chosen), and how to choose another. */
export function useLinkedInstrument(): {
  readonly instrument: InstrumentRecord | undefined;
  readonly choose: (instrument: InstrumentRecord) => void;
} {
  const link = useContext(LinkContext);
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const key = useLinks(({ chosen }) => chosen[link]);
  const choosing = useLinks(({ choose }) => choose);
  const instrument = useMemo(
    () => instruments.find((one) => instrumentKey(one) === key) ?? instruments[0],
    [instruments, key],
  );
  const choose = useCallback(
    (chosen: InstrumentRecord) => choosing(link, instrumentKey(chosen)),
    [choosing, link],
  );
  return { instrument, choose };
}
