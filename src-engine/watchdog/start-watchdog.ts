/** Starts the watchdog of an account and keeps one running for as long as the engine does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import type { TimeUs } from '../domain/time.ts';
import type { KrakenTier } from '../venues/kraken/private/rate-counter.ts';
import { fromWatchdog, LineReader, SILENCE_MS, type ToWatchdog, type WatchdogReport } from './messages.ts';

export type WatchdogOptions = {
  readonly dataDir: string;
  readonly venue: VenueName;
  /** API key and private key as Kraken shows them. They go to the watchdog's standard input and nowhere else. */
  readonly key: string;
  readonly secret: string;
  readonly tier?: KrakenTier | undefined;
  /** Kraken's own address when left out. */
  readonly restUrl?: string | undefined;
  /** So long without a beat is frozen: 2,000 to 60,000; 5,000 when left out. */
  readonly silenceMs?: number | undefined;
  /** No nonce of the engine is above it. */
  readonly nonceFloor?: (() => bigint | undefined) | undefined;
  /** It canceled everything while this process stood still. */
  readonly onActed: (report: WatchdogReport) => void;
  /** It ended though nobody told it to; another one is started. */
  readonly onLost: (reason: string) => void;
};

export type Watchdog = {
  /** Process id of the watchdog that runs now. */
  readonly pid: number | undefined;
  /** A sign of life, to be given by the decision loop itself; sent on a few times in the time of a silence. */
  beat(nowUs: TimeUs): void;
  /** The engine ends as it should: the watchdog goes without touching anything. */
  stop(): Promise<void>;
};

/** From its start to its first word. */
const READY_MS = 15_000;
/** First and longest wait before another one is started; doubled with each that did not come up. */
const RESTART_MS = { first: 1_000, most: 30_000 } as const;
/** Beats in the time of a silence: a few may be late. */
const BEATS = 10;
/** More that a watchdog has not read: it stands still itself. */
const MAX_UNREAD_BYTES = 65_536;
/** What a child needs of the environment: how to find its libraries, and the way into the network. */
const ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'];

/** From source in development, beside the bundle once it is built. */
const ENTRY = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../entry/watchdog.ts' : './watchdog.js', import.meta.url),
);

/** @returns once it watches. @throws UserError when it cannot be started. */
export async function startWatchdog(options: WatchdogOptions): Promise<Watchdog> {
  const keeper = new Keeper(options);
  await keeper.begin();
  return keeper;
}

class Keeper implements Watchdog {
  readonly #options: WatchdogOptions;
  readonly #silenceMs: number;
  #child: ChildProcess | undefined;
  #isStopped = false;
  #restart: NodeJS.Timeout | undefined;
  #nextBeatUs = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
    this.#silenceMs = options.silenceMs ?? SILENCE_MS.usual;
    if (this.#silenceMs >= SILENCE_MS.min && this.#silenceMs <= SILENCE_MS.max) return;
    throw new UserError({
      code: 'out-of-range',
      field: 'silenceMs',
      value: String(this.#silenceMs),
      message: `is not from ${SILENCE_MS.min} to ${SILENCE_MS.max}`,
      remedy: `Leave it out for ${SILENCE_MS.usual}.`,
    });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts one, and waits until it watches. */
  begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [ENTRY], {
        // A group of its own: Ctrl+C in the engine's terminal is not meant for it.
        detached: true,
        env: childEnvironment(),
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      this.#child = child;
      const ready = setTimeout(() => child.kill('SIGKILL'), READY_MS);
      let isReady = false;
      let reason = '';
      const onMessage = (message: ReturnType<typeof fromWatchdog.parse>): void => {
        if (message.t === 'acted') this.#options.onActed(message.report);
        else {
          clearTimeout(ready);
          isReady = true;
          resolve();
        }
      };
      const reader = new LineReader(fromWatchdog, onMessage, () => undefined);
      child.stdout?.setEncoding('utf8');
      child.stdout?.on('data', (chunk: string) => reader.take(chunk));
      child.stdin?.on('error', () => undefined);
      child.on('error', (error) => {
        reason = error.message;
      });
      child.on('close', (code, signal) => {
        clearTimeout(ready);
        if (reason === '') reason = `it ended with ${signal ?? `code ${code ?? 'unknown'}`}`;
        if (isReady) this.#onEnded(child, reason);
        else reject(notStarted(reason));
      });
      this.#write(startMessage(this.#options, this.#silenceMs));
      for (const handle of [child, child.stdin, child.stdout]) unref(handle);
    });
  }

  beat(nowUs: TimeUs): void {
    if (nowUs < this.#nextBeatUs) return;
    this.#nextBeatUs = nowUs + (this.#silenceMs / BEATS) * 1_000;
    const nonce = this.#options.nonceFloor?.()?.toString();
    this.#write({ t: 'beat', ...(nonce !== undefined && { nonce }) });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.ref();
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#write({ t: 'end' });
    child.stdin?.end();
    const impatient = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    await ended;
    clearTimeout(impatient);
  }

  #write(message: ToWatchdog): void {
    const pipe = this.#child?.stdin;
    if (pipe === null || pipe === undefined || !pipe.writable || pipe.writableLength > MAX_UNREAD_BYTES)
      return;
    pipe.write(`${JSON.stringify(message)}\n`);
  }

  #onEnded(child: ChildProcess, reason: string): void {
    if (this.#isStopped || this.#child !== child) return;
    this.#child = undefined;
    this.#options.onLost(reason);
    this.#startAgain();
  }

  #startAgain(waitMs: number = RESTART_MS.first): void {
    this.#restart = setTimeout(() => {
      this.begin().catch(() => {
        if (!this.#isStopped) this.#startAgain(Math.min(waitMs * 2, RESTART_MS.most));
      });
    }, waitMs);
    this.#restart.unref();
  }
}

function startMessage(options: WatchdogOptions, silenceMs: number): ToWatchdog {
  const { dataDir, venue, key, secret, tier = 'starter', restUrl } = options;
  const message = {
    t: 'start',
    enginePid: process.pid,
    dataDir,
    silenceMs,
    venue,
    key,
    secret,
    tier,
  } as const;
  return restUrl === undefined ? message : { ...message, restUrl };
}

function childEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const name of ENVIRONMENT) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  // Inside of Electron the program is Electron's own.
  return process.versions['electron'] === undefined ? env : { ...env, ELECTRON_RUN_AS_NODE: '1' };
}

/** It must not keep an engine alive that has nothing else to do. Pipes are sockets, whatever their type says. */
function unref(handle: unknown): void {
  if (typeof handle !== 'object' || handle === null || !('unref' in handle)) return;
  if (typeof handle.unref === 'function') handle.unref();
}

function notStarted(reason: string): UserError {
  return new UserError({
    code: 'no-watchdog',
    field: 'watchdog',
    message: `could not be started: ${reason}`,
    remedy: 'Trading for real needs it: try again, and look at what it wrote before.',
  });
}
