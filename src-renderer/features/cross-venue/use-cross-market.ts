/** The market over several venues that a panel shows: that of its linked instrument, or the nearest one that lies at two venues. */
import { useCallback, useMemo } from 'react';
import type { CrossVenueView } from '../../../src-engine/contract/cross-venue-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import { useReplica } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';

const NONE: readonly InstrumentRecord[] = [];

export const marketName = ({ base, quote }: { readonly base: string; readonly quote: string }): string =>
  `${codeOf(base)}/${codeOf(quote)}`;

/** The instrument whose market is shown; undefined: no market of the session lies at two venues. */
export function nearestShared(
  instruments: readonly InstrumentRecord[],
  linked: InstrumentRecord | undefined,
): InstrumentRecord | undefined {
  const byMarket = Map.groupBy(instruments, marketName);
  const isShared = (one: InstrumentRecord): boolean =>
    new Set(byMarket.get(marketName(one))?.map(({ venue }) => venue)).size > 1;
  const shared = instruments.filter(isShared);
  return (
    shared.find((one) => one === linked) ??
    shared.find(({ base }) => linked !== undefined && codeOf(base) === codeOf(linked.base)) ??
    shared[0]
  );
}

export function useCrossMarket(): {
  readonly shown: InstrumentRecord | undefined;
  readonly chooseId: (instrumentId: number) => void;
} {
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const { instrument, choose } = useLinkedInstrument();
  const shown = useMemo(() => nearestShared(instruments, instrument), [instruments, instrument]);
  const chooseId = useCallback(
    (instrumentId: number) => {
      const chosen = instruments.find(({ id }) => id === instrumentId);
      if (chosen !== undefined) choose(chosen);
    },
    [instruments, choose],
  );
  return { shown, chooseId };
}

/** The view of the market of an instrument, and the params under which it is known. */
export function useCrossVenue(instrumentId: number): {
  readonly view: CrossVenueView | undefined;
  readonly params: { readonly instrumentId: number };
} {
  const params = useMemo(() => ({ instrumentId }), [instrumentId]);
  return { view: useView('crossVenue', params), params };
}
