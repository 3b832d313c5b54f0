/** The process that signs, as the command line starts it: one order through it, and what of its key anybody could see. */
import { spawn } from 'node:child_process';
import type { SwapOrder } from '../../src-engine/venues/uniswap/wallet/amounts.ts';
import { sendOrder } from '../../src-engine/venues/uniswap/wallet/one-order.ts';
import { served } from './served.ts';
import type { TradeParts } from './trade.ts';

/** It is given so long for everything. */
const PATIENCE_MS = 120_000;
/** Longest that a swap may wait, in seconds of the chain. */
const MOST_WAIT_S = 600;

/** @returns what must be so, by what it is where it is not. */
export async function signInProcess(
  { chain, deployment }: TradeParts,
  key: string,
  maxGasPrice: bigint,
  kept: string,
  order: SwapOrder,
): Promise<Readonly<Record<string, boolean>>> {
  const node = await served(chain);
  const { endpoint } = node;
  let seen = '';
  const start = ((program: string, args: readonly string[], options: object) => {
    seen += JSON.stringify([program, args, options]);
    const child = spawn(program, args, options);
    child.stderr?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    return child;
  }) as typeof spawn;
  let record = JSON.parse(kept) as object;
  const sent = (one?: SwapOrder) =>
    sendOrder({
      start,
      opening: { key, endpoint, deployment, maxGasPrice: maxGasPrice.toString(), record },
      order: one,
      keep: (next) => {
        record = next as object;
        seen += JSON.stringify(next);
        return Promise.resolve();
      },
      onReport: (report) => {
        seen += JSON.stringify(report);
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  const end = await sent(order);
  const swapped = seen.slice(-400);
  record = { ...record, halt: { code: 'unlike-order', reason: 'as a trial' } };
  const early = await sent();
  // The chain is idle: only the block that would come is beyond the deadline.
  await chain.rpc.call('evm_increaseTime', [MOST_WAIT_S]);
  const late = await sent();
  node.close();
  return {
    [`it ended with ${JSON.stringify(end)}, after ${swapped}`]: end?.['kind'] === 'fill',
    [`it resumed before the deadline: ${JSON.stringify(early)}`]: early?.['event'] === 'resume-refused',
    [`it did not resume: ${JSON.stringify(late)}`]: late?.['event'] === 'resumed' && !('halt' in record),
    'its key can be seen': !seen.toLowerCase().includes(key.slice(2).toLowerCase()),
  };
}
