/** A process with one class of ccxt: which program runs it, and what it is given. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { nodeOf, scriptOf } from '../../lib/node-program.ts';
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
  const script = scriptOf(here, './process/main.ts', 'ccxt');
  const root = ccxtRoot(script);
  const packages = dirname(root);
  const readable = [join(dirname(script), '*'), join(packages, '*'), join(packages, '..', 'package.json')];
  return [nodeOf(here), guardedArgs(script, readable, MAX_HEAP_MB), root];
}

/** Folder of the installed package. @param from a file that it serves. @throws UserError where there is none. */
export function ccxtRoot(from = fileURLToPath(import.meta.url)): string {
  // Not resolved: a package of Parallax has the classes alone, without the file that all of ccxt is loaded by.
  const places = createRequire(from).resolve.paths('ccxt') ?? [];
  const found = places
    .map((place) => join(place, 'ccxt'))
    .find((root) => existsSync(join(root, 'js', 'src')));
  if (found !== undefined) return found;
  throw missing('is not installed', `Run npm install ccxt@${CCXT_VERSION} in the folder of Parallax.`);
}

function missing(message: string, remedy: string): UserError {
  return new UserError({ code: 'no-ccxt', field: 'ccxt', message, remedy });
}
