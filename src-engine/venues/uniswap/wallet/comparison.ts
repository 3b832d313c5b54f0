/** What was booked against the chain, where blocks may have been taken back. */
import { type Head, hashAt } from '../process/heads.ts';
import type { Rpc } from '../process/rpc.ts';
import type { KeptRecord } from './kept-record.ts';
import type { Lane } from './lane.ts';
import { isAsBooked } from './outcome.ts';
import type { Mined, OrderRecord, Slot } from './record.ts';

/** Blocks for which what was booked is held against the chain. */
const WATCHED_BLOCKS = 64;

type Parts = { readonly rpc: Rpc; readonly lane: Lane; readonly kept: KeptRecord };

/**
 * Of orders that have ended. False: the endpoint lacks a block that it had, as one of its machines that lags does, and is to be asked again.
 * @throws RpcError, and what the journal throws.
 */
export async function compareBooked({ rpc, lane, kept }: Parts, head: Head): Promise<boolean> {
  const hashes = new Map<number, string | undefined>();
  let [isChanged, isWhole] = [false, true];
  for (const order of kept.known.orders) {
    if (order.end === undefined) continue;
    for (const slot of order.slots) {
      const { mined } = slot;
      // Records of before have no block for what another program made.
      if (mined === undefined || mined.blockHash === '' || head.number - mined.block > WATCHED_BLOCKS)
        continue;
      if (!hashes.has(mined.block) && mined.block <= head.number)
        hashes.set(mined.block, await hashAt(rpc, mined.block));
      const hash = hashes.get(mined.block);
      if (hash === mined.blockHash) continue;
      isWhole &&= hash !== undefined;
      if (hash === undefined) continue;
      const again = await minedAgain(order, slot, mined, { lane, head });
      if (again !== undefined && again !== 'otherwise') slot.mined = again;
      else if (order.isTakenBack === true) continue;
      else {
        order.isTakenBack = true;
        const what = `block ${mined.block} with a transaction of order ${order.orderId} (${mined.kind ?? 'of another program'}, nonce ${slot.nonce}) was taken back`;
        kept.stop(
          'swap-taken-back',
          again === undefined ? what : `${what}, and it was mined again otherwise`,
        );
      }
      isChanged = true;
    }
  }
  if (isChanged) await kept.save();
  return isWhole;
}

/** Undefined: it is not mined any longer. */
async function minedAgain(
  order: OrderRecord,
  slot: Slot,
  mined: Mined,
  { lane, head }: { readonly lane: Lane; readonly head: Head },
): Promise<Mined | 'otherwise' | undefined> {
  if (mined.kind === undefined) {
    const used = await lane.countAt(head.number);
    const now = slot.nonce < used ? await lane.mined(slot, head.number) : undefined;
    if (now === undefined) return undefined;
    return now.hash === mined.hash ? { ...mined, block: now.block, blockHash: now.blockHash } : 'otherwise';
  }
  const now = await lane.receipt(slot, mined.hash);
  if (now === undefined) return undefined;
  return isAsBooked(order, mined, now, lane.address)
    ? { ...mined, block: now.block, blockHash: now.blockHash }
    : 'otherwise';
}
