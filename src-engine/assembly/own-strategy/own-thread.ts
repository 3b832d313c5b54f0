/**
 * A strategy of the trader's own on a thread of its own. The thread that trades waits for each of its calls, and no longer than a bound: what does not end by
 * then is ended with that thread, whatever it does (a loop, a timer, promises that make each other), and so is what takes more memory than it may. The bound is far above what a call may cost
 * (the meter counts processor time), so that a busy machine does not reach it. Slow calls of one turn of the event loop share what that turn may
 * take: however many do not end, the engine gives a sign of life before its watchdog takes it for frozen.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { type DurationUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import { errorWords } from '../../lib/error-words.ts';
import { MAX_CALL_US } from '../../strategies/strategy-host.ts';
import { readerThread } from '../reader-thread.ts';
import {
  ANSWERS,
  BELLS,
  type LoadProgress,
  type ModuleFace,
  MOST_MB,
  type OwnCall,
  type QuestionAnswer,
  REPLIES,
  type Reply,
} from './messages.ts';

/** Of a call that no slow one came before in its turn. */
export const CALL_DEADLINE_MS = MAX_CALL_US / US_PER_MS;
/** Of all slow calls of a turn. With the shortest deadlines of as many strategies as a session may have it stays below the least silence of a watchdog (2 s). */
const TURN_MS = 1_500;
/** Whatever was taken before: a call that is not slow ends within it. */
const LEAST_DEADLINE_MS = 10;
/** A call that took less is not counted: a replay makes thousands of them in one turn. */
const SLOW_MS = 50;
/** A file's load, by the clock. */
const LOAD_US: DurationUs = 5 * US_PER_SECOND;
const LATE = `its file was not loaded within ${LOAD_US / US_PER_SECOND} s`;

/** What slow calls took of this turn of the event loop, in which no sign of life is given. */
let turnMs = 0;
let endsTurn: NodeJS.Immediate | undefined;
let tookUs = 0;

/** Processor time of all calls on threads of their own, in µs. */
export const ownThreadsUs = (): number => tookUs;

/** How long a call may take now, in ms by the clock. @param spentMs by slow calls before it in the same turn. */
export function deadlineOf(deadlineMs: number, spentMs: number): number {
  // Two thirds of what is left, so that one after a call that was cut off still has a good while.
  const share = Math.floor(((TURN_MS - spentMs) * 2) / 3);
  return Math.max(LEAST_DEADLINE_MS, Math.min(deadlineMs, share));
}

/** @returns what a call asks in its middle. */
export type Answering = (question: Extract<Reply, { readonly ask: string }>) => QuestionAnswer;
export type Ended = Exclude<Reply, { readonly ask: string }>;

export type OwnThreadOptions = {
  /** Whether slow calls share what a turn of the event loop may take. A run over a recording is one turn from its first bar to its last, and no watchdog waits for it: no. */
  readonly sharesTurn?: boolean;
};

export class OwnThread {
  readonly face: ModuleFace;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #rings: Int32Array;
  readonly #sharesTurn: boolean;
  #heard = 0;
  /** Replies that are to come and that nothing waits for. */
  #forgotten = 0;
  /** Why there are no more calls; undefined: there are. */
  #over: string | undefined;

  private constructor(
    worker: Worker,
    port: MessagePort,
    rings: Int32Array,
    face: ModuleFace,
    sharesTurn: boolean,
  ) {
    this.#sharesTurn = sharesTurn;
    this.#worker = worker;
    this.#port = port;
    this.#rings = rings;
    this.face = face;
    worker.on('error', (error) => this.end(endWords(error)));
    worker.on('exit', () => this.end('its thread has ended'));
  }

  /** @param address of the file. @throws Error that says why it was not loaded, or what it throws. */
  static async load(
    address: string,
    clock: Clock,
    { sharesTurn = true }: OwnThreadOptions = {},
  ): Promise<OwnThread> {
    const bells = new SharedArrayBuffer(BELLS * Int32Array.BYTES_PER_ELEMENT);
    const { port1, port2 } = new MessageChannel();
    port1.unref();
    const worker = readerThread('own-strategy-worker', { address, bells, port: port2 }, MOST_MB, [port2]);
    try {
      const face = await faceOf(worker, clock);
      worker.unref();
      return new OwnThread(worker, port1, new Int32Array(bells), face, sharesTurn);
    } catch (error) {
      port1.close();
      // An error that comes while it ends is none of the engine's.
      worker.on('error', () => undefined);
      void worker.terminate();
      throw error;
    }
  }

