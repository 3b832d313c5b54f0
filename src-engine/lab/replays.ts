/** The replay of the engine: one at a time, on a thread of its own, which has no way to a venue. */
import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Caller, OperationHandlers } from '../contract/operations.ts';
import type { LabSettings } from '../contract/lab-records.ts';
import type { replayOperations, ReplayView } from '../contract/replay-operations.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import { Serial } from '../lib/serial.ts';
import type { LabFolders, TaskSettings } from './lab-task.ts';
import {
  BELL_LOOKED,
  BELL_RINGS,
  REPLAY_BELL_BYTES,
  type ReplayCommand,
  type ReplayMessage,
  type ReplayStart,
} from './replay-messages.ts';
import type { StoredTrade } from './stored-run.ts';

export type ReplayHandlers = Pick<OperationHandlers, keyof typeof replayOperations>;

/** A replay that is not looked at for so long is ended: it holds a whole recording in memory. */
const FORGOTTEN_US = 900 * US_PER_SECOND;
const ANSWER_MS = 5_000;
/** A frame that is so old is not of now: who asks once waits for the next frame, at most so long. */
const STALE_US = 300_000;
const FRESH_MS = 500;
const MAX_ASKED = 50;
/** Of the thread, in MB: one that needs more ends alone. */
const MAX_HEAP_MB = 1_024;

