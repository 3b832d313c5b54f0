/** Real processes of the command line: started, spoken to, stopped, and never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cliEntry } from '../../src-engine/testing/cli-entry.ts';
import { SPARING } from '../../src-engine/testing/sparing.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_MS = 300_000;
const STOP_MS = 120_000;

export type Running = {
  readonly child: ChildProcess;
  /** The first JSON object that the command printed. */
  readonly answer: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
};

function launch(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...SPARING, cliEntry(), ...args, '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Starts a command that goes on, and waits for its first line. */
export async function start(...args: string[]): Promise<Running> {
  const child = launch(args);
  let stderr = '';
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const line = await new Promise<string>((resolve, reject) => {
    let stdout = '';
    const timer = setTimeout(() => reject(new Error(`${args[0]} said nothing: ${stderr}`)), START_MS);
    child.stdout?.on('data', (data: Buffer) => {
      stdout += data.toString();
      const end = stdout.indexOf('\n');
      if (end < 0) return;
      clearTimeout(timer);
      resolve(stdout.slice(0, end));
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code}: ${stderr}`)));
  });
  return {
    child,
    answer: JSON.parse(line) as Record<string, unknown>,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Runs a command to its end. */
export async function run(
  ...args: string[]
): Promise<{ code: number; answer: Record<string, unknown>; stderr: string }> {
  const child = launch(args);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr?.on('data', (data: Buffer) => {
    stderr += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, answer: JSON.parse(stdout) as Record<string, unknown>, stderr };
}
