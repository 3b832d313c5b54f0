/** Starts the watchdog of an account and keeps one watching for as long as the engine runs: each counts the other's silence. */
import { UserError } from '../domain/errors.ts';
import type { VenueName } from '../domain/ids.ts';
import { type TimeUs, US_PER_MS } from '../domain/time.ts';
import type { Credential } from '../venues/venue-account.ts';
import {
  type FromWatchdog,
  fromWatchdog,
  LineReader,
  SILENCE_MS,
  type ToWatchdog,
  type WatchdogReport,
} from './messages.ts';
import { Patience } from './patience.ts';
import { type LaunchWatchdog, launchWatchdog, type WatchdogProcess } from './watchdog-process.ts';

export type WatchdogOptions = {
  readonly dataDir: string;
  readonly venue: VenueName;
  /** Id of the adapter that speaks the venue's protocol. */
  readonly adapter: VenueName;
  /** It goes to the watchdog's standard input and nowhere else. */
  readonly credential: Credential;
  /** Level of the account; the lowest of the venue when left out. */
  readonly tier?: string | undefined;
  /** The venue's own address when left out. */
  readonly restUrl?: string | undefined;
  /** So long without a beat, or without an answer to one, is frozen: 2,000 to 60,000; 5,000 when left out. */
  readonly silenceMs?: number | undefined;
  /** No nonce of the engine is above it. */
  readonly nonceFloor?: (() => bigint | undefined) | undefined;
  /** It canceled everything while this process was stopped. */
  readonly onActed: (report: WatchdogReport) => void;
  /** It could not be started, ended without being asked to, or does not answer: none watches now; another one is started. */
  readonly onLost: (reason: string) => void;
  /** Another one watches. */
  readonly onBack: () => void;
};

export type Watchdog = {
  /** Process id of the watchdog that runs now. */
  readonly pid: number | undefined;
  /** It watches, and has answered within a silence. */
  readonly isWatching: boolean;
  /** A sign of life, to be given by the decision loop itself; sent on a few times in the time of a silence. */
  beat(nowUs: TimeUs): void;
  /** The engine ends as it should: the watchdog goes without touching anything. */
  stop(): Promise<void>;
};

/** The machine that the engine runs on. */
export type KeeperHost = {
  readonly launch: LaunchWatchdog;
  /** Process id of the engine. */
  readonly pid: number;
  /** Calls back once, after so long, unless the answer is called first. @param isIdle it keeps no process alive. */
  after(ms: number, run: () => void, isIdle?: boolean): () => void;
};

const THIS_MACHINE: KeeperHost = {
  launch: launchWatchdog,
  pid: process.pid,
  after(ms, run, isIdle = false) {
    const timer = setTimeout(run, ms);
    if (isIdle) timer.unref();
    return () => clearTimeout(timer);
  },
};

/** From its start to its first word. */
const READY_MS = 15_000;
/** First and longest wait before another one is started; doubled with each that did not come up. */
const RESTART_MS = { first: 1_000, most: 30_000 } as const;
/** Beats in the time of a silence: a few may be late. */
const BEATS = 10;
/** Lines between two beats beyond which a watchdog is not one of ours any more: it answers each beat with one. */
const MAX_LINES_A_BEAT = 64;
/** A watchdog that was asked to end and does not is ended after this. */
const STOP_MS = 3_000;

/**
 * @param host what differs from this machine.
 * @returns once it watches, or once it could not be started: `onLost` has said why, and it is tried again, later each time.
 * @throws UserError for a silence that is out of range.
 */
export async function startWatchdog(
  options: WatchdogOptions,
  host: Partial<KeeperHost> = {},
): Promise<Watchdog> {
  const keeper = new Keeper(options, { ...THIS_MACHINE, ...host });
  await keeper.start();
  return keeper;
}

class Keeper implements Watchdog {
  readonly #options: WatchdogOptions;
  readonly #host: KeeperHost;
  readonly #silenceMs: number;
  /** The one that is asked to watch. A process that was superseded is no longer here. */
  #child: WatchdogProcess | undefined;
  /** Since its last answer; undefined until the process watches. */
  #patience: Patience | undefined;
  #ended: Promise<void> = Promise.resolve();
  #isStopped = false;
  #cancelRestart: () => void = () => undefined;
  #lastBeatUs = Number.NEGATIVE_INFINITY;
  /** Lines since the last beat. */
  #lines = 0;

