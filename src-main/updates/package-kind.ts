/** In which package this program came, and the keys and the feed that its makers built into it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { publicKeyOf, type PackageKind } from './signed-feed.ts';

type Place = {
  readonly platform: string;
  /** Electron's folder of resources. */
  readonly resources: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Undefined where it came in none: a folder that was unpacked. */
export function packageKindOf({ platform, resources, env }: Place): PackageKind | undefined {
  if (platform === 'win32') return 'nsis';
  if (platform === 'darwin') return 'dmg';
  if (platform !== 'linux') return undefined;
  if (env['APPIMAGE'] !== undefined) return 'appimage';
  try {
    const text = readFileSync(join(resources, 'package-type'), 'utf8').trim();
    return text === 'deb' || text === 'rpm' ? text : undefined;
  } catch {
    return undefined;
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
