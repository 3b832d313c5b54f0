/** Which market a panel of several venues shows, and what to do while there is none. */
import type { CrossVenueView } from '../../../src-engine/contract/cross-venue-records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Notice } from '../../components/notice.tsx';
import { marketName } from './use-cross-market.ts';

export function MarketChoice({
  view,
  onChoose,
}: {
  readonly view: CrossVenueView;
  readonly onChoose: (instrumentId: number) => void;
}) {
  const name = marketName(view);
  const markets = view.markets.toSorted((a, b) => (marketName(a) < marketName(b) ? -1 : 1));
  return (
    <select
      className="input market-choice"
      aria-label="Market"
      value={name}
      onChange={({ target }) => {
        const chosen = markets.find((market) => marketName(market) === target.value);
        if (chosen !== undefined) onChoose(chosen.instrumentId);
      }}
    >
      {markets.map((market) => (
        <option key={marketName(market)}>{marketName(market)}</option>
      ))}
    </select>
  );
}

export function NoSharedMarket() {
  return (
    <EmptyState title="No market lies at two venues">
      Choose a plan of several venues in the panel Venues; the demo has a local exchange for some of them.
    </EmptyState>
  );
}

/** Why no route trades this market, although it may show an edge. */
export function QuarantineNote({ view }: { readonly view: CrossVenueView }) {
  if (!view.isQuarantined) return null;
  return (
    <Notice tone="warn" title={`${marketName(view)} is quarantined`}>
      <p>
        Its coin may not be the same one at all of these venues: no route trades it. Release it in the panel
        Venues.
      </p>
    </Notice>
  );
}