  constructor(options: WatchdogOptions, host: KeeperHost) {
    this.#options = options;
    this.#host = host;
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

  get isWatching(): boolean {
    return this.#patience !== undefined;
  }

  /** The first one. */
  async start(): Promise<void> {
    try {
      await this.#begin();
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.onLost(
        `it could not be started: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.#startAgain();
    }
  }

  /** Starts one, and waits until it watches. Rejects with the reason when it does not come up. */
  #begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      let onEnded: () => void = () => undefined;
      this.#ended = new Promise((settle) => {
        onEnded = settle;
      });
      const isOurs = (): boolean => this.#child === child;
      const onMessage = (message: FromWatchdog): void => {
        if (this.#isFlooded(child)) return;
        if (message.t === 'acted') this.#options.onActed(message.report);
        if (!isOurs()) return;
        if (message.t === 'heard') this.#patience?.onBeat();
        if (message.t !== 'watching' || this.isWatching) return;
        isUp();
        this.#patience = new Patience(this.#silenceMs);
        resolve();
      };
      const reader = new LineReader(fromWatchdog, onMessage, () => void this.#isFlooded(child));
      const child: WatchdogProcess = this.#host.launch({
        said: (chunk) => reader.take(chunk),
        ended: (reason) => {
          isUp();
          onEnded();
          if (isOurs() && this.isWatching) this.#lose(reason);
          else if (isOurs()) this.#child = undefined;
          reject(new Error(reason));
        },
      });
      this.#child = child;
      this.#lines = 0;
      const isUp = this.#host.after(READY_MS, () => child.kill());
      this.#write(startMessage(this.#options, this.#silenceMs, this.#host.pid));
    });
  }

  beat(nowUs: TimeUs): void {
    const patience = this.#patience;
    if (patience === undefined) return;
    patience.onLook(nowUs / US_PER_MS);
    if (patience.isOver) {
      const child = this.#child;
      this.#lose(`it has not answered for ${Math.round(patience.silentMs)} ms`);
      // It must not cancel later, when it goes on: a stopped process ends by this too.
      child?.kill();
      return;
    }
    // Either way: after the clock was set back the next beat must not wait for the old time.
    if (Math.abs(nowUs - this.#lastBeatUs) < (this.#silenceMs / BEATS) * US_PER_MS) return;
    this.#lastBeatUs = nowUs;
    this.#lines = 0;
    const nonce = this.#options.nonceFloor?.()?.toString();
    this.#write({ t: 'beat', ...(nonce !== undefined && { nonce }) });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelRestart();
    const child = this.#child;
    if (child === undefined) return;
    child.ref();
    this.#write({ t: 'end' });
    child.close();
    const hasGone = this.#host.after(STOP_MS, () => child.kill());
    await this.#ended;
    hasGone();
  }

  /** Each line takes time of the thread that trades: what says more than it is asked for is ended, and the rest of it unread. */
  #isFlooded(child: WatchdogProcess): boolean {
    if (this.#child !== child) return false;
    if (++this.#lines <= MAX_LINES_A_BEAT) return false;
    const wasWatching = this.isWatching;
    if (wasWatching) this.#lose(`it sent more than ${MAX_LINES_A_BEAT} lines between two heartbeats`);
    child.kill();
    return true;
  }

  #write(message: ToWatchdog): void {
    this.#child?.write(`${JSON.stringify(message)}\n`);
  }

  /** The process that watched does not any longer; the next one takes its place. */
  #lose(reason: string): void {
    this.#child = undefined;
    this.#patience = undefined;
    if (this.#isStopped) return;
    this.#options.onLost(reason);
    this.#startAgain();
  }

  #startAgain(waitMs: number = RESTART_MS.first): void {
    const again = (): void => {
      this.#begin().then(
        () => this.#options.onBack(),
        () => {
          if (!this.#isStopped) this.#startAgain(Math.min(waitMs * 2, RESTART_MS.most));
        },
      );
    };
    this.#cancelRestart = this.#host.after(waitMs, again, true);
  }
}

function startMessage(options: WatchdogOptions, silenceMs: number, enginePid: number): ToWatchdog {
  const { dataDir, venue, adapter, credential, tier, restUrl } = options;
  const common = {
    t: 'start',
    enginePid,
    dataDir,
    silenceMs,
    venue,
    adapter,
    credential,
  } as const;
  return {
    ...common,
    ...(tier !== undefined && { tier }),
    ...(restUrl !== undefined && { restUrl }),
  };
}
