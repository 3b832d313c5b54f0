/** What installing means for each kind of package. Nothing here decides whether it may. */
import { randomUUID } from 'node:crypto';
import { accessSync, constants, renameSync, statSync } from 'node:fs';
import { chmod, copyFile, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PackageKind } from './signed-feed.ts';

/** What of the system an installation uses. */
export type InstallHost = {
  /** The AppImage that runs; undefined elsewhere. */
  readonly appImage: string | undefined;
  /** Ends this program in peace, and starts `program` in its place. */
  relaunch(program: string): void;
  /** Ends this program in peace; once it has, `program` is started, where `holds` then says so. */
  runAfterQuit(program: string, args: readonly string[], holds: () => boolean): void;
  /** Opens a file with the system. */
  open(path: string): Promise<void>;
  show(path: string): void;
};

/** Why it cannot be installed here. */
export class InstallError extends Error {}

/** The line that a trader types where the system's package manager owns the program; empty: Parallax installs it. */
export function commandFor(kind: PackageKind, path: string): string {
  const quoted = `'${path.replaceAll("'", String.raw`'\''`)}'`;
  if (kind === 'deb') return `sudo apt install --allow-downgrades ${quoted}`;
  if (kind === 'rpm') return `sudo dnf install --allow-downgrade ${quoted}`;
  return '';
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

/** @throws InstallError */
export async function install(kind: PackageKind, ready: Ready, host: InstallHost): Promise<void> {
  const { path } = ready;
  switch (kind) {
    case 'appimage':
      return replaceAppImage(ready, host);
    case 'nsis':
      // With its own pages: what it asks, the trader answers.
      return host.runAfterQuit(path, ['--updated'], () => ready.isItNow(path));
    case 'dmg':
      return host.open(path);
    case 'deb':
    case 'rpm':
      return host.show(path);
    default:
      kind satisfies never;
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
