/** A process with one class of ccxt: which program runs it, and what it is given. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { guardedArgs, launchSide, type SideEars, type SideProcess } from '../toolkit/side-process.ts';
import { CCXT_VERSION } from './ids.ts';

/** Starts a process. Never throws: one that cannot be started has `ended`, later. */
export type LaunchCcxt = (
  what: {
    readonly id: string;
    readonly origin: string | undefined;
    /** It serves an account, whose key comes as a line of its input. */
    readonly isAccount?: boolean | undefined;
  },
  ears: SideEars,
) => SideProcess;

/** What ccxt may keep of books and markets. */
const MAX_HEAP_MB = 512;

export const launchCcxt: LaunchCcxt = (what, ears) => launchWith(spawn, what, ears);

/** @param start Node’s `spawn`, or a double of it. */
export function launchWith(start: typeof spawn, ...[what, ears]: Parameters<LaunchCcxt>): SideProcess {
  const command = () => {
    const [program, args, root] = commandOf();
    // An order, a kill and an emergency cancel give way to nothing.
    return { program, args, first: { root, ...what }, isUrgent: what.isAccount === true };
  };
  return launchSide(start, command, ears);
}

/**
 * The program of a process, and its arguments. Besides its own files it may read those of installed packages, as ccxt loads some of its
 * neighbours.
 * @throws UserError where ccxt is not installed, or cannot run.
 */
function commandOf(): readonly [program: string, args: readonly string[], root: string] {
  const here = import.meta.url;
  if (!here.endsWith('.ts'))
    throw missing(
      'is not part of the packaged desktop',
      'Run the engine from its sources (npm ci, npm run -s parallax -- serve) and connect the desktop to it.',
    );
  const root = ccxtRoot();
  const folder = fileURLToPath(new URL('./process/', here));
  const readable = [join(folder, '*'), join(dirname(root), '*'), join(dirname(root), '..', 'package.json')];
  return [process.execPath, guardedArgs(join(folder, 'main.ts'), readable, MAX_HEAP_MB), root];
}

/** Folder of the installed package. @throws UserError where there is none. */
export function ccxtRoot(): string {
  try {
    // The one file that the package gives out lies in its folder `dist`.
    const root = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '..');
    if (existsSync(join(root, 'js', 'src'))) return root;
  } catch {
    // Named below.
  }
  throw missing('is not installed', `Run npm install ccxt@${CCXT_VERSION} in the folder of Parallax.`);
}

function missing(message: string, remedy: string): UserError {
  return new UserError({ code: 'no-ccxt', field: 'ccxt', message, remedy });
}
