/**
 * Models that answer in a process beside the engine, started with the first model and again after it ended, ever later until a row was answered that mattered. An answer has a deadline with whoever asks; a process that
 * does not answer for ten seconds is ended. Every end of a question is an answer or a code.
 */
import type { Answer, AnswerFault } from '../domain/prediction.ts';
import { ANSWER_FAULTS } from '../domain/prediction.ts';
import { UserError } from '../domain/errors.ts';
import { US_PER_SECOND } from '../domain/time.ts';
import type { Clock } from '../lib/clock.ts';
import type { SideProcess } from '../venues/toolkit/side-process.ts';
import type { LaunchOnnx } from './launch.ts';

/** A line of the process that does not come within this time is not waited for: it hangs. */
const HANG_US = 10 * US_PER_SECOND;
/** To begin on a busy machine, and to load a model, which may make a program for a graphics card. */
const LOAD_US = 60 * US_PER_SECOND;
const FIRST_WAIT_US = US_PER_SECOND;
const MAX_WAIT_US = 60 * US_PER_SECOND;
/** Questions under way at most: more would only be late. */
const MAX_WAITING = 64;

export type InferenceModel = {
  /** Its id with whoever asks. */
  readonly model: string;
  readonly path: string;
  readonly sha256: string;
  readonly provider: string;
};

/** @property instead why it runs on CPU where another provider was asked for; empty: it does not. */
export type LoadedModel = { readonly provider: string; readonly instead: string };

export type Question = {
  readonly input: string;
  readonly type: 'float32' | 'float64';
  readonly dims: readonly number[];
  readonly row: ArrayLike<number>;
  readonly output: string;
};

export type InferenceState = {
  readonly state: 'idle' | 'starting' | 'running' | 'ended';
  /** Why it ended last; empty: it did not. */
  readonly fault: string;
  /** What the runtime offers on this machine. */
  readonly backends: readonly string[];
  readonly starts: number;
};

type Line = { readonly event?: string; readonly id?: number; readonly [key: string]: unknown };
type Waiting = { readonly settle: (line: Line) => void; readonly cancel: () => void };

export class Inference {
  readonly #launch: LaunchOnnx;
  readonly #clock: Clock;
  readonly #ended: (() => void) | undefined;
  #side: SideProcess | undefined;
  #isReady = false;
  #whenReady: ((isReady: boolean) => void)[] = [];
  #isStopped = false;
  #fault = '';
  #backends: readonly string[] = [];
  #starts = 0;
  #waitUs = FIRST_WAIT_US;
  #notBeforeUs = Number.NEGATIVE_INFINITY;
  #id = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** @param ended the process has ended: what was loaded is no longer. Absent: a command waits for it, and its program goes on until it is stopped. */
  constructor(launch: LaunchOnnx, clock: Clock, ended?: () => void) {
    this.#launch = launch;
    this.#clock = clock;
    this.#ended = ended;
  }

