/** Builds what is missing or older than its sources. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.ts';

const BUILD_TIMEOUT_MS = 900_000;
const VITE = 'node_modules/vite/bin/vite.js';

type Target = {
  readonly output: string;
  readonly sources: readonly string[];
  /** One after the other; the last one makes the output. */
  readonly commands: readonly (readonly string[])[];
};

/** The window alone, for a browser. */
export const WINDOW: Target = {
  output: 'out/renderer/index.html',
  sources: [
    'src-renderer',
    'src-engine/contract',
    'src-engine/domain',
    'src-engine/lib',
    'package-lock.json',
  ],
  commands: [[VITE, 'build', '--config', 'src-renderer/vite.config.ts']],
};

/** Everything that Electron loads, and the processes beside it. */
export const DESKTOP: Target = {
  output: 'out/main/main.js',
  sources: [
    'src-main',
    'src-engine',
    'src-renderer',
    'electron.vite.config.ts',
    'vite.processes.config.ts',
    'package-lock.json',
  ],
  // The output comes last: a build that was cut off is made again.
  commands: [
    [VITE, 'build', '--config', 'vite.processes.config.ts'],
    ['node_modules/electron-vite/bin/electron-vite.js', 'build'],
  ],
};

export function isStale(root: string, target: Target): boolean {
  const builtMs = statSync(join(root, target.output), { throwIfNoEntry: false })?.mtimeMs;
  if (builtMs === undefined) return true;
  return target.sources.some((source) => newestMs(join(root, source)) > builtMs);
}

/** @throws Error with the builder's own words when it fails. */
export async function buildIfStale(root: string, target: Target, say: (line: string) => void): Promise<void> {
  if (!isStale(root, target)) return;
  say(`Building ${target === WINDOW ? 'the window' : 'the desktop app'} …`);
  for (const command of target.commands) {
    const ended = await runQuietly(process.execPath, command, BUILD_TIMEOUT_MS, root);
    if (ended.code !== 0) throw new Error(`the build failed:\n${ended.stderr.trim()}`);
  }
}

/**
 * For an engine without a desktop: builds the window as `npm start` does. An engine must start where nothing can be built: it
 * then serves the window of before, and where there is none, its API alone. Says which, why, and what helps.
 * @throws Error with the builder's own words when it fails and there is no window of before.
 */
export async function buildForServe(
  root: string,
  say: (line: string) => void,
  target: Target = WINDOW,
): Promise<void> {
  if (!isStale(root, target)) return;
  const isThere = existsSync(join(root, target.output));
  const [[builder = ''] = []] = target.commands;
  if (!existsSync(join(root, builder))) {
    const what = isThere ? 'is older than its sources' : 'is not built';
    return say(`The window ${what}, and what builds it is not installed. Run: npm ci`);
  }
  try {
    await buildIfStale(root, target, say);
  } catch (error) {
    if (!isThere) throw error;
    say(`${error instanceof Error ? error.message : String(error)}\nThe window of before is served.`);
  }
}

/** When the newest file below a path was changed. Tests do not end up in a build. */
function newestMs(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  let newest = 0;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || /\.test\.tsx?$/.test(entry.name)) continue;
    newest = Math.max(newest, newestMs(join(path, entry.name)));
  }
  return newest;
}
