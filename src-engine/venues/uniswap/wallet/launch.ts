/** A process that signs swaps: which program runs it, and what it is given. */
import type { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtScript, isSource, nodeOf } from '../../../lib/node-program.ts';
import {
  guardedArgs,
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

/** Its program: the process reads its own files alone, in the sources those that it runs and installed packages. */
function nodeArgs(): Pick<SideCommand, 'program' | 'args'> {
  const here = import.meta.url;
  const program = nodeOf(here);
  if (!isSource(here)) {
    const script = builtScript(here, 'wallet');
    return { program, args: guardedArgs(script, [join(dirname(script), '*')], MAX_HEAP_MB) };
  }
  const engine = fileURLToPath(new URL('../../../', here));
  const root = join(engine, '..');
  const readable = [
    join(engine, 'venues', 'uniswap', '*'),
    join(engine, 'venues', 'toolkit', '*'),
    join(engine, 'domain', '*'),
    join(engine, 'lib', '*'),
    join(root, 'node_modules', '*'),
    join(root, 'package.json'),
  ];
  return {
    program,
    args: guardedArgs(join(engine, 'venues', 'uniswap', 'wallet', 'main.ts'), readable, MAX_HEAP_MB),
  };
}
