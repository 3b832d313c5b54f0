/** A process beside the engine that speaks lines of JSON: its pipes, and how it ends. What it is given comes as its first line. */
import type { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { giveWay } from '../../lib/give-way.ts';
import { hasNodeFlag, isSource, nodeOf, scriptOf } from '../../lib/node-program.ts';

export type SideProcess = {
  /** False: it does not read, and nothing was written. */
  write(text: string): boolean;
  kill(): void;
  /** It keeps this program running, or not. */
  ref(): void;
  unref(): void;
};

export type SideEars = {
  /** One line, without its end. */
  said(line: Buffer): void;
  /** Once. It could not be started, or it has ended. */
  ended(reason: string): void;
};

export type SideCommand = {
  readonly program: string;
  readonly args: readonly string[];
  /** Its first line: never an argument, which others could read. A process whose line cannot be had is ended with the reason. */
  readonly first: object | Promise<object>;
  /** Of normal priority: what it does must not wait for all else that runs. */
  readonly isUrgent?: boolean | undefined;
  /** It is given more only while no more than this waits to be read. */
  readonly maxUnreadBytes?: number | undefined;
};

const LOW_PRIORITY = 10;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const MAX_UNREAD_BYTES = 256 * 1024;
const MAX_ERROR_CHARS = 2_000;
/** What a process needs of the environment: no secret is in these. */
const ENVIRONMENT = ['SystemRoot', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

const NOTHING: SideProcess = {
  write: () => false,
  kill: () => undefined,
  ref: () => undefined,
  unref: () => undefined,
};

/**
 * Never throws: a process that cannot be started has `ended`, later.
 * @param start Node’s `spawn`, or a double of it. @param commandOf may throw: the process has `ended` with its reason.
 */
export function launchSide(start: typeof spawn, commandOf: () => SideCommand, ears: SideEars): SideProcess {
  try {
    return launched(start, commandOf(), ears);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    setImmediate(() => ears.ended(reason));
    return NOTHING;
  }
}

/**
 * Arguments of a Node that runs `entry`. Its permission model keeps the process from all files but these, from other programs, and from
 * threads; what it needs is the network.
 */
export function guardedArgs(
  entry: string,
  readable: readonly string[],
  maxHeapMb: number,
): readonly string[] {
  const guard = hasNodeFlag('--permission')
    ? [
        '--permission',
        ...readable.map((path) => `--allow-fs-read=${path}`),
        ...(hasNodeFlag('--allow-net') ? ['--allow-net'] : []),
      ]
    : [];
  // No other program of this user opens its inspector by a signal.
  const closed = hasNodeFlag('--disable-sigusr1') ? ['--disable-sigusr1'] : [];
  return [`--max-old-space-size=${maxHeapMb}`, '--no-warnings', ...closed, ...guard, entry];
}

/**
 * A process that reads its own files alone: in the sources those that it names, in a build the folder of the built ones.
 * @param here URL of the module that starts it. @param source of its entry, from there. @param name of the built one.
 */
export function guardedNode(
  here: string,
  source: string,
  name: string,
  readable: readonly string[],
  maxHeapMb: number,
): Pick<SideCommand, 'program' | 'args'> {
  const script = scriptOf(here, source, name);
  const files = isSource(here) ? readable : [join(dirname(script), '*')];
  return { program: nodeOf(here), args: guardedArgs(script, files, maxHeapMb) };
}

/** @throws Error where the system starts no process, as it has no memory or no files left for it. */
function launched(
  start: typeof spawn,
  { program, args, first, isUrgent, maxUnreadBytes = MAX_UNREAD_BYTES }: SideCommand,
  ears: SideEars,
): SideProcess {
  // One that fails before anything waits for it, or where no process could be started, would end the engine.
  if (first instanceof Promise) first.catch(() => undefined);
  const child = start(program, args, { env: environment(), stdio: ['pipe', 'pipe', 'pipe'] });
  let problem = '';
  // First of all: an error that nothing listens for would end the engine.
  child.on('error', (error) => {
    problem = error.message;
  });
  const { stdin, stdout, stderr } = child;
  // With no file descriptor left (EMFILE, ENFILE) Node makes no pipes, whatever its types say.
  const pipes: readonly unknown[] = [stdin, stdout, stderr];
  if (pipes.includes(undefined)) throw new Error('the system has no file left to open for its pipes');
  let heard = '';
  const lines = new LineReader(
    (line) => ears.said(line),
    () => child.kill('SIGKILL'),
  );
  stdout.on('data', (chunk: Buffer) => lines.take(chunk));
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    heard = (heard + chunk).slice(-MAX_ERROR_CHARS);
  });
  stdin.on('error', () => undefined);
  if (isUrgent !== true) child.on('spawn', () => giveWayTo(child.pid));
  child.on('close', (code, signal) => {
    const how = signal ?? `code ${code ?? 'unknown'}`;
    const last = heard.trim().split('\n').at(-1) ?? '';
    ears.ended(problem === '' ? `${how}${last === '' ? '' : `, ${last}`}` : problem);
  });
  const begin = (line: object): void => void (stdin.writable && stdin.write(`${JSON.stringify(line)}\n`));
  if (first instanceof Promise) {
    first.then(begin, (error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      child.kill('SIGKILL');
    });
  } else begin(first);
  return {
    write(text) {
      if (!stdin.writable || stdin.writableLength > maxUnreadBytes) return false;
      stdin.write(text);
      return true;
    },
    kill: () => void child.kill('SIGKILL'),
    ref: () => {
      for (const handle of [child, stdout, stderr, stdin]) hold(handle, 'ref');
    },
    unref: () => {
      for (const handle of [child, stdout, stderr, stdin]) hold(handle, 'unref');
    },
  };
}

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of ENVIRONMENT) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function giveWayTo(pid: number | undefined): void {
  try {
    if (pid !== undefined) giveWay(LOW_PRIORITY, pid);
  } catch {
    // It has ended, or the system does not allow it.
  }
}

/** Pipes are sockets, whatever their type says. */
function hold(handle: unknown, how: 'ref' | 'unref'): void {
  if (typeof handle !== 'object' || handle === null || !(how in handle)) return;
  const method = (handle as Record<string, unknown>)[how];
  if (typeof method === 'function') method.call(handle);
}

/** Cuts what comes into lines. One that is too long ends the process: nothing of it is kept. */
class LineReader {
  readonly #onLine: (line: Buffer) => void;
  readonly #onTooLong: () => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(onLine: (line: Buffer) => void, onTooLong: () => void) {
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
  }

  take(chunk: Buffer): void {
    let rest = chunk;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      const line =
        this.#parts.length === 0
          ? rest.subarray(0, end)
          : Buffer.concat([...this.#parts, rest.subarray(0, end)]);
      this.#parts = [];
      this.#bytes = 0;
      rest = rest.subarray(end + 1);
      if (line.length > 0) this.#onLine(line);
    }
    if (rest.length === 0) return;
    this.#parts.push(rest);
    this.#bytes += rest.length;
    if (this.#bytes <= MAX_LINE_BYTES) return;
    this.#parts = [];
    this.#bytes = 0;
    this.#onTooLong();
  }
}
