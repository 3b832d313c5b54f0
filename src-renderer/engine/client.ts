/**
 * The window's end of the contract: calls with ids and timeouts, the facts lane, and views that are asked for
 * again after every reconnect. Knows nothing of what the facts mean.
 */
import {
  type ClientMessage,
  decodeEngineMessage,
  type EngineMessage,
  encode,
  PROTOCOL_VERSION,
} from '../../src-engine/contract/codec.ts';
import {
  type OperationInput,
  type OperationName,
  type OperationOutput,
  operations,
} from '../../src-engine/contract/operations.ts';
import {
  type Fact,
  type TopicName,
  type TopicParams,
  type TopicView,
  topicKey,
  topics,
} from '../../src-engine/contract/topics.ts';
import type { Problem } from '../../src-engine/domain/errors.ts';
import { FrameGate } from './frame-gate.ts';
import type { Connection, Transport } from './transport.ts';

/** `refused`: trying again cannot help; the problem says what would. */
export type ConnectionState = {
  readonly phase: 'connecting' | 'open' | 'lost' | 'refused';
  readonly reason: string;
  readonly problem?: Problem;
  readonly version?: string;
  readonly role?: 'viewer' | 'operator';
};

/** A call that did not succeed: the engine's own words, or ours where it could not be reached. */
export class CallError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.message);
    this.name = 'CallError';
    this.problem = problem;
  }
}

export type ClientEvents = {
  readonly stateChanged: (state: ConnectionState) => void;
  readonly facts: (facts: readonly Fact[]) => void;
  /** The facts lane has lost something. */
  readonly gap: () => void;
  /** The engine refused a message that was not a call. */
  readonly refused: (problem: Problem) => void;
};

type Pending = {
  readonly op: OperationName;
  readonly resolve: (data: never) => void;
  readonly reject: (error: CallError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
};

type Subscription = {
  readonly topic: TopicName;
  readonly params: unknown;
  readonly listeners: Set<(view: never, atUs: number) => void>;
};

const CALL_TIMEOUT_MS = 10_000;
const MAX_PENDING = 200;
const BACKOFF_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];
/** No hello in this time: the connection is closed and tried again. */
const HELLO_TIMEOUT_MS = 5_000;
/** Views are drawn at most twenty times a second. */
const VIEW_PERIOD_MS = 50;

export class EngineClient {
  readonly #transport: Transport;
  readonly #events: ClientEvents;
  readonly #pending = new Map<number, Pending>();
  readonly #subscriptions = new Map<string, Subscription>();
  /** The last update of each view: the engine sends one only when the view has changed, and a component may subscribe later. */
  readonly #lastViews = new Map<string, { readonly data: unknown; readonly atUs: number }>();
  readonly #latestViews = new Map<string, { readonly data: unknown; readonly atUs: number }>();
  /** When each view that is asked for last came, on the monotonic clock. */
  readonly #arrivedMs = new Map<string, number>();
  #gate = this.#newGate();
  #connection: Connection | undefined;
  /** Number of the connection that is listened to. */
  #line = 0;
  #state: ConnectionState = { phase: 'connecting', reason: '' };
  #nextId = 1;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the engine was last heard, on the monotonic clock; null before its first word. */
  lastHeardMs: number | null = null;

  constructor(transport: Transport, events: ClientEvents) {
    this.#transport = transport;
    this.#events = events;
  }

  start(): void {
    this.#gate = this.#newGate();
    this.#connect();
  }

  stop(): void {
    this.#hangUp();
    this.#gate.stop();
    this.#latestViews.clear();
    this.#state = { phase: 'connecting', reason: '' };
    this.#failPending('window-closed', 'The window was closed');
  }

