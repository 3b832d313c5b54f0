/** What installing means for each kind of package. Nothing here decides whether it may. */
import { accessSync, constants, statSync } from 'node:fs';
import { chmod, copyFile, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { PackageKind } from './signed-feed.ts';

/** What of the system an installation uses. */
export type InstallHost = {
  /** The AppImage that runs; undefined elsewhere. */
  readonly appImage: string | undefined;
  /** Ends this program in peace, and starts `program` in its place. */
  relaunch(program: string): void;
  /** Ends this program in peace; once it has, `program` is started. */
  runAfterQuit(program: string, args: readonly string[]): void;
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

/** @param path a package that was verified just now. @throws InstallError */
export async function install(kind: PackageKind, path: string, host: InstallHost): Promise<void> {
  switch (kind) {
    case 'appimage':
      return replaceAppImage(path, host);
    case 'nsis':
      // With its own pages: what it asks, the trader answers.
      return host.runAfterQuit(path, ['--updated']);
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
async function replaceAppImage(path: string, host: InstallHost): Promise<void> {
  const target = host.appImage;
  if (target === undefined || !statSync(target, { throwIfNoEntry: false })?.isFile())
    throw new InstallError('The AppImage that runs was moved: start it from where it lies now.');
  const draft = `${target}.new`;
  try {
    accessSync(dirname(target), constants.W_OK);
    await copyFile(path, draft);
    await chmod(draft, 0o755);
    const file = await open(draft, 'r+');
    await file.sync();
    await file.close();
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    throw new InstallError(`${target} cannot be replaced (${code}). It is as it was.`);
  }
  host.relaunch(target);
}
