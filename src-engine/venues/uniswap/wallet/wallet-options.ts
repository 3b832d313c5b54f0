import type { Deployment } from '../deployments.ts';
import type { Rpc } from '../process/rpc.ts';
import type { Signer, WalletCalls } from './calls.ts';
import type { WalletEvent } from './outcome.ts';
import type { PoolTable } from './plan.ts';
import type { Journal } from './record.ts';

export type WalletOptions = {
  readonly rpc: Rpc;
  readonly calls: WalletCalls;
  readonly signer: Signer;
  readonly deployment: Deployment;
  readonly pools: PoolTable;
  readonly journal: Journal;
  /** Wei for a unit of gas that a swap may pay at most; a cancel twice as much. */
  readonly maxGasPrice: bigint;
  readonly report: (event: WalletEvent) => void;
  /** In milliseconds since 1970; the machine's clock when left out. */
  readonly nowMs?: (() => number) | undefined;
};
