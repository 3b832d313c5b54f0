/** A venue names assets by its own codes; in a run of several venues these are made the run's own at the kernel's door. */
import type { VenueName } from '../domain/ids.ts';
import type { VenueAccount } from '../domain/order.ts';
import type { Universe } from '../domain/universe.ts';
import type { OrderEvent } from '../execution/order-manager.ts';

/** An account with its assets named as the run names them. */
export function accountOf(account: VenueAccount, universe: Universe): VenueAccount {
  if (!universe.isApart) return account;
  const { venue } = account;
  const named = <T extends { readonly asset?: string | undefined }>(row: T): T =>
    row.asset === undefined ? row : { ...row, asset: universe.at(row.asset, venue) };
  return {
    ...account,
    balances: account.balances?.map(named),
    fills: account.fills.map((fill) => ({ ...fill, feeAsset: universe.at(fill.feeAsset, venue) })),
    unread: account.unread?.map(named),
  };
}

/** The same of a fill's fee. @param venue of the fill's order; undefined: nobody here knows the order. */
export function feesAtVenue(event: OrderEvent, venue: VenueName | undefined, universe: Universe): OrderEvent {
  if (event.kind !== 'fill' || venue === undefined || !universe.isApart) return event;
  const { fill } = event;
  return { ...event, fill: { ...fill, feeAsset: universe.at(fill.feeAsset, venue) } };
}
