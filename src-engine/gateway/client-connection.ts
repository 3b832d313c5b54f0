/** One client over one channel: its calls, its facts and its views, all bounded. */
import {
  type ClientMessage,
  decodeClientMessage,
  encode,
  type EngineMessage,
  PROTOCOL_VERSION,
} from '../contract/codec.ts';
import { type Caller, isOperationName, operations } from '../contract/operations.ts';
import { type Fact, isTopicName, topics } from '../contract/topics.ts';
import type { Problem } from '../domain/errors.ts';
import type { AnswerBytes } from '../lib/answer-bytes.ts';
import { type CallResult, callOperation, inputProblem, toProblem } from './call.ts';
import { type Channel, SharedText } from './channel.ts';
import { ClientPace, type RolePaces, rolePaces, tooOften } from './client-pace.ts';
import type { GatewayHost } from './host.ts';
import { ViewHub } from './view-hub.ts';

export const MAX_CALLS_IN_FLIGHT = 64;
export const MAX_SUBSCRIPTIONS = 64;
/** Facts stop, with one gap message, while more than this waits for the client. */
export const FACTS_BACKLOG_LIMIT = 4 * 1024 * 1024;
/** A client that lets this much wait is asked to take it before it gets more answers. What changes something is done anyway. */
export const QUERIES_BACKLOG_LIMIT = FACTS_BACKLOG_LIMIT;
/** A client that lets this much wait has stopped reading; its channel is closed. */
export const CLOSE_BACKLOG_LIMIT = 64 * 1024 * 1024;
/** A viewer that sends so many messages after it was asked to wait is not read for a while. */
export const MAX_REFUSED = 50;
const HOLD_US = 1_000_000;
const BUSY_MS = 1_000;
/** A client that takes longer for one answer has stopped reading, and what waits for it is given back. */
export const ANSWER_TAKEN_US = 60_000_000;

/** Every client is sent the same bytes of a batch: they are made once. */
let lastBatch: { readonly facts: readonly Fact[]; readonly message: SharedText } | undefined;
function factsMessage(facts: readonly Fact[]): SharedText {
  if (lastBatch?.facts !== facts)
    lastBatch = { facts, message: new SharedText(encode({ t: 'facts', facts })) };
  return lastBatch.message;
}

type ClientConnectionOptions = {
  readonly host: GatewayHost;
  readonly channel: Channel;
  readonly caller: Caller;
  /** What all clients share; this one is alone where it is left out. */
  readonly paces?: RolePaces;
};

export class ClientConnection {
  readonly #host: GatewayHost;
  readonly #channel: Channel;
  readonly #caller: Caller;
  readonly #views: ViewHub;
  #callsInFlight = 0;
  #endFacts: (() => void) | undefined;
  /** Set between a gap message and the snapshot that mends it. */
  #lagging = false;
  #closed = false;
  readonly #pace: ClientPace;
  /** Messages in a row that were refused for coming too fast. */
  #refused = 0;
  #endHold: () => void = () => undefined;

  constructor({ host, channel, caller, paces }: ClientConnectionOptions) {
    this.#host = host;
    this.#channel = channel;
    this.#caller = caller;
    this.#pace = new ClientPace(caller.role, paces ?? rolePaces());
    this.#views = new ViewHub(host, channel, caller.role, (topic, error) =>
      this.#refuse({ ...toProblem(error), field: 'topic', value: topic }),
    );
    channel.onClose(() => this.#release());
    channel.onMessage((text) => this.#guarded(() => this.#receive(text)));
    this.#send({ t: 'hello', protocol: PROTOCOL_VERSION, role: caller.role, version: host.version });
  }

  /** Ends the connection from our side. */
  close(): void {
    this.#release();
    this.#channel.close();
  }

  #release(): void {
    this.#closed = true;
    this.#endHold();
    this.#views.close();
    this.#endFacts?.();
    this.#endFacts = undefined;
  }

