/** What an operator may do where the ledger and a venue differ, checked before the kernel acts. */
import type { Caller, OperationOutput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { assetAmong } from '../../domain/asset-alias.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { EngineControls } from '../controls.ts';
import type { SessionParts } from '../trading-session.ts';

/** How every venue's account stands against the ledger, and the orders whose outcome is unknown. */
export function accountStanding(
  { kernel, connections }: Pick<SessionParts, 'kernel' | 'connections'>,
  nowUs: number,
): OperationOutput<'getAccountStanding'> {
  const accounts = connections.flatMap(({ account }) => account ?? []);
  const accountAt = (venue: string) => connections.find(({ market }) => market.venue === venue)?.account;
  const unknown = [...kernel.orders.open()].filter(({ state }) => state === 'unknown');
  return {
    comparesAccounts: kernel.config.mustReconcile === true,
    venues: kernel.orderEvents.reconciler.standings().map(({ agreedUs, strangers, ...standing }) => ({
      ...standing,
      foreignOrders: strangers.open.map(({ venueOrderId, symbol, side, qty, price }) => ({
        venueOrderId,
        symbol,
        side,
        qty,
        price,
      })),
      unreadRows: {
        count: strangers.unreadCount,
        last: strangers.unread.map(({ source, row, problem }) => ({ source, row, problem })),
      },
      agreedUs: agreedUs ?? null,
      deadManSwitch: deadManSwitch(kernel, standing.venue, accountAt(standing.venue)?.hasDeadManSwitch),
      limits: accountAt(standing.venue)?.limitsUsed() ?? [],
    })),
    isWatched: accounts.length > 0 && accounts.every(({ guard }) => guard.isWatching),
    unknownOrders: unknown.map(({ orderId, venue, symbol, side, qty, price, reason }) => ({
      orderId,
      venue,
      symbol,
      side,
      qty: qty.toString(),
      price: price.toString(),
      reason: reason ?? '',
      obstacle: kernel.orderEvents.settlementObstacle(orderId, nowUs) ?? '',
    })),
  };
}

/** @param isThere undefined: no account is kept there. */
function deadManSwitch({ orderEvents }: Kernel, venue: string, isThere: boolean | undefined) {
  if (isThere === false) {
    return {
      state: 'none' as const,
      reason: 'When this machine or its network fails, orders stay open',
      setUs: null,
    };
  }
  const standing = orderEvents.deadMan.standing(venue);
  if (standing === undefined) return null;
  const { state, reason, setUs } = standing;
  return { state, reason, setUs: setUs ?? null };
}

/** Ends an unknown order that the venue never showed. @throws UserError while it may still show it. */
export async function settleOrder(engine: EngineControls, orderId: string, caller: Caller): Promise<void> {
  const { kernel } = engine.requireSession().parts;
  const obstacle = kernel.orderEvents.settlementObstacle(orderId, engine.clock.nowUs());
  if (obstacle !== undefined) {
    throw new UserError({
      code: 'not-to-settle',
      field: 'orderId',
      value: orderId,
      message: `cannot be settled by hand: ${obstacle}`,
      remedy: 'Check the unknown orders again later.',
    });
  }
  await engine.command({ type: 'settleOrder', orderId }, caller);
}

/** Accepts a venue's balances as true. @throws UserError as `checkAdoptable`. */
export async function adoptBalances(engine: EngineControls, venue: string, caller: Caller): Promise<void> {
  checkAdoptable(engine.requireSession().parts.kernel, venue);
  await engine.command({ type: 'adoptBalances', venue }, caller);
}

/** @throws UserError when no difference was reported, or one is of a coin that an open transfer counts as on its way. */
export function checkAdoptable({ inventory, orderEvents }: Kernel, venue: string): void {
  const standing = orderEvents.reconciler.standings().find((one) => one.venue === venue);
  if (standing === undefined || standing.differences.length === 0) {
    throw new UserError({
      code: 'nothing-to-adopt',
      field: 'venue',
      value: venue,
      message: standing === undefined ? 'is not a venue of this run' : 'has no balances that differ',
      remedy: 'Compare the account first.',
    });
  }
  const sent = standing.differences.find(({ asset }) => inventory.transfers.isUnderWay(venue, asset));
  if (sent === undefined) return;
  throw new UserError({
    code: 'transfer-open',
    field: 'venue',
    value: venue,
    message: `shows another balance of ${assetName(sent.asset)}, of which a transfer is open there`,
    remedy: 'Cancel the transfer first, then compare again.',
  });
}

/** Takes a quarantined code for one coin at all its venues. @throws UserError when it is not quarantined. */
export async function trustCoin(
  engine: EngineControls,
  code: string,
  caller: Caller,
): Promise<OperationOutput<'trustCoin'>> {
  const { coins } = engine.requireSession().parts.kernel.risk;
  const codes = coins.doubted.map(({ coin }) => coin);
  const coin = assetAmong(code, (known) => codes.includes(known));
  if (!codes.includes(coin)) {
    throw new UserError({
      code: 'not-doubted',
      field: 'coin',
      value: code,
      message: 'is not quarantined',
      remedy: codes.length === 0 ? 'No coin is.' : `Quarantined are ${codes.join(', ')}.`,
    });
  }
  await engine.command({ type: 'trustCoin', coin }, caller);
  return { doubtedCoins: coins.doubted };
}

/** Asks every venue how the account stands. @throws UserError where none keeps an account of its own. */
export async function reconcileNow(engine: EngineControls, caller: Caller): Promise<void> {
  const { kernel } = engine.requireSession().parts;
  if (kernel.config.mustReconcile !== true) {
    throw new UserError({
      code: 'no-account',
      field: 'profile',
      value: kernel.config.mode,
      message: 'has no account at a venue that could be compared',
      remedy: 'Only a live profile has one.',
    });
  }
  await engine.command({ type: 'reconcile' }, caller);
}
