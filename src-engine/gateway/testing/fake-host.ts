/** A host with made-up handlers, a clock that the test sets, and a channel in memory. */
import { decodeEngineMessage, encode, type ClientMessage, type EngineMessage } from '../../contract/codec.ts';
import type { CallEnd } from '../../contract/slo-operations.ts';
import { type OperationHandlers, operations } from '../../contract/operations.ts';
import type { AuditEntry } from '../../contract/records.ts';
import type { Fact, TopicName } from '../../contract/topics.ts';
import { UserError } from '../../domain/errors.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { answerBuffer, AnswerBytes, HeldBytes } from '../../lib/answer-bytes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Channel, LargeAnswer, SharedText } from '../channel.ts';
import type { GatewayHost, KeyHolder, OutsiderFigures } from '../host.ts';

export class ManualClock implements Clock {
  #nowUs = 1_000_000;
  #timers: { atUs: number; callback: () => void }[] = [];

  nowUs(): number {
    return this.#nowUs;
  }

  schedule(atUs: number, callback: () => void): () => void {
    const timer = { atUs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get pending(): number {
    return this.#timers.length;
  }

  advanceMs(ms: number): void {
    this.#nowUs += ms * US_PER_MS;
    const due = this.#timers.filter((timer) => timer.atUs <= this.#nowUs);
    this.#timers = this.#timers.filter((timer) => timer.atUs > this.#nowUs);
    for (const timer of due) timer.callback();
  }
}

/** The system's time, for tests over real sockets. */
export const systemClock: Clock = {
  nowUs: () => Date.now() * US_PER_MS,
  schedule(atUs, callback) {
    const timer = setTimeout(callback, Math.max(0, atUs / US_PER_MS - Date.now()));
    return () => clearTimeout(timer);
  },
};

export class FakeHost implements GatewayHost {
  readonly version = '0.0.0-test';
  readonly handlers: OperationHandlers;
  readonly clock: Clock;
  readonly audited: AuditEntry[] = [];
  readonly views = new Map<TopicName, unknown>();
  viewReads = 0;
  readonly #factListeners = new Set<(facts: readonly Fact[]) => void>();

  /** Operations without a handler here refuse with `not-in-this-test`. */
  constructor(handlers: Partial<OperationHandlers> = {}, clock: Clock = systemClock) {
    const missing = Object.keys(operations).map((name) => [name, () => refuse(name)]);
    this.handlers = { ...(Object.fromEntries(missing) as OperationHandlers), ...handlers };
    this.clock = clock;
  }

  /** What the reader answers, by operation; the others go to their handlers. */
  readonly texts = new Map<string, () => Promise<string>>();

  /** Bytes of answers that are not released. */
  readonly held = new HeldBytes();

  /** Holders of keys, by the SHA-256 of the key. */
  readonly apiKeys = new Map<string, KeyHolder>();

  countCall(us: number, end: CallEnd): void {
    this.calls.push(end);
    this.callUs.push(us);
  }

  /** Counted for the service levels. */
  readonly calls: CallEnd[] = [];
  readonly callUs: number[] = [];

  outsiderFigures(): OutsiderFigures {
    const intelligence = {
      counts: new Map(),
      used: { calls: 0, tokens: 0 },
      readingAgeUs: null,
      failingUs: { endpoint: 0, feed: 0 },
    };
    return { channels: [], buses: [], slos: { sinceUs: null, slos: [] }, intelligence };
  }

  readonly #revocationListeners = new Set<() => void>();

  subscribeRevocations(listener: () => void): () => void {
    this.#revocationListeners.add(listener);
    return () => this.#revocationListeners.delete(listener);
  }

  revoke(digest: string): void {
    this.apiKeys.delete(digest);
    for (const listener of this.#revocationListeners) listener();
  }

  findApiKey(digest: string): KeyHolder | undefined {
    return this.apiKeys.get(digest);
  }

  /** What several clients are given alike, by operation. */
  readonly shared = new Map<string, AnswerBytes>();

  readBytes(name: string): Promise<AnswerBytes> | undefined {
    const shared = this.shared.get(name);
    if (shared !== undefined) return Promise.resolve(shared);
    return this.texts
      .get(name)?.()
      .then((text) => new AnswerBytes(answerBuffer(text), this.held));
  }

  readView(topic: TopicName): unknown {
    this.viewReads += 1;
    const view = this.views.get(topic);
    if (view instanceof Error) throw view;
    return view;
  }

  subscribeFacts(listener: (facts: readonly Fact[]) => void): () => void {
    this.#factListeners.add(listener);
    return () => this.#factListeners.delete(listener);
  }

  get factListeners(): number {
    return this.#factListeners.size;
  }

  publishFact(seq: number): void {
    const fact: Fact = { seq, event: { atUs: seq, type: 'killVerified', openOrders: 0 } };
    const facts = [fact];
    for (const listener of this.#factListeners) listener(facts);
  }

  /** Whether audited calls become durable. */
  isDurable = true;

  audit(entry: AuditEntry): Promise<boolean> {
    this.audited.push(entry);
    return Promise.resolve(this.isDurable);
  }
}

function refuse(name: string): never {
  throw new UserError({ code: 'not-in-this-test', field: 'op', value: name, message: 'has no handler here' });
}

/** Keeps what the session sends; `backlog` says how much the client has not read. */
export class FakeChannel implements Channel {
  readonly sent: EngineMessage[] = [];
  backlog = 0;
  closed = false;
  held = false;
  #onMessage: (text: string) => void = () => {};
  #onClose: () => void = () => {};

  /** Answers whose bytes the client has not taken: while `takes` is false. */
  readonly untaken: LargeAnswer[] = [];
  takes = true;

  send(message: string | SharedText | LargeAnswer): void {
    if (typeof message === 'string') this.sent.push(decodeEngineMessage(message));
    else if ('text' in message) this.sent.push(decodeEngineMessage(message.text));
    else {
      this.sent.push(decodeEngineMessage(message.head + message.answer.rest.toString()));
      if (this.takes) message.taken();
      else this.untaken.push(message);
    }
  }

  bufferedBytes(): number {
    return this.backlog;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#onClose();
  }

  hold(on: boolean): void {
    this.held = on;
  }

  onMessage(listener: (text: string) => void): void {
    this.#onMessage = listener;
  }

  onClose(listener: () => void): void {
    this.#onClose = listener;
  }

  receive(message: ClientMessage): void {
    this.#onMessage(encode(message));
  }

  receiveText(text: string): void {
    this.#onMessage(text);
  }

  ofType<T extends EngineMessage['t']>(type: T): Extract<EngineMessage, { t: T }>[] {
    return this.sent.filter((message): message is Extract<EngineMessage, { t: T }> => message.t === type);
  }
}
