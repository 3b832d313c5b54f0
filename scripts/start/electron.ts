/** Whether Electron can open a window here, and its own installer for where its binary is missing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.ts';

const INSTALL_TIMEOUT_MS = 120_000;
const PROGRESS_EVERY_MS = 5_000;

/** The executable that Electron's installer has left, or undefined. */
export function electronBinary(root: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8').trim();
    const binary = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Why an installed Electron cannot open a window, or undefined when it can. */
export function whyNoWindow(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.platform !== 'linux') return undefined;
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display (DISPLAY is not set)';
  if (process.getuid?.() === 0) return 'Electron’s sandbox does not run as root';
  return undefined;
}

/** Runs the installer once. Answers undefined when the binary is there, or why it is not, in one line. */
export async function installElectron(
  root: string,
  say: (line: string) => void,
  timeoutMs = INSTALL_TIMEOUT_MS,
): Promise<string | undefined> {
  say(`Electron's binary is missing: running its installer (at most ${timeoutMs / 1_000} s) …`);
  const startedMs = performance.now();
  const progress = setInterval(() => {
    say(`  still downloading, ${Math.round((performance.now() - startedMs) / 1_000)} s`);
  }, PROGRESS_EVERY_MS);
  const installer = join(root, 'node_modules', 'electron', 'install.js');
  const ended = await runQuietly(process.execPath, [installer], timeoutMs);
  clearInterval(progress);
  if (ended.timedOut) return `its installer was not done after ${timeoutMs / 1_000} s`;
  if (ended.code !== 0) return `its installer failed: ${shortReason(ended.stderr)}`;
  return electronBinary(root) === undefined ? 'its installer left no binary behind' : undefined;
}

/** The first line of a printed error, and the cause that Node adds below it: `fetch failed (ENOTFOUND …)`. */
function shortReason(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? 'it did not say why';
  const cause = /\[cause\]: (?:\w*Error: )?(.*?)\s*\{?$/m.exec(text)?.[1];
  return `${line.trim()}${cause === undefined ? '' : ` (${cause})`}`.slice(0, 200);
}