  /** Why it is over; undefined: it can be called. */
  get over(): string | undefined {
    return this.#over;
  }

  /** @throws Error that says that the call did not end, has the words of what the call throws, or says what ended its thread. */
  call(call: OwnCall, deadlineMs: number, answering?: Answering): Ended {
    if (this.#over !== undefined) throw new Error(this.#over);
    const timeout = this.#sharesTurn ? deadlineOf(deadlineMs, turnMs) : deadlineMs;
    const beganMs = performance.now();
    this.#port.postMessage(call);
    let reply: Ended | undefined;
    try {
      reply = this.#replyBy(beganMs + timeout, answering);
    } finally {
      if (this.#sharesTurn) count(performance.now() - beganMs);
    }
    if (reply === undefined) {
      // Nothing measured: these words are a fact of the journal.
      this.end(`a call did not end within its time, or took more than ${MOST_MB} MB`);
      throw new Error(this.#over);
    }
    tookUs += reply.tookUs;
    if (reply.isOver === true) this.end(reply.problem ?? '');
    return reply;
  }

  /** No call waits for it. */
  post(call: OwnCall): void {
    if (this.#over !== undefined) return;
    this.#forgotten += 1;
    this.#port.postMessage(call);
  }

  end(why: string): void {
    if (this.#over !== undefined) return;
    this.#over = why;
    this.#port.close();
    void this.#worker.terminate();
  }

  #replyBy(endMs: number, answering: Answering | undefined): Ended | undefined {
    for (;;) {
      const heard = Atomics.load(this.#rings, REPLIES);
      const reply = heard === this.#heard ? undefined : this.#next();
      if (reply === undefined) {
        const leftMs = endMs - performance.now();
        if (leftMs <= 0) return undefined;
        Atomics.wait(this.#rings, REPLIES, heard, leftMs);
      } else if (!('ask' in reply)) {
        if (this.#forgotten === 0) return reply;
        this.#forgotten -= 1;
      } else if (performance.now() >= endMs) {
        return undefined;
      } else {
        this.#port.postMessage(this.#answerTo(reply, answering));
        Atomics.add(this.#rings, ANSWERS, 1);
        Atomics.notify(this.#rings, ANSWERS);
      }
    }
  }

  /** @throws what answering throws: its thread waits then for what never comes. */
  #answerTo(
    question: Parameters<Answering>[0],
    answering: Answering | undefined,
  ): QuestionAnswer | undefined {
    try {
      return answering?.(question);
    } catch (error) {
      this.end(`it asked what cannot be answered: ${errorWords(error)}`);
      throw error;
    }
  }

  #next(): Reply | undefined {
    const found = receiveMessageOnPort(this.#port);
    if (found !== undefined) this.#heard += 1;
    return found?.message as Reply | undefined;
  }
}

function count(tookMs: number): void {
  if (tookMs < SLOW_MS) return;
  turnMs += tookMs;
  endsTurn ??= setImmediate(() => {
    turnMs = 0;
    endsTurn = undefined;
  }).unref();
}

function endWords(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it took more than ${MOST_MB} MB`;
  return `it failed between two calls, by a promise or a timer: ${errorWords(error)}`;
}

/** @throws Error that says why there is none. */
function faceOf(worker: Worker, clock: Clock): Promise<ModuleFace> {
  return new Promise((resolve, reject) => {
    let stopWaiting: () => void = () => undefined;
    const end = (fault: string | undefined, face?: ModuleFace): void => {
      stopWaiting();
      worker.removeAllListeners();
      if (face === undefined) reject(new Error(fault));
      else resolve(face);
    };
    // Nothing else may keep a command alive that waits for it.
    worker.ref();
    worker.on('message', (progress: LoadProgress) => {
      if (progress === 'ready') stopWaiting = clock.schedule(clock.nowUs() + LOAD_US, () => end(LATE));
      else if ('face' in progress) end(undefined, progress.face);
      else end(progress.fault);
    });
    worker.once('error', (error) => end(`its file ended the thread that loaded it: ${errorWords(error)}`));
    worker.once('exit', () => end('its file waits for what never comes, or ends its process'));
  });
}