/** What is used of a worker thread. */
export type ReplayThread = {
  postMessage(command: ReplayCommand): void;
  terminate(): Promise<unknown>;
  on(event: 'message', listener: (message: ReplayMessage) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
};

type Replay = {
  readonly replayId: string;
  readonly worker: ReplayThread;
  readonly rings: Int32Array;
  readonly asked: Map<number, (trade: StoredTrade | undefined) => void>;
  /** As views and calls have it: the same object while nothing changed. */
  shown: Readonly<{ replay: ReplayView }>;
  /** When the thread last said what is shown. */
  shownUs: number;
  readonly waiting: Set<() => void>;
};

const NO_REPLAY: Readonly<{ replay: null }> = Object.freeze({ replay: null });

export type ReplayParts = {
  readonly folders: LabFolders;
  readonly clock: Clock;
  /** @throws UserError for a recording that there is not, and for settings at fault. */
  readonly checked: (
    recordings: readonly string[],
    settings: LabSettings,
    caller: Caller,
  ) => Promise<TaskSettings>;
  /** Begins the thread of a replay; tests have one of their own. */
  readonly begin?: (start: ReplayStart) => ReplayThread;
};

/** From source in development, beside the bundle once it is built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith('.ts') ? './replay-worker.ts' : './replay-worker.js';
  return new URL(name, import.meta.url);
}

function beginThread(workerData: ReplayStart): ReplayThread {
  return new Worker(workerUrl(), {
    workerData,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
}

export class Replays {
  readonly handlers: ReplayHandlers;
  readonly #parts: ReplayParts;
  /** Starts and ends, one after another: two at once would leave a thread that no one can end. */
  readonly #turns = new Serial();
  #replay: Replay | undefined;
  #isStopped = false;
  #lookedUs = 0;
  #asks = 0;
  #cancelWatch: () => void = () => undefined;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
    this.handlers = {
      startReplay: async ({ recordings, settings }, caller) => {
        const taken = await parts.checked(recordings, settings, caller);
        const replayId = await this.#turns.run(async () => {
          await this.#end();
          // The engine may have stopped meanwhile: what starts now would outlive it.
          if (this.#isStopped) throw stopped(recordings);
          return this.#start(recordings, taken);
        });
        return { replayId };
      },
      controlReplay: ({ replayId, ...command }) => {
        this.#send(this.#named(replayId), command);
        return { done: true };
      },
      getReplay: async () => {
        await this.#fresh();
        return this.shown();
      },
      getReplayTrade: async ({ replayId, executionId }) => {
        const trade = await this.#ask(this.#named(replayId), executionId);
        if (trade !== undefined) return trade;
        throw new UserError({
          code: 'unknown-trade',
          field: 'executionId',
          value: executionId,
          message: 'is no execution that the replay has come to',
          remedy: 'Choose one of its list.',
        });
      },
    };
  }

  view(): ReplayView | null {
    return this.shown().replay;
  }

  /** Whoever reads it looks on: the thread shows what it comes to. */
  shown(): Readonly<{ replay: ReplayView | null }> {
    this.#lookedUs = this.#parts.clock.nowUs();
    const replay = this.#replay;
    if (replay === undefined) return NO_REPLAY;
    Atomics.store(replay.rings, BELL_LOOKED, 1);
    return replay.shown;
  }

  /** A replay that moves and was not read is past its last frame: all questions wait for the next frame. */
  async #fresh(): Promise<void> {
    const replay = this.#replay;
    if (replay === undefined || !isMoving(replay.shown.replay)) return;
    if (this.#parts.clock.nowUs() - replay.shownUs < STALE_US) return;
    this.shown();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, FRESH_MS);
      replay.waiting.add(done);
      function done(): void {
        clearTimeout(timer);
        replay?.waiting.delete(done);
        resolve();
      }
    });
  }

  /** Ends the replay for good: none starts afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#turns.run(() => this.#end());
  }

  /** @param only ends no other than this one: a newer one may have started since. */
  async #end(only = this.#replay): Promise<void> {
    if (only !== this.#replay) return;
    this.#cancelWatch();
    const replay = this.#replay;
    this.#replay = undefined;
    if (replay === undefined) return;
    for (const answer of replay.asked.values()) answer(undefined);
    await replay.worker.terminate();
  }

  #start(recordings: readonly string[], settings: TaskSettings): string {
    const replayId = `replay-${randomBytes(8).toString('hex')}`;
    const bell = new SharedArrayBuffer(REPLAY_BELL_BYTES);
    const workerData: ReplayStart = { folders: this.#parts.folders, recordings, settings, bell };
    const worker = (this.#parts.begin ?? beginThread)(workerData);
    const view: ReplayView = { ...NOTHING_YET, replayId, recordings };
    const replay: Replay = {
      replayId,
      worker,
      rings: new Int32Array(bell),
      asked: new Map(),
      shown: Object.freeze({ replay: view }),
      shownUs: this.#parts.clock.nowUs(),
      waiting: new Set(),
    };
    this.#replay = replay;
    worker.on('message', (message) => this.#hear(replay, message));
    worker.on('error', (error) => this.#fail(replay, 'internal', String(error)));
    worker.on('exit', () => this.#fail(replay, 'internal', 'Its thread ended'));
    this.#lookedUs = this.#parts.clock.nowUs();
    this.#watch();
    return replayId;
  }

  #watch(): void {
    const { clock } = this.#parts;
    const forgotten = this.#replay;
    this.#cancelWatch = clock.schedule(clock.nowUs() + FORGOTTEN_US / 10, () => {
      if (clock.nowUs() - this.#lookedUs >= FORGOTTEN_US) void this.#turns.run(() => this.#end(forgotten));
      else this.#watch();
    });
  }

  #hear(replay: Replay, message: ReplayMessage): void {
    if (message.type === 'frame') {
      const { replayId, recordings } = replay.shown.replay;
      this.#show(replay, { replayId, recordings, problem: null, ...message.frame });
    } else if (message.type === 'trade') {
      replay.asked.get(message.ask)?.(message.trade);
      replay.asked.delete(message.ask);
    } else this.#fail(replay, message.code, message.message);
  }

  /** The view itself is never changed: a new one takes its place. */
  #show(replay: Replay, view: ReplayView): void {
    replay.shown = Object.freeze({ replay: view });
    replay.shownUs = this.#parts.clock.nowUs();
    for (const done of replay.waiting) done();
  }

  #fail(replay: Replay, code: string, message: string): void {
    const view = replay.shown.replay;
    if (view.state !== 'failed') this.#show(replay, { ...view, state: 'failed', problem: { code, message } });
  }

  #named(replayId: string): Replay {
    if (this.#replay?.replayId === replayId) return this.#replay;
    throw new UserError({
      code: 'unknown-replay',
      field: 'replayId',
      value: replayId,
      message: 'is not the replay that runs',
      remedy: 'Start it again.',
    });
  }

  #send(replay: Replay, command: ReplayCommand): void {
    if (command.move === 'end') return void this.#turns.run(() => this.#end(replay));
    replay.worker.postMessage(command);
    Atomics.add(replay.rings, BELL_RINGS, 1);
    Atomics.notify(replay.rings, BELL_RINGS);
  }

  #ask(replay: Replay, executionId: string): Promise<StoredTrade | undefined> {
    if (replay.asked.size >= MAX_ASKED || replay.shown.replay.state === 'failed')
      return Promise.resolve(undefined);
    const ask = ++this.#asks;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        replay.asked.delete(ask);
        resolve(undefined);
      }, ANSWER_MS);
      replay.asked.set(ask, (trade) => {
        clearTimeout(timer);
        resolve(trade);
      });
      this.#send(replay, { trade: { executionId, ask } });
    });
  }
}

function isMoving({ state }: ReplayView): boolean {
  return state === 'playing' || state === 'seeking';
}

function stopped(recordings: readonly string[]): UserError {
  return new UserError({
    code: 'engine-stopping',
    field: 'recordings',
    value: recordings.join(' + '),
    message: 'cannot be replayed: the engine is stopping',
    remedy: 'Start the replay again once the engine has started.',
  });
}

const NOTHING_YET: Omit<ReplayView, 'replayId' | 'recordings'> = {
  state: 'loading',
  problem: null,
  assumptions: [],
  speed: 1,
  pauseAt: 'taken',
  fromUs: 0,
  toUs: 0,
  atUs: 0,
  events: 0,
  totalEvents: 0,
  instruments: [],
  book: null,
  bookState: null,
  open: [],
  decision: null,
  executions: [],
  executionCount: 0,
  homeAsset: '',
  profitHome: '0',
  equity: null,
  balances: [],
  marks: [],
};
