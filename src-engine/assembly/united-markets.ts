/** The markets of a session as one: instruments with dense ids over all of them, and assets that cannot be mixed up. */
import type { Instrument } from '../domain/instrument.ts';
import { assetAt } from '../domain/venue-asset.ts';
import type { ConnectedVenue } from './connected-venue.ts';

/** @param connected in the order of the plan. @param isApart the plan has several venues; with one alone nothing changes. */
export function unitedMarkets(connected: readonly ConnectedVenue[], isApart: boolean): ConnectedVenue[] {
  if (!isApart) return [...connected];
  let nextId = 0;
  return connected.map((one) => {
    const instruments = one.market.instruments.map((instrument) => ownAssets(instrument, nextId++));
    const { venue } = one.market;
    const balances = one.account?.balances.map((held) => ({ ...held, asset: assetAt(held.asset, venue) }));
    const account = one.account && balances && { ...one.account, balances };
    return { ...one, market: { ...one.market, instruments }, account };
  });
}

function ownAssets(instrument: Instrument, id: number): Instrument {
  const { base, quote, venue } = instrument;
  return { ...instrument, id, base: assetAt(base, venue), quote: assetAt(quote, venue) };
}
