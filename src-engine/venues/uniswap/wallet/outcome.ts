/** What became of an order, once all of its nonces are used, and how it is reported. */
import { NATIVE, type Token } from '../deployments.ts';
import { boundsOf, priceText, textOfUnits, unitsOf } from './amounts.ts';
import { movedOf, type Receipt } from './receipts.ts';
import type { Halt, Mined, OrderEnd, OrderRecord, Slot } from './record.ts';

const NATIVE_DECIMALS = 18;

/** As `VenueOrderEvent`, without the time at which it reaches the engine. */
export type WalletEvent =
  | { readonly kind: 'accepted'; readonly orderId: string; readonly venueOrderId: string }
  | { readonly kind: 'fill'; readonly orderId: string; readonly fill: WalletFill }
  | {
      readonly kind: 'canceled';
      readonly orderId: string;
      readonly reason: string;
      readonly filledQty?: string;
      /** Gas of what was mined for it. */
      readonly charge?: { readonly asset: string; readonly amount: string };
    }
  /** Its swap was mined, and its end waits for the rest of its nonces: nothing is booked by it. */
  | {
      readonly kind: 'made';
      readonly orderId: string;
      readonly hash: string;
      readonly qty: string;
      readonly cost: string;
    }
  /** Something moved, and it is no trade: it is in no book. */
  | {
      readonly kind: 'unlike';
      readonly orderId: string;
      readonly reason: string;
      readonly hash: string;
      readonly base: string;
      readonly quote: string;
      readonly fee: string;
    }
  | {
      readonly kind: 'rejected' | 'unknown' | 'cancel-rejected';
      readonly orderId: string;
      readonly reason: string;
    }
  | { readonly kind: 'open-orders'; readonly count: number }
  | ({ readonly kind: 'halted' } & Halt);

export type WalletFill = {
  /** Hash of the transaction. */
  readonly fillId: string;
  readonly price: string;
  readonly qty: string;
  /** Quote that moved, exactly. */
  readonly cost: string;
  /** Gas of everything that was mined for the order. */
  readonly fee: string;
  readonly feeAsset: string;
};

/** By the side of the order. */
export function tokensOf({ side, base, quote }: OrderRecord): { readonly given: Token; readonly got: Token } {
  return side === 'sell' ? { given: base, got: quote } : { given: quote, got: base };
}

/** In place of its swap its approval was taken back. */
function isSwapTakenBack({ signed, mined }: Slot): boolean {
  return signed[0]?.kind === 'swap' && mined?.kind === 'reset';
}

/** A nonce of the order that something else has used. Undefined: none. */
export function foreignOf({ slots, orderId }: OrderRecord): Halt | undefined {
  const slot = slots.find(({ mined }) => mined !== undefined && mined.kind === undefined);
  if (slot?.mined === undefined) return undefined;
  const { hash, isOfEarlier } = slot.mined;
  const what = `nonce ${slot.nonce} of order ${orderId} was used by ${hash}`;
  return isOfEarlier === true
    ? { code: 'swap-taken-back', reason: `${what}, of an earlier order whose block had been taken back` }
    : { code: 'foreign-transaction', reason: `${what}, which this wallet did not sign` };
}

/**
 * Of an order of which each nonce is used. @param receipt of its swap, where that was mined.
 * @returns with what is unlike the order, as with a token that takes a part of each transfer.
 */
export function endOf(
  order: OrderRecord,
  account: string,
  receipt: Receipt | undefined,
): { readonly end: OrderEnd; readonly fault: string | undefined } {
  const cost = order.slots.reduce((sum, { mined }) => sum + BigInt(mined?.cost ?? '0'), 0n).toString();
  const canceled = (reason: string): OrderEnd => ({ kind: 'canceled', reason, cost });
  if (receipt === undefined) {
    const reason =
      foreignOf(order) === undefined
        ? `its nonce was used by ${order.slots.some(isSwapTakenBack) ? 'what takes its approval back' : 'a transfer of nothing'} before it was mined`
        : 'its nonce was used by another transaction';
    return { end: canceled(reason), fault: undefined };
  }
  if (receipt.isReverted)
    return {
      end: canceled(`reverted in block ${receipt.block}: ${causeOf(order, receipt)}`),
      fault: undefined,
    };
  const { base, quote } = movementOf(order, receipt, account);
  const bounds = boundsOf(order, order.base, order.quote);
  const isWithin = order.side === 'sell' ? quote >= bounds.quote : quote <= bounds.quote;
  const what = `order ${order.orderId} moved ${textOfUnits(base, order.base.decimals)} ${order.base.asset} and ${textOfUnits(quote, order.quote.decimals)} ${order.quote.asset}`;
  if (base === 0n && quote === 0n)
    return { end: canceled('it was mined, and moved nothing'), fault: `${what}: that is no trade` };
  const moved = { hash: receipt.hash, base: base.toString(), quote: quote.toString(), cost };
  // Without one of its sides it has no price, and is no fill.
  if (base === 0n || quote === 0n)
    return { end: { kind: 'unlike', ...moved }, fault: `${what}: that is no trade` };
  const fault = base === bounds.base && isWithin ? undefined : `${what}, which is not what was signed`;
  return { end: { kind: 'filled', ...moved }, fault };
}

