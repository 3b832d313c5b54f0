/** What a venue holds back of an account for orders that are none of ours: new orders may not plan with it. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { VenueAccount } from '../domain/order.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { OrderManager } from './order-manager.ts';

/**
 * By asset, never below zero. What the venue holds for our own orders is reserved here already: the rest of those that
 * it lists as open is taken off. Assets of the ledger that it holds nothing of are in it as zero.
 */
export function holdsElsewhere(
  account: VenueAccount,
  orders: OrderManager,
  portfolio: Portfolio,
): Map<Asset, Decimal> {
  const gas = gasOf(account);
  const holds = new Map<Asset, Decimal>();
  const { balances, universe } = portfolio;
  for (const asset of balances.assets()) if (universe.isAt(asset, account.venue)) holds.set(asset, ZERO);
  for (const { asset, held = '0' } of account.balances ?? []) holds.set(asset, decimal(held));
  for (const { orderId, state } of account.orders) {
    const order = orderId === undefined || !orders.isOpen(orderId) ? undefined : orders.get(orderId);
    if (order === undefined || state !== 'open') continue;
    const rest = { ...order, qty: order.qty.minus(order.filledQty) };
    const { asset, amount } = portfolio.requirement(rest, orders.instrumentOf(order));
    if (!gas.has(asset)) holds.set(asset, (holds.get(asset) ?? ZERO).minus(amount));
  }
  return new Map([...holds].map(([asset, amount]) => [asset, Decimal.max(ZERO, amount)]));
}

/** Sets aside what the venue holds, for orders that are none of ours and for gas. */
export function setHolds(account: VenueAccount, orders: OrderManager, portfolio: Portfolio): void {
  const gas = gasOf(account);
  for (const [asset, amount] of holdsElsewhere(account, orders, portfolio))
    portfolio.balances.hold(asset, amount, gas.has(asset));
}

/** Assets of which what is held pays gas: no order is in it. */
function gasOf({ balances = [] }: Pick<VenueAccount, 'balances'>): ReadonlySet<Asset> {
  return new Set(balances.flatMap(({ asset, heldFor }) => (heldFor === 'gas' ? [asset] : [])));
}
