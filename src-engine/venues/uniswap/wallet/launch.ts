/** A process that signs swaps: which program runs it, and what it is given. */
import type { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  guardedNode,
  launchSide,
  type SideCommand,
  type SideEars,
  type SideProcess,
} from '../../toolkit/side-process.ts';
import type { Deployment } from '../deployments.ts';
import { demandRehearsal } from './permit.ts';

/** Its first line: of all that it is given only this has the key. Whoever starts it has had the key too. */
export type WalletOpening = {
  readonly key: string;
  readonly endpoint: string;
  readonly deployment: Deployment;
  /** Wei for a unit of gas that a swap may pay at most, as text. */
  readonly maxGasPrice: string;
  readonly record?: unknown;
  /** What the record has open is canceled before anything of it is sent again. */
  readonly cancelsOpen?: boolean;
};

/** The first line of a process that serves an account of an engine: the key follows, as a line of its own. */
export type AccountOpening = Pick<WalletOpening, 'endpoint' | 'deployment' | 'maxGasPrice'> & {
  readonly version: 'v2' | 'v3';
};

const MAX_HEAP_MB = 256;

/** @throws UserError on a chain on which something is worth anything. Never for a process that cannot be started: that has `ended`. */
export function launchWallet(start: typeof spawn, opening: WalletOpening, ears: SideEars): SideProcess {
  demandRehearsal(opening.deployment);
  return launchSide(start, () => ({ ...nodeArgs(), first: opening }), ears);
}

/** The same for an account of an engine. An order, a kill and an emergency cancel give way to nothing. */
export function launchWalletServer(
  start: typeof spawn,
  opening: Promise<AccountOpening>,
  ears: SideEars,
): SideProcess {
  const first = opening.then((one) => {
    demandRehearsal(one.deployment);
    return one;
  });
  return launchSide(start, () => ({ ...nodeArgs(), first, isUrgent: true }), ears);
}

/** In the sources it reads those that it runs, and installed packages. */
function nodeArgs(): Pick<SideCommand, 'program' | 'args'> {
  const path = (from: string): string => fileURLToPath(new URL(from, import.meta.url));
  const readable = [
    path('../*'),
    path('../../toolkit/*'),
    path('../../../domain/*'),
    path('../../../lib/*'),
    path('../../../../node_modules/*'),
    path('../../../../package.json'),
  ];
  return guardedNode(import.meta.url, './main.ts', 'wallet', readable, MAX_HEAP_MB);
}
