/** What installing means for each kind of package. Nothing here decides whether it may. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync, statSync } from 'node:fs';
import { chmod, copyFile, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PackageKind } from './signed-feed.ts';

/** What of the system an installation uses. */
export type InstallHost = {
  /** The AppImage that runs; undefined elsewhere. */
  readonly appImage: string | undefined;
  /** Shuts this program down, and starts `program` in its place. */
  relaunch(program: string): void;
  /**
   * Shuts this program down. Once it has ended, `program` is started if `holds()` is still true.
   * @returns cancels the start, for a shutdown that failed.
   */
  runAfterQuit(program: string, args: readonly string[], holds: () => boolean): () => void;
  /** Opens a file with the system. */
  open(path: string): Promise<void>;
  show(path: string): void;
};

/** Why it cannot be installed here. */
export class InstallError extends Error {}

/** Whether the system's package manager owns the program: the trader types a command. */
export function isBySystem(kind: PackageKind | undefined): boolean {
  return kind === 'deb' || kind === 'rpm';
}

/** That command. It verifies the package once more, as it may be typed long after it was shown; empty: Parallax installs it. */
export function commandFor(kind: PackageKind, path: string, sha512: string): string {
  if (!isBySystem(kind)) return '';
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const verify = String.raw`printf '%s  %s\n' ${sha512} ${quoted(path)} | sha512sum --check --quiet`;
  const manager = kind === 'deb' ? 'apt install --allow-downgrades' : 'dnf install --allow-downgrade';
  return `${verify} && sudo ${manager} ${quoted(path)}`;
}

export type Ready = {
  /** Of a package that was verified just now. */
  readonly path: string;
  /** Whether a file is, at this moment, what was verified. */
  readonly isIt: (path: string) => Promise<boolean>;
  readonly isItNow: (path: string) => boolean;
  /** @throws InstallError where something speaks against it by now. */
  readonly mayGoOn: () => void;
};

/** @returns undefined where this program goes on; where it ends, what takes that back. @throws InstallError */
export async function install(
  kind: PackageKind,
  ready: Ready,
  host: InstallHost,
): Promise<(() => void) | undefined> {
  const { path } = ready;
  switch (kind) {
    case 'appimage':
      await replaceAppImage(ready, host);
      // It is in its place: whatever becomes of this program, its next start runs it.
      return () => undefined;
    case 'nsis':
      // With its own pages: what it asks, the trader answers.
      return host.runAfterQuit(path, ['--updated'], () => ready.isItNow(path));
    case 'dmg':
      await host.open(path);
      return undefined;
    case 'deb':
    case 'rpm':
      host.show(path);
      return undefined;
    default:
      kind satisfies never;
      return undefined;
  }
}

/** A copy beside the old one that then takes its name: a crash leaves the old one or the new one, and nothing half. */
async function replaceAppImage({ path, isIt, mayGoOn }: Ready, host: InstallHost): Promise<void> {
  const target = host.appImage;
  if (target === undefined || !statSync(target, { throwIfNoEntry: false })?.isFile())
    throw new InstallError('The AppImage that runs was moved: start it from where it lies now.');
  // No other program can put a link there beforehand: the name is random.
  const draft = `${target}.${randomUUID()}.new`;
  try {
    accessSync(dirname(target), constants.W_OK);
    await removeDrafts(target);
    await copyFile(path, draft, constants.COPYFILE_EXCL);
    await chmod(draft, 0o755);
    const file = await open(draft, 'r+');
    await file.sync();
    await file.close();
    if (!(await isIt(draft)))
      throw new InstallError('The copy of the package is not what was verified. Nothing was changed.');
    // Copying and reading took a while, and nothing waits from here to the end of this program.
    mayGoOn();
    renameSync(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    if (error instanceof InstallError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new InstallError(`${target} cannot be replaced (${code}). It is as it was.`);
  }
  host.relaunch(target);
}

/** Those of installations that were broken off by the end of this program. */
async function removeDrafts(target: string): Promise<void> {
  const start = `${basename(target)}.`;
  for (const name of await readdir(dirname(target)))
    if (name.startsWith(start) && /^[\da-f-]{36}\.new$/.test(name.slice(start.length)))
      await rm(join(dirname(target), name), { force: true });
}
