/** How a wallet stands at one block: what it holds, what is open, and what the chain took back. */
import { type Deployment, NATIVE } from '../deployments.ts';
import type { Rpc } from '../process/rpc.ts';
import { textOfUnits } from './amounts.ts';
import type { WalletBalance, WalletStanding } from './asks.ts';
import type { WalletCalls } from './calls.ts';
import { nativeAt, wordAt } from './receipts.ts';
import type { OrderRecord } from './record.ts';

const NATIVE_DECIMALS = 18;
/** Characters of what was taken back, the newest. */
const MOST_REASON = 2_000;

/** The native coin and its token are one asset; of it only the token goes into a pool. @throws RpcError. */
export async function balancesAt(
  rpc: Rpc,
  calls: WalletCalls,
  { tokens }: Pick<Deployment, 'tokens'>,
  account: string,
  block: number,
): Promise<readonly WalletBalance[]> {
  // All at once: an order and a cancel may wait behind it.
  const [native, ...amounts] = await Promise.all([
    nativeAt(rpc, account, block),
    ...tokens.map(({ address }) => wordAt(rpc, address, calls.balanceOf(account), block)),
  ]);
  const units = new Map<string, readonly [amount: bigint, decimals: number]>([
    [NATIVE, [native, NATIVE_DECIMALS]],
  ]);
  for (const [at, { asset, decimals }] of tokens.entries()) {
    const held = amounts[at] ?? 0n;
    units.set(asset, asset === NATIVE ? [native + held, NATIVE_DECIMALS] : [held, decimals]);
  }
  return [...units].map(([asset, [amount, decimals]]) => ({
    asset,
    total: textOfUnits(amount, decimals),
    ...(asset === NATIVE ? { held: textOfUnits(native, NATIVE_DECIMALS), heldFor: 'gas' as const } : {}),
  }));
}

/** Undefined: everything that was reported stands. */
export function takenBackOf(orders: readonly OrderRecord[]): WalletStanding['takenBack'] {
  const back = orders.filter(({ isTakenBack }) => isTakenBack === true);
  if (back.length === 0) return undefined;
  const assets = new Set(back.flatMap(({ base, quote }) => [base.asset, quote.asset]));
  return {
    reason: `blocks with transactions of ${back.length === 1 ? 'order' : 'orders'} ${back.map(({ orderId }) => orderId).join(', ')} were taken back`,
    assets: [...assets.add(NATIVE)],
  };
}

/** Of two reorganisations, one after the other. */
export function unitedOf(
  before: WalletStanding['takenBack'],
  now: WalletStanding['takenBack'],
): WalletStanding['takenBack'] {
  if (before === undefined || now === undefined || before.reason === now.reason) return now ?? before;
  return {
    reason: `${before.reason}; ${now.reason}`.slice(-MOST_REASON),
    assets: [...new Set([...before.assets, ...now.assets])],
  };
}