/** Why a swap was reverted, as far as its receipt and those of its other nonces show it: no receipt has a reason. */
function causeOf({ slots }: OrderRecord, { hash, gasUsed }: Receipt): string {
  const approve = slots.find(({ signed }) => signed[0]?.kind === 'approve')?.mined;
  if (approve?.kind !== 'approve') return 'its approval was not mined';
  if (approve.isReverted) return 'its approval was reverted';
  const swap = slots.flatMap(({ signed }) => signed).find((one) => one.hash === hash);
  if (swap !== undefined && gasUsed >= BigInt(swap.gas)) return 'it used all of its gas';
  return 'as where its limit or its deadline is passed, or a token refuses';
}

/** What a swap that was mined moved, before all of the order's nonces are used. */
export function madeOf(order: OrderRecord, receipt: Receipt, account: string): WalletEvent {
  const { base, quote } = movementOf(order, receipt, account);
  return {
    kind: 'made',
    orderId: order.orderId,
    hash: receipt.hash,
    qty: textOfUnits(base, order.base.decimals),
    cost: textOfUnits(quote, order.quote.decimals),
  };
}

/** A transaction that was mined again in another block did what was booked, and cost the same. */
export function isAsBooked(order: OrderRecord, mined: Mined, now: Receipt, account: string): boolean {
  if (now.isReverted !== mined.isReverted || now.cost.toString() !== mined.cost) return false;
  if (mined.kind !== 'swap' || order.end === undefined || order.end.kind === 'canceled') return true;
  const { base, quote } = movementOf(order, now, account);
  return base.toString() === order.end.base && quote.toString() === order.end.quote;
}

/** What is reported of an order that has ended: the same each time. */
export function eventsOf(order: OrderRecord): readonly WalletEvent[] {
  const { orderId, end, base, quote, qty } = order;
  if (end === undefined) return [];
  if (order.isTakenBack === true)
    return [{ kind: 'unknown', orderId, reason: 'a block with one of its transactions was taken back' }];
  const gas = textOfUnits(BigInt(end.cost), NATIVE_DECIMALS);
  if (end.kind === 'canceled') {
    const charge = end.cost === '0' ? {} : { charge: { asset: NATIVE, amount: gas } };
    return [{ kind: 'canceled', orderId, reason: end.reason, ...charge }];
  }
  const [moved, paid] = [BigInt(end.base), BigInt(end.quote)];
  const filled = textOfUnits(moved, base.decimals);
  if (end.kind === 'unlike') {
    const reason = `${filled} ${base.asset} and ${textOfUnits(paid, quote.decimals)} ${quote.asset} moved: that is no trade`;
    const amounts = { base: filled, quote: textOfUnits(paid, quote.decimals), fee: gas };
    return [{ kind: 'unlike', orderId, reason, hash: end.hash, ...amounts }];
  }
  const fill: WalletFill = {
    fillId: end.hash,
    price: priceText(moved, base.decimals, paid, quote.decimals),
    qty: filled,
    cost: textOfUnits(paid, quote.decimals),
    fee: gas,
    feeAsset: NATIVE,
  };
  const isWhole = moved >= (unitsOf(qty, base.decimals) ?? 0n);
  return [
    { kind: 'fill', orderId, fill },
    ...(isWhole
      ? []
      : [
          {
            kind: 'canceled',
            orderId,
            reason: 'it brought less than was signed',
            filledQty: filled,
          } as const,
        ]),
  ];
}

function movementOf(order: OrderRecord, { transfers }: Receipt, account: string) {
  const { given, got } = tokensOf(order);
  const [out, back] = [
    movedOf(transfers, given.address, account).given,
    movedOf(transfers, got.address, account).got,
  ];
  return order.side === 'sell' ? { base: out, quote: back } : { base: back, quote: out };
}
