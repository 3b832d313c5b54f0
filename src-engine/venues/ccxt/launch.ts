/** A process with one class of ccxt: which program runs it, what it is given, and the pipes to it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../domain/errors.ts';
import { giveWay } from '../../lib/give-way.ts';
import { CCXT_VERSION } from './ids.ts';

export type CcxtProcess = {
  /** False: it does not read, and nothing was written. */
  write(text: string): boolean;
  kill(): void;
  /** It keeps this program running, or not. */
  ref(): void;
  unref(): void;
};

export type CcxtEars = {
  /** One line, without its end. */
  said(line: Buffer): void;
  /** Once. It could not be started, or it has ended. */
  ended(reason: string): void;
};

/** Starts a process. Never throws: one that cannot be started has `ended`, later. */
export type LaunchCcxt = (
  what: { readonly id: string; readonly origin: string | undefined },
  ears: CcxtEars,
) => CcxtProcess;

const LOW_PRIORITY = 10;
/** What ccxt may keep of books and markets. */
const MAX_HEAP_MB = 512;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const MAX_UNREAD_BYTES = 256 * 1024;
const MAX_ERROR_CHARS = 2_000;
/** What a process needs of the environment: no secret is in these. */
const ENVIRONMENT = ['SystemRoot', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

const NOTHING: CcxtProcess = {
  write: () => false,
  kill: () => undefined,
  ref: () => undefined,
  unref: () => undefined,
};

export const launchCcxt: LaunchCcxt = (what, ears) => launchWith(spawn, what, ears);

/** @param start Node’s `spawn`, or a double of it. */
export function launchWith(start: typeof spawn, ...[what, ears]: Parameters<LaunchCcxt>): CcxtProcess {
  try {
    return launched(start, what, ears);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    setImmediate(() => ears.ended(reason));
    return NOTHING;
  }
}

/** @throws UserError where ccxt cannot run; Error where the system starts no process, as it has no memory or no files left for it. */
function launched(start: typeof spawn, ...[{ id, origin }, ears]: Parameters<LaunchCcxt>): CcxtProcess {
  const [program, args, root] = commandOf();
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
  child.on('spawn', () => giveWayTo(child.pid));
  child.on('close', (code, signal) => {
    const how = signal ?? `code ${code ?? 'unknown'}`;
    const last = heard.trim().split('\n').at(-1) ?? '';
    ears.ended(problem === '' ? `${how}${last === '' ? '' : `, ${last}`}` : problem);
  });
  stdin.write(`${JSON.stringify({ root, id, origin })}\n`);
  return {
    write(text) {
      if (!stdin.writable || stdin.writableLength > MAX_UNREAD_BYTES) return false;
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

/**
 * The program of a process, and its arguments. Node’s permission model keeps it from files but its own and those of installed packages (ccxt loads
 * some of its neighbours), from other programs, and from threads; what it needs is the network.
 * @throws UserError where ccxt is not installed, or cannot run.
 */
function commandOf(): readonly [program: string, args: readonly string[], root: string] {
  const here = import.meta.url;
  if (!here.endsWith('.ts'))
    throw missing(
      'is not part of the packaged desktop',
      'Run the engine from its sources (npm ci, npm run -s parallax -- serve) and connect the desktop to it.',
    );
  const root = ccxtRoot();
  const folder = fileURLToPath(new URL('./process/', here));
  const hasPermissions = process.allowedNodeEnvironmentFlags.has('--permission');
  const hasNetFlag = process.allowedNodeEnvironmentFlags.has('--allow-net');
  const guard = [
    '--permission',
    ...[join(folder, '*'), join(dirname(root), '*'), join(dirname(root), '..', 'package.json')].map(
      (path) => `--allow-fs-read=${path}`,
    ),
    ...(hasNetFlag ? ['--allow-net'] : []),
  ];
  const args = [`--max-old-space-size=${MAX_HEAP_MB}`, '--no-warnings', ...(hasPermissions ? guard : [])];
  return [process.execPath, [...args, join(folder, 'main.ts')], root];
}

/** Folder of the installed package. @throws UserError where there is none. */
export function ccxtRoot(): string {
  try {
    // The one file that the package gives out lies in its folder `dist`.
    const root = join(dirname(createRequire(import.meta.url).resolve('ccxt')), '..');
    if (existsSync(join(root, 'js', 'src'))) return root;
  } catch {
    // Named below.
  }
  throw missing('is not installed', `Run npm install ccxt@${CCXT_VERSION} in the folder of Parallax.`);
}

function missing(message: string, remedy: string): UserError {
  return new UserError({ code: 'no-ccxt', field: 'ccxt', message, remedy });
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