  /**
   * Asks the engine. Rejects with CallError: the engine's problem, `engine-unreachable` (nothing was sent),
   * `no-answer` or `connection-lost` (whether it was done is not known).
   */
  call<N extends OperationName>(
    op: N,
    input: OperationInput<N>,
    timeoutMs = CALL_TIMEOUT_MS,
  ): Promise<OperationOutput<N>> {
    if (this.#state.phase !== 'open' || this.#connection === undefined) {
      return Promise.reject(
        new CallError({
          code: 'engine-unreachable',
          field: op,
          message: 'The window is not connected to the engine; nothing was sent',
          remedy: UNREACHABLE_REMEDY,
        }),
      );
    }
    if (this.#pending.size >= MAX_PENDING) {
      return Promise.reject(
        new CallError({
          code: 'too-many-calls',
          field: op,
          message: `${MAX_PENDING} calls are waiting`,
          remedy: 'Wait for them, and try again.',
        }),
      );
    }
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(
          new CallError({
            code: 'no-answer',
            field: op,
            message: `No answer in ${timeoutMs / 1_000} s${mayBeDone(op)}`,
            remedy: UNREACHABLE_REMEDY,
          }),
        );
      }, timeoutMs);
      this.#pending.set(id, { op, resolve, reject, timer });
      this.#send({ t: 'call', id, op, input });
    });
  }

  /** The latest view is kept up to date on the screen's frames until the answer is called. */
  subscribe<N extends TopicName>(
    topic: N,
    params: TopicParams<N>,
    listener: (view: TopicView<N>, atUs: number) => void,
  ): () => void {
    // Checked here so that the key is the one the engine makes: defaults filled in, in the schema's order.
    const checked: unknown = topics[topic].params.parse(params);
    const key = topicKey(topic, checked);
    let subscription = this.#subscriptions.get(key);
    if (subscription === undefined) {
      subscription = { topic, params: checked, listeners: new Set() };
      this.#subscriptions.set(key, subscription);
      if (this.#state.phase === 'open') this.#send({ t: 'subscribe', topic, params: checked });
    }
    const { listeners } = subscription;
    listeners.add(listener);
    const last = this.#lastViews.get(key);
    if (last !== undefined) listener(last.data as TopicView<N>, last.atUs);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#subscriptions.delete(key);
      this.#latestViews.delete(key);
      this.#lastViews.delete(key);
      this.#arrivedMs.delete(key);
      if (this.#state.phase === 'open') this.#send({ t: 'unsubscribe', topic, params: checked });
    };
  }

  /**
   * How old a view is, in ms; null before its first update, and without a subscription. The engine sends a view again when
   * it has changed: one that has not is as young as the engine's last word.
   */
  viewAgeMs<N extends TopicName>(topic: N, params: TopicParams<N>): number | null {
    const arrivedMs = this.#arrivedMs.get(topicKey(topic, topics[topic].params.parse(params)));
    if (arrivedMs === undefined) return null;
    return performance.now() - Math.max(arrivedMs, this.lastHeardMs ?? arrivedMs);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    const line = ++this.#line;
    // A line that was hung up may still have a message under way.
    const hear = (handle: () => void): void => {
      if (line === this.#line) handle();
    };
    this.#connection = this.#transport.connect({
      // The desktop's port may come late: the wait for the greeting begins with the open line.
      opened: () =>
        hear(() => {
          this.#timer = setTimeout(() => this.#drop('the engine does not send a greeting'), HELLO_TIMEOUT_MS);
        }),
      message: (text) => hear(() => this.#receive(text)),
      closed: (reason, fatal) => hear(() => (fatal === undefined ? this.#drop(reason) : this.#refuse(fatal))),
    });
  }

  #hangUp(): void {
    this.#line++;
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = undefined;
  }

  #drop(reason: string): void {
    this.#hangUp();
    this.#latestViews.clear();
    this.#failPending('connection-lost', 'The connection ended before the answer came');
    const step = BACKOFF_MS[Math.min(this.#attempt++, BACKOFF_MS.length - 1)] ?? 8_000;
    this.#setState({ phase: 'lost', reason });
    // Jitter keeps several windows from knocking at the same moment.
    this.#timer = setTimeout(() => this.#connect(), step * (0.75 + Math.random() / 2));
  }

  #refuse(problem: Problem): void {
    this.#hangUp();
    this.#setState({ phase: 'refused', reason: problem.message, problem });
  }

  #receive(text: string): void {
    this.lastHeardMs = performance.now();
    let message: EngineMessage;
    try {
      message = decodeEngineMessage(text);
    } catch {
      return this.#drop('the engine sent an unreadable message');
    }
    switch (message.t) {
      case 'hello':
        return this.#greet(message);
      case 'result':
        return this.#settle(message);
      case 'facts':
        return this.#events.facts(message.facts);
      case 'gap':
        return this.#events.gap();
      case 'refused':
        return this.#events.refused(message.error);
      case 'views':
        for (const view of message.views) {
          if (this.#subscriptions.has(view.key)) {
            this.#latestViews.set(view.key, { data: view.data, atUs: message.atUs });
            this.#arrivedMs.set(view.key, performance.now());
          }
        }
        return this.#gate.ask();
    }
  }

  #greet(hello: Extract<EngineMessage, { t: 'hello' }>): void {
    if (hello.protocol !== PROTOCOL_VERSION) {
      return this.#refuse({
        code: 'protocol-mismatch',
        field: 'protocol',
        value: String(hello.protocol),
        message: `The engine ${hello.version} uses another protocol than this window (${PROTOCOL_VERSION})`,
        remedy: 'Reload the window, so that both have the same version.',
      });
    }
    clearTimeout(this.#timer);
    this.#attempt = 0;
    this.#send({ t: 'facts', on: true });
    // Another engine may have another word for each.
    this.#lastViews.clear();
    for (const { topic, params } of this.#subscriptions.values())
      this.#send({ t: 'subscribe', topic, params });
    this.#setState({ phase: 'open', reason: '', version: hello.version, role: hello.role });
  }

  #settle(message: Extract<EngineMessage, { t: 'result' }>): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    this.#pending.delete(message.id);
    clearTimeout(pending.timer);
    if (!message.ok) return pending.reject(new CallError(message.error));
    const parsed = operations[pending.op].output.safeParse(message.data);
    if (parsed.success) return pending.resolve(parsed.data as never);
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    pending.reject(
      new CallError({
        code: 'unexpected-answer',
        field: `${pending.op}${where === '' ? '' : `.${where}`}`,
        message: 'The window cannot read the engine’s answer',
        remedy: 'Reload the window, so that both have the same version.',
      }),
    );
  }

  #newGate(): FrameGate {
    return new FrameGate(() => this.#deliverViews(), VIEW_PERIOD_MS);
  }

  #deliverViews(): void {
    const views = [...this.#latestViews];
    this.#latestViews.clear();
    for (const [key, view] of views) {
      const { data, atUs } = view;
      if (this.#subscriptions.has(key)) this.#lastViews.set(key, view);
      for (const listener of this.#subscriptions.get(key)?.listeners ?? []) listener(data as never, atUs);
    }
  }

  #send(message: ClientMessage): void {
    this.#connection?.send(encode(message));
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#events.stateChanged(state);
  }

  #failPending(code: string, what: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { op, reject, timer } of pending) {
      clearTimeout(timer);
      const message = `${what}${mayBeDone(op)}`;
      reject(new CallError({ code, field: op, message, remedy: UNREACHABLE_REMEDY }));
    }
  }
}

/** What an operator must know of a change that has no answer; reading changes nothing. */
function mayBeDone(op: OperationName): string {
  return operations[op].changes ? '; it may or may not have been carried out' : '';
}

const UNREACHABLE_REMEDY =
  'Wait for the window to reconnect, or use the command line: npm run -s parallax -- status (or kill).';
