/**
 * Processes beside the engine as the network of their adapters: each is started when something is asked of it. A process and no thread: its
 * work gives way to the thread that trades, and code of others gets neither the data folder, the environment, nor the memory of a program
 * that holds keys.
 */
import type { ConnectOptions, Connection, ConnectionEvents, HttpAnswer, HttpRequest } from '../network.ts';
import type { SideEars, SideProcess } from './side-process.ts';

/** A process is kept so long after its last use: what it has read serves the next call too. */
const IDLE_MS = 15_000;
/** From its start to its first word; a large package takes a second on a slow machine. */
const START_MS = 30_000;
/** Calls of one process that wait for an answer. */
const MOST_CALLS = 50;
const ABNORMAL = 1006;

type Call = { settle(answer: HttpAnswer): void; fail(error: Error): void };

export type ProcessNetworkOptions = {
  /** What the process is, for messages: `ccxt`. */
  readonly name: string;
  /** Starts the process of an address. Never throws. */
  readonly launch: (url: string, ears: SideEars) => SideProcess;
  /** Addresses of one process have one key. */
  readonly keyOf: (url: string) => string;
  /** The call that an address names. */
  readonly callOf: (url: string) => string;
};

export class ProcessNetwork {
  readonly #options: ProcessNetworkOptions;
  readonly #processes = new Set<Held>();

  constructor(options: ProcessNetworkOptions) {
    this.#options = options;
  }

  connect(url: string, { maxFrameBytes }: ConnectOptions, events: ConnectionEvents): Connection {
    const held = this.#of(url, (one) => one.canConnect);
    return held.connect(maxFrameBytes, events);
  }

  /** @throws Error when the process gave no answer. */
  async request({ url, timeoutMs, maxBytes }: HttpRequest): Promise<HttpAnswer> {
    return await this.#of(url, () => true).call(this.#options.callOf(url), timeoutMs, maxBytes);
  }

  #of(url: string, isFit: (held: Held) => boolean): Held {
    const { name, keyOf, launch } = this.#options;
    const key = keyOf(url);
    for (const held of this.#processes) if (held.key === key && isFit(held)) return held;
    const held = new Held(name, key, () => this.#processes.delete(held));
    this.#processes.add(held);
    held.start((ears) => launch(url, ears));
    return held;
  }
}

/** One process, with the connection and the calls that use it. */
class Held {
  readonly key: string;
  readonly #name: string;
  readonly #onEnd: () => void;
  readonly #calls = new Map<number, Call>();
  #process: SideProcess | undefined;
  #events: ConnectionEvents | undefined;
  #isReady = false;
  #isEnded = false;
  #reason = '';
  #lastId = 0;
  #startTimer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #waiting: string[] = [];
  #maxFrameBytes = Number.POSITIVE_INFINITY;

  constructor(name: string, key: string, onEnd: () => void) {
    this.#name = name;
    this.key = key;
    this.#onEnd = onEnd;
  }

  get canConnect(): boolean {
    return this.#events === undefined && !this.#isEnded;
  }

  start(launch: (ears: SideEars) => SideProcess): void {
    this.#startTimer = setTimeout(
      () => this.#kill(`${this.#name} did not start within the time allowed`),
      START_MS,
    );
    this.#process = launch({ said: (line) => this.#said(line), ended: (reason) => this.#ended(reason) });
  }

  connect(maxFrameBytes: number, events: ConnectionEvents): Connection {
    this.#events = events;
    this.#maxFrameBytes = maxFrameBytes;
    this.#busy();
    if (this.#isReady) queueMicrotask(() => this.#isCurrent(events) && events.onOpen());
    return {
      send: (text) => this.#isReady && this.#isCurrent(events) && this.#write(text),
      close: () => this.#isCurrent(events) && this.#kill('', 1000),
      terminate: () => this.#isCurrent(events) && this.#kill('ended, as it was silent'),
    };
  }

  /** The time that the process takes to start is not counted. */
  call(call: string, timeoutMs: number, maxBytes: number): Promise<HttpAnswer> {
    if (this.#calls.size >= MOST_CALLS)
      return Promise.reject(new Error(`too many calls of ${this.#name} wait for an answer`));
    const id = ++this.#lastId;
    this.#busy();
    const text = JSON.stringify({ do: 'call', id, call });
    return new Promise<HttpAnswer>((settle, fail) => {
      const allowedMs = timeoutMs + (this.#isReady ? 0 : START_MS);
      const timer = setTimeout(
        () => this.#calls.get(id)?.fail(new Error(`no answer within ${allowedMs} ms`)),
        allowedMs,
      );
      const over = (): void => {
        clearTimeout(timer);
        this.#calls.delete(id);
        this.#rest();
      };
      this.#calls.set(id, {
        settle: (answer) => {
          over();
          if (answer.body.length <= maxBytes) settle(answer);
          else fail(new Error(`the answer is longer than ${maxBytes} bytes`));
        },
        fail: (error) => {
          over();
          fail(error);
        },
      });
      if (this.#isReady) this.#write(text);
      else this.#waiting.push(text);
    });
  }

  #isCurrent(events: ConnectionEvents): boolean {
    return this.#events === events && !this.#isEnded;
  }

  #write(text: string): boolean {
    return this.#process?.write(`${text}\n`) ?? false;
  }

  #said(line: Buffer): void {
    if (this.#isEnded) return;
    // Books are passed on as they came; `answer` and `ready` alone are read here.
    const start = line.toString('latin1', 0, 40);
    if (start.startsWith('{"event":"answer"')) this.#answered(line);
    else if (start.startsWith('{"event":"ready"')) this.#ready();
    else if (line.length > this.#maxFrameBytes)
      this.#kill(`a line of ${line.length} bytes is longer than allowed`);
    else this.#events?.onMessage(line);
  }

  #ready(): void {
    clearTimeout(this.#startTimer);
    this.#isReady = true;
    for (const text of this.#waiting) this.#write(text);
    this.#waiting = [];
    this.#events?.onOpen();
    this.#rest();
  }

  #answered(line: Buffer): void {
    const { id, status, body, retryAfterMs } = JSON.parse(line.toString('utf8')) as {
      id: number;
      status: number;
      body: string;
      retryAfterMs?: number;
    };
    this.#calls.get(id)?.settle({ status, body, retryAfterMs });
  }

  #busy(): void {
    clearTimeout(this.#idleTimer);
    this.#process?.ref();
  }

  /** Ends the process once nothing has used it for a while, and keeps no program running until then. */
  #rest(): void {
    if (this.#events !== undefined || this.#calls.size > 0 || this.#isEnded || !this.#isReady) return;
    clearTimeout(this.#idleTimer);
    this.#process?.unref();
    this.#idleTimer = setTimeout(() => this.#kill('nothing used it', 1000), IDLE_MS).unref();
  }

  #kill(reason: string, code = ABNORMAL): void {
    if (this.#isEnded) return;
    this.#process?.kill();
    this.#over(reason, code);
  }

  #ended(reason: string): void {
    if (!this.#isEnded) this.#over(`the process of ${this.#name} has ended: ${reason}`, ABNORMAL);
  }

  #over(reason: string, code: number): void {
    this.#isEnded = true;
    this.#reason = reason;
    clearTimeout(this.#startTimer);
    clearTimeout(this.#idleTimer);
    this.#onEnd();
    const events = this.#events;
    for (const call of this.#calls.values())
      call.fail(new Error(this.#reason === '' ? 'it was ended' : this.#reason));
    events?.onClose(code, reason);
  }
}
