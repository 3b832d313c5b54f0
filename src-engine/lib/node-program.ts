/**
 * Which program runs a script of ours as a process of plain Node, and where that script lies: in the sources, in a build, and in a package.
 * Electron's own program does not run scripts (its fuse RunAsNode is off), and a plain Node reads no archive: a packaged desktop has a Node and
 * the scripts beside it.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Host = {
  readonly execPath: string;
  readonly isElectron: boolean;
  readonly platform: NodeJS.Platform;
};

export const thisHost = (): Host => ({
  execPath: process.execPath,
  isElectron: process.versions['electron'] !== undefined,
  platform: process.platform,
});

/** In a package both lie in folders of these names, in `resources`. */
const NODE_FOLDER = 'watchdog';
const SCRIPTS_FOLDER = 'processes';

/** @param here URL of a module of the program that runs: a source, a file of a build, or one in the archive of a packaged desktop. */
export function nodeOf(here: string, { execPath, isElectron, platform }: Host = thisHost()): string {
  if (!isElectron) return execPath;
  const node = platform === 'win32' ? 'node.exe' : 'node';
  const resources = archivedIn(here);
  return resources === undefined
    ? // Not packaged: the Node that the project itself runs on.
      fileURLToPath(new URL(`../../node_modules/node/bin/${node}`, here))
    : fileURLToPath(new URL(`${NODE_FOLDER}/${node}`, resources));
}

/** Flags of the Node that the project brings, of those that processes beside the engine are started with. */
const OWN_NODE: ReadonlySet<string> = new Set(['--permission', '--disable-sigusr1']);

/** Whether the Node of `nodeOf` knows a flag. Electron lists its own, and without the flag a process would be started without its guard. */
export function hasNodeFlag(flag: string, { isElectron }: Pick<Host, 'isElectron'> = thisHost()): boolean {
  return isElectron ? OWN_NODE.has(flag) : process.allowedNodeEnvironmentFlags.has(flag);
}

/**
 * The file of a process that is built into one (`vite.processes.config.ts`). @param here as of `nodeOf`: no source. @param name without its ending.
 * @param isThere whether a file exists, or a double of that.
 */
export function builtScript(here: string, name: string, isThere = existsSync): string {
  const resources = archivedIn(here);
  const file = (path: string, base: string): string =>
    fileURLToPath(new URL(`${path}${SCRIPTS_FOLDER}/${name}.mjs`, base));
  if (resources !== undefined) return file('', resources);
  // Beside `out/main`; in a package its files lie in `resources/command` too, for the command line.
  const beside = file('../', here);
  return isThere(beside) ? beside : file('../../../', here);
}

export const isSource = (here: string): boolean => here.endsWith('.ts');

/** The script of a process. @param here as of `nodeOf`. @param source where it lies from there in the sources. @param name of the built one. */
export function scriptOf(here: string, source: string, name: string): string {
  return isSource(here) ? fileURLToPath(new URL(source, here)) : builtScript(here, name);
}

/** The folder of the archive; undefined: not in one. */
export function archivedIn(here: string): string | undefined {
  const archive = here.indexOf('/app.asar/');
  return archive === -1 ? undefined : here.slice(0, archive + 1);
}
