/**
 * A venue names assets by its own codes; in a run of several venues these are made the run's own at the kernel's door. In any
 * run a code that looks like an asset at a venue (`USD@x`) is written otherwise: it is some coin, and never that one.
 */
import type { Asset, VenueName } from '../domain/ids.ts';
import type { VenueAccount, VenueOrderEvent } from '../domain/order.ts';
import type { Universe } from '../domain/universe.ts';
import { codeInRun } from '../domain/venue-asset.ts';
import type { OrderManager } from '../execution/order-manager.ts';

/**
 * What a venue says, with its assets named as the run names them.
 * @param orders say at which venue an order is; of one that they do not know nothing is booked.
 */
export function inRunCodes(
  event: VenueOrderEvent,
  orders: Pick<OrderManager, 'get'>,
  universe: Universe,
): VenueOrderEvent {
  switch (event.kind) {
    case 'account':
      return { ...event, account: accountOf(event.account, universe) };
    case 'unread-rows':
      return { ...event, rows: event.rows.map(namedAt(event.venue, universe)) };
    case 'fill': {
      const venue = orders.get(event.orderId)?.venue;
      if (venue === undefined) return event;
      return { ...event, fill: { ...event.fill, feeAsset: nameOf(event.fill.feeAsset, venue, universe) } };
    }
    case 'canceled': {
      const venue = orders.get(event.orderId)?.venue;
      const { charge } = event;
      if (venue === undefined || charge === undefined) return event;
      return { ...event, charge: { ...charge, asset: nameOf(charge.asset, venue, universe) } };
    }
    case 'accepted':
    case 'rejected':
    case 'unknown':
    case 'cancel-rejected':
    case 'cancel-all-failed':
    case 'open-orders':
    case 'account-failed':
    case 'link':
    case 'guarded':
      return event;
  }
}

function accountOf(account: VenueAccount, universe: Universe): VenueAccount {
  const { venue, takenBack } = account;
  return {
    ...account,
    ...(takenBack === undefined
      ? {}
      : { takenBack: { ...takenBack, assets: takenBack.assets.map((one) => nameOf(one, venue, universe)) } }),
    balances: account.balances?.map(namedAt(venue, universe)),
    fills: account.fills.map((fill) => ({ ...fill, feeAsset: nameOf(fill.feeAsset, venue, universe) })),
    unread: account.unread?.map(namedAt(venue, universe)),
  };
}

function namedAt(venue: VenueName, universe: Universe) {
  return <T extends { readonly asset?: string | undefined }>(row: T): T =>
    row.asset === undefined ? row : { ...row, asset: nameOf(row.asset, venue, universe) };
}

function nameOf(code: Asset, venue: VenueName, universe: Universe): Asset {
  return universe.at(codeInRun(code), venue);
}
