import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** The specs open the window as users get it: built. */
export default async function buildWindow(): Promise<void> {
  const configFile = fileURLToPath(new URL('../../src-renderer/vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'warn' });
}
