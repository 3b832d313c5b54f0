/** The watchdog as a process: which program runs it, what it is given, and the pipes to it. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { archivedIn, type Host, isSource, nodeOf, thisHost } from '../lib/node-program.ts';

/** What the engine does with a watchdog's process. */
export type WatchdogProcess = {
  readonly pid: number | undefined;
  /** Dropped while the process leaves its input unread. */
  write(line: string): void;
  /** Closes its input. */
  close(): void;
  /** At once; a process that is stopped ends too. */
  kill(): void;
  /** From here on its end is waited for. */
  ref(): void;
};

export type WatchdogEars = {
  said(chunk: string): void;
  /** Once. It could not be started, or it has ended. */
  ended(reason: string): void;
};

/** Starts a process. Never throws: one that cannot be started has `ended`, later. */
export type LaunchWatchdog = (ears: WatchdogEars) => WatchdogProcess;

/** More that a watchdog has not read: it is frozen, and nothing further is kept for it. */
const MAX_UNREAD_BYTES = 65_536;
/** What a child needs of the environment: how to find its libraries, and the way into the network. */
const ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/**
 * The program and the script of a watchdog. A utility process of the desktop would end together with it, and the watchdog has to outlive it.
 * @param here URL of this module: in the sources, in a bundle, or in the archive of a packaged desktop.
 */
export function watchdogCommand(here: string, host: Host): readonly [program: string, script: string] {
  const file = (path: string, base = here): string => fileURLToPath(new URL(path, base));
  const node = nodeOf(here, host);
  if (isSource(here)) return [node, file('../entry/watchdog.ts')];
  const resources = archivedIn(here);
  // A plain Node reads no archive: it lies beside it.
  return [node, resources === undefined ? file('./watchdog.js') : file('watchdog/watchdog.mjs', resources)];
}

const NOTHING: WatchdogProcess = {
  pid: undefined,
  write: () => undefined,
  close: () => undefined,
  kill: () => undefined,
  ref: () => undefined,
};

export const launchWatchdog: LaunchWatchdog = (ears) => launchWatchdogWith(spawn, ears);

/** @param start Node’s `spawn`, or a double of it. */
export function launchWatchdogWith(start: typeof spawn, ears: WatchdogEars): WatchdogProcess {
  try {
    return launched(start, ears);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    setImmediate(() => ears.ended(reason));
    return NOTHING;
  }
}

/** @throws Error where the system starts no process, as it has no memory or no files left for it. */
function launched(start: typeof spawn, ears: WatchdogEars): WatchdogProcess {
  const [program, script] = watchdogCommand(import.meta.url, thisHost());
  const child = start(program, [script], {
    // A group of its own: Ctrl+C in the engine's terminal is not meant for it.
    detached: true,
    env: childEnvironment(),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let reason = '';
  // First of all: an error that nothing listens for would end the engine.
  child.on('error', (error) => {
    reason = error.message;
  });
  const { stdin, stdout } = child;
  // With no file descriptor left (EMFILE, ENFILE) Node makes no pipes, whatever its types say.
  const pipes: readonly unknown[] = [stdin, stdout];
  if (pipes.includes(undefined)) throw new Error('the system has no file left to open for its pipes');
  stdout.setEncoding('utf8').on('data', (chunk: string) => ears.said(chunk));
  stdin.on('error', () => undefined);
  child.on('close', (code, signal) => {
    ears.ended(reason === '' ? `it ended with ${signal ?? `code ${code ?? 'unknown'}`}` : reason);
  });
  for (const handle of [child, stdin, stdout]) unref(handle);
  return {
    pid: child.pid,
    write: (line) => {
      if (stdin.writable && stdin.writableLength <= MAX_UNREAD_BYTES) stdin.write(line);
    },
    close: () => stdin.end(),
    kill: () => void child.kill('SIGKILL'),
    ref: () => child.ref(),
  };
}

function childEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of ENVIRONMENT) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

/** It must not keep an engine alive that has nothing else to do. Pipes are sockets, whatever their type says. */
function unref(handle: unknown): void {
  if (typeof handle !== 'object' || handle === null || !('unref' in handle)) return;
  if (typeof handle.unref === 'function') handle.unref();
}
