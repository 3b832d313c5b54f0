/** Child processes of the scripts. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Where Node keeps compiled sources between processes: a start of the engine takes half as much of a core. Not the
 * system's folder for temporary files, where others could put code for us to run.
 */
export const COMPILE_CACHE = join(ROOT, 'node_modules', '.cache', 'parallax', 'compiled');

/** How a child ended: its exit code, 1 for one that a signal ended. */
export type Ended = { readonly code: number; readonly stderr: string; readonly timedOut: boolean };

/** The terminal sends SIGINT to the child as well; staying alive lets it end in peace. */
const ignore = (): void => {};

/** Runs a program of ours in the foreground until it ends; Ctrl+C is the child's to handle. */
export function runForeground(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, [...args], { cwd: ROOT, stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  process.on('SIGINT', ignore);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      resolve(code ?? 1);
    });
  });
}

/** Runs a program quietly, at most so long, keeping the end of what it says on stderr. */
export async function runQuietly(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  cwd = ROOT,
): Promise<Ended> {
  const child = spawn(command, [...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  let timedOut = false;
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-20_000);
  });
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  const code = await new Promise<number>((resolve) => {
    child.on('error', (error) => {
      stderr += error.message;
      resolve(1);
    });
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
  clearTimeout(timer);
  return { code, stderr, timedOut };
}