  /** Whatever goes wrong with this client ends this client, and reaches neither the others nor the engine. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch {
      this.close();
    }
  }

  #send(message: EngineMessage): void {
    this.#sendText(encode(message));
  }

  #sendText(text: string | SharedText): void {
    if (this.#closed) return;
    if (this.#channel.bufferedBytes() > CLOSE_BACKLOG_LIMIT) this.close();
    else this.#channel.send(text);
  }

  #sendLarge(head: string, answer: AnswerBytes): void {
    if (!this.#closed && this.#channel.bufferedBytes() > CLOSE_BACKLOG_LIMIT) this.close();
    if (this.#closed) {
      answer.release();
      return;
    }
    const { clock } = this.#host;
    const stopWaiting = clock.schedule(clock.nowUs() + ANSWER_TAKEN_US, () => this.close());
    const taken = (): void => {
      stopWaiting();
      answer.release();
    };
    this.#channel.send({ head, answer, taken });
  }

  #refuse(error: Problem): void {
    this.#send({ t: 'refused', error });
  }

  #receive(text: string): void {
    if (this.#closed) return;
    const decoded = decodeClientMessage(text);
    if (!decoded.ok) {
      this.#refuse(decoded.error);
      this.close();
      return;
    }
    const { message } = decoded;
    if (!this.#isKill(message)) {
      const retryMs = this.#pace.admit(
        message.t === 'call' ? message.op : '',
        text.length,
        this.#host.clock.nowUs(),
      );
      if (retryMs > 0) {
        this.#refuseForNow(message, retryMs);
        return;
      }
    }
    this.#refused = 0;
    this.#take(message);
  }

  /** Stopping trading waits for no rate. */
  #isKill(message: ClientMessage): boolean {
    return message.t === 'call' && message.op === 'kill' && this.#caller.role === 'operator';
  }

  #refuseForNow(message: ClientMessage, retryMs: number): void {
    const error = tooOften(retryMs);
    if (message.t === 'call') this.#send({ t: 'result', id: message.id, ok: false, error });
    else this.#refuse(error);
    if (++this.#refused < MAX_REFUSED || this.#caller.role === 'operator') return;
    const { clock } = this.#host;
    this.#channel.hold?.(true);
    this.#endHold();
    this.#endHold = clock.schedule(clock.nowUs() + HOLD_US, () => this.#channel.hold?.(false));
  }

  #take(message: ClientMessage): void {
    switch (message.t) {
      case 'call':
        void this.#call(message.id, message.op, message.input);
        return;
      case 'facts':
        this.#switchFacts(message.on);
        return;
      case 'subscribe':
      case 'unsubscribe':
        this.#switchView(message.t, message.topic, message.params);
        return;
      default:
        message satisfies never;
    }
  }

  async #call(id: number, op: string, input: unknown): Promise<void> {
    if (this.#callsInFlight >= MAX_CALLS_IN_FLIGHT && op !== 'kill') {
      const message = `More than ${MAX_CALLS_IN_FLIGHT} calls of this client are unanswered`;
      this.#send({ t: 'result', id, ok: false, error: { code: 'too-many-calls', message } });
      return;
    }
    if (this.#channel.bufferedBytes() > QUERIES_BACKLOG_LIMIT && isQuery(op)) {
      const message = `More than ${QUERIES_BACKLOG_LIMIT} bytes wait for this client`;
      const error = {
        code: 'busy',
        message,
        remedy: 'Read what was sent, then ask again.',
        retryMs: BUSY_MS,
      };
      this.#send({ t: 'result', id, ok: false, error });
      return;
    }
    // The channel is in order: who asks for a snapshot after a gap has read all that was sent before it.
    if (op === 'getSnapshot') this.#lagging = false;
    this.#callsInFlight += 1;
    let result: CallResult;
    try {
      result = await callOperation(this.#host, this.#caller, op, input);
    } catch (error) {
      result = { ok: false, error: toProblem(error) };
    }
    this.#callsInFlight -= 1;
    this.#guarded(() => this.#answer(id, result));
  }

  #answer(id: number, result: CallResult): void {
    if (result.ok && 'answer' in result) {
      this.#sendLarge(`{"t":"result","id":${id},`, result.answer);
      return;
    }
    let text: string;
    try {
      text = encode({ t: 'result', id, ...result });
    } catch (error) {
      text = encode({ t: 'result', id, ok: false, error: toProblem(error) });
    }
    this.#sendText(text);
  }

  #switchFacts(on: boolean): void {
    this.#lagging = false;
    if (!on) {
      this.#endFacts?.();
      this.#endFacts = undefined;
    } else {
      this.#endFacts ??= this.#host.subscribeFacts((facts) => this.#guarded(() => this.#sendFacts(facts)));
    }
  }

  #sendFacts(facts: readonly Fact[]): void {
    if (this.#lagging) return;
    if (this.#channel.bufferedBytes() > FACTS_BACKLOG_LIMIT) {
      this.#lagging = true;
      this.#send({ t: 'gap' });
    } else {
      this.#sendText(factsMessage(facts));
    }
  }

  #switchView(what: 'subscribe' | 'unsubscribe', topic: string, rawParams: unknown): void {
    if (!isTopicName(topic)) {
      this.#refuse({ code: 'unknown-topic', field: 'topic', value: topic, message: 'is not a topic' });
      return;
    }
    const params = topics[topic].params.safeParse(rawParams);
    if (!params.success) {
      this.#refuse(inputProblem(params.error, rawParams));
    } else if (what === 'unsubscribe') {
      this.#views.unsubscribe(topic, params.data);
    } else if (this.#views.size >= MAX_SUBSCRIPTIONS && !this.#views.has(topic, params.data)) {
      const message = `is over the limit of ${MAX_SUBSCRIPTIONS} views of a client`;
      this.#refuse({ code: 'too-many-subscriptions', field: 'topic', value: topic, message });
    } else {
      this.#views.subscribe(topic, params.data);
    }
  }
}

function isQuery(op: string): boolean {
  return isOperationName(op) && !operations[op].changes;
}
