/** In which package this program came, and the keys and the feed that its makers built into it. */
import { readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { z } from 'zod';
import { publicKeyOf, type PackageKind } from './signed-feed.ts';

type Place = {
  readonly platform: string;
  /** Electron's folder of resources. */
  readonly resources: string;
  /** The program that runs. */
  readonly executable: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Undefined where it came in none: a folder that was unpacked. */
export function packageKindOf({ platform, resources, executable, env }: Place): PackageKind | undefined {
  if (platform === 'win32') return 'nsis';
  if (platform === 'darwin') return 'dmg';
  if (platform !== 'linux') return undefined;
  if (isOwnAppImage(executable, env)) return 'appimage';
  try {
    const text = readFileSync(join(resources, 'package-type'), 'utf8').trim();
    return text === 'deb' || text === 'rpm' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A terminal that is an AppImage hands its own variables on to what it starts: only a program in the mounted folder came in that file. */
function isOwnAppImage(executable: string, { APPIMAGE, APPDIR }: Place['env']): boolean {
  if (APPIMAGE === undefined || APPDIR === undefined || APPDIR === '') return false;
  const folder = realOf(APPDIR);
  return folder !== sep && realOf(executable).startsWith(folder + sep);
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const builtIn = z.object({
  /** `keys` with commas between them. */
  updates: z.object({ feed: z.string().max(500), keys: z.string().max(400) }),
});

/** Of `package.json` in the archive, written by a build for release; a build without them takes no updates. */
export function builtInUpdates(manifest: unknown): {
  readonly feed: string;
  readonly keys: readonly string[];
} {
  const found = builtIn.safeParse(manifest).data?.updates;
  const keys = (found?.keys ?? '').split(',').filter((key) => publicKeyOf(key) !== undefined);
  return { feed: found?.feed ?? '', keys };
}