  get state(): InferenceState {
    const state =
      this.#side === undefined
        ? this.#starts === 0
          ? 'idle'
          : 'ended'
        : this.#isReady
          ? 'running'
          : 'starting';
    return { state, fault: this.#fault, backends: this.#backends, starts: this.#starts };
  }

  /** When it may be started again. */
  get notBeforeUs(): number {
    return this.#notBeforeUs;
  }

  /** Starts the process where there is none. @throws UserError for what the process says of the model, or why it ended. */
  async load({ model, path, sha256, provider }: InferenceModel): Promise<LoadedModel> {
    if (!(await this.#begin()))
      throw refusal('model-process-ended', this.#fault, 'Try again, when the machine has less to do.');
    const line = await this.#ask({ do: 'load', model, path, sha256, provider }, LOAD_US);
    if (line.event === 'loaded')
      return { provider: textOf(line['provider']), instead: textOf(line['instead']) };
    throw refusal(textOf(line['code']) || 'model-refused', textOf(line['text']));
  }

  /** Never rejects. */
  async answer(model: string, { row, ...rest }: Question): Promise<Answer & { readonly tookUs?: number }> {
    if (!this.#isReady || this.#side === undefined)
      return { fault: this.#starts === 0 ? 'model-not-loaded' : 'model-process-ended', detail: this.#fault };
    if (this.#waiting.size >= MAX_WAITING)
      return { fault: 'answer-late', detail: `${MAX_WAITING} questions wait before it` };
    const line = await this.#ask({ do: 'run', model, row: rowText(row), ...rest }, HANG_US);
    if (line.event === 'answer' && Array.isArray(line['values'])) {
      const tookUs = typeof line['tookUs'] === 'number' ? line['tookUs'] : 0;
      return { values: (line['values'] as unknown[]).map(Number), tookUs };
    }
    const code = textOf(line['code']);
    return {
      fault: Object.hasOwn(ANSWER_FAULTS, code) ? (code as AnswerFault) : 'answer-failed',
      detail: textOf(line['text']),
    };
  }

  /** It answered rows of a strategy, not only those that it was tried with: when it ends, it need not wait longer than the first time. */
  proved(): void {
    this.#waitUs = FIRST_WAIT_US;
  }

  stop(): void {
    this.#isStopped = true;
    this.#side?.kill();
  }

  /** @returns whether it runs. */
  #begin(): Promise<boolean> {
    if (this.#side !== undefined && this.#isReady) return Promise.resolve(true);
    if (this.#side === undefined) {
      if (this.#isStopped || this.#clock.nowUs() < this.#notBeforeUs) return Promise.resolve(false);
      this.#starts++;
      this.#fault = '';
      this.#side = this.#launch({
        said: (line) => this.#heard(line),
        ended: (reason) => this.#over(reason),
      });
      if (this.#ended !== undefined) this.#side.unref();
    }
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(this.#clock.nowUs() + LOAD_US, () =>
        this.#hang('it did not begin'),
      );
      this.#whenReady.push((isReady) => {
        cancel();
        resolve(isReady);
      });
    });
  }

  #ask(line: object, limitUs: number): Promise<Line> {
    const id = ++this.#id;
    return new Promise((resolve) => {
      const cancel = this.#clock.schedule(this.#clock.nowUs() + limitUs, () =>
        this.#hang('it did not answer'),
      );
      this.#waiting.set(id, { settle: resolve, cancel });
      if (this.#side?.write(`${JSON.stringify({ ...line, id })}\n`) !== true)
        this.#settle({ id, event: 'failed', ...this.#unread() });
    });
  }

  #unread(): { readonly code: string; readonly text: string } {
    return this.#side === undefined
      ? { code: 'model-process-ended', text: this.#fault }
      : { code: 'answer-failed', text: 'its process reads no more of what it is given' };
  }

  #hang(what: string): void {
    this.#fault = `${what} in time and was ended`;
    this.#side?.kill();
  }

  #heard(text: Buffer): void {
    const line = objectIn(text);
    // What native code prints is none of ours.
    if (line === undefined) return;
    if (line.event === 'ready') {
      this.#isReady = true;
      this.#backends = Array.isArray(line['backends']) ? line['backends'].map(String) : [];
      this.#settleReady(true);
    } else this.#settle(line);
  }

  #settleReady(isReady: boolean): void {
    const all = this.#whenReady;
    this.#whenReady = [];
    for (const each of all) each(isReady);
  }

  #settle(line: Line): void {
    const waiting = this.#waiting.get(line.id ?? 0);
    if (waiting === undefined) return;
    this.#waiting.delete(line.id ?? 0);
    waiting.cancel();
    waiting.settle(line);
  }

  #over(reason: string): void {
    this.#side = undefined;
    this.#isReady = false;
    this.#fault = this.#fault === '' ? reason : this.#fault;
    this.#notBeforeUs = this.#clock.nowUs() + this.#waitUs;
    this.#waitUs = Math.min(MAX_WAIT_US, 2 * this.#waitUs);
    this.#settleReady(false);
    for (const id of this.#waiting.keys())
      this.#settle({ id, event: 'failed', code: 'model-process-ended', text: this.#fault });
    this.#ended?.();
  }
}

/** Its bytes: no number is written out, and each comes back as it is. */
function rowText(row: ArrayLike<number>): string {
  return Buffer.from(Float64Array.from(row).buffer).toString('base64');
}

function objectIn(text: Buffer): Line | undefined {
  try {
    const value = JSON.parse(text.toString('utf8')) as unknown;
    return typeof value === 'object' && value !== null ? (value as Line) : undefined;
  } catch {
    return undefined;
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function refusal(code: string, message: string, remedy = 'Import it again, or run another one.'): UserError {
  return new UserError({
    code,
    field: 'model',
    message: message === '' ? 'was not loaded' : message,
    remedy,
  });
}
