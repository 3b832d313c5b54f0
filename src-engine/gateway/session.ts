/** One client over one channel: its calls, its facts and its views, all bounded. */
import { decodeClientMessage, encode, type EngineMessage, PROTOCOL_VERSION } from '../contract/codec.ts';
import type { Caller } from '../contract/operations.ts';
import { type Fact, isTopicName, topics } from '../contract/topics.ts';
import type { Problem } from '../domain/errors.ts';
import { callOperation, inputProblem, toProblem } from './call.ts';
import type { Channel } from './channel.ts';
import type { GatewayHost } from './host.ts';
import { ViewHub } from './view-hub.ts';

export const MAX_CALLS_IN_FLIGHT = 64;
export const MAX_SUBSCRIPTIONS = 64;
/** Facts stop, with one gap message, while more than this waits for the client. */
export const FACTS_BACKLOG_LIMIT = 4 * 1024 * 1024;
/** A client that lets this much wait has stopped reading; its channel is closed. */
export const CLOSE_BACKLOG_LIMIT = 64 * 1024 * 1024;

type SessionOptions = {
  readonly host: GatewayHost;
  readonly channel: Channel;
  readonly caller: Caller;
  readonly frameMs?: number;
};

export class Session {
  readonly #host: GatewayHost;
  readonly #channel: Channel;
  readonly #caller: Caller;
  readonly #views: ViewHub;
  #callsInFlight = 0;
  #endFacts: (() => void) | undefined;
  /** Set between a gap message and the snapshot that mends it. */
  #lagging = false;
  #closed = false;

  constructor({ host, channel, caller, frameMs }: SessionOptions) {
    this.#host = host;
    this.#channel = channel;
    this.#caller = caller;
    this.#views = new ViewHub(
      host,
      channel,
      (topic, error) => this.#refuse({ ...toProblem(error), field: 'topic', value: topic }),
      frameMs,
    );
    channel.onClose(() => this.#release());
    channel.onMessage((text) => this.#receive(text));
    this.#send({ t: 'hello', protocol: PROTOCOL_VERSION, role: caller.role, version: host.version });
  }

  /** Ends the session from our side. */
  close(): void {
    this.#release();
    this.#channel.close();
  }

  #release(): void {
    this.#closed = true;
    this.#views.close();
    this.#endFacts?.();
    this.#endFacts = undefined;
  }

  #send(message: EngineMessage): void {
    if (this.#closed) return;
    if (this.#channel.bufferedBytes() > CLOSE_BACKLOG_LIMIT) this.close();
    else this.#channel.send(encode(message));
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
    if (this.#callsInFlight >= MAX_CALLS_IN_FLIGHT) {
      const message = `More than ${MAX_CALLS_IN_FLIGHT} calls of this session are unanswered`;
      this.#send({ t: 'result', id, ok: false, error: { code: 'too-many-calls', message } });
      return;
    }
    // The channel is in order: who asks for a snapshot after a gap has read all that was sent before it.
    if (op === 'getSnapshot') this.#lagging = false;
    this.#callsInFlight += 1;
    const result = await callOperation(this.#host, this.#caller, op, input);
    this.#callsInFlight -= 1;
    this.#send({ t: 'result', id, ...result });
  }

  #switchFacts(on: boolean): void {
    this.#lagging = false;
    if (!on) {
      this.#endFacts?.();
      this.#endFacts = undefined;
    } else {
      this.#endFacts ??= this.#host.subscribeFacts((facts) => this.#sendFacts(facts));
    }
  }

  #sendFacts(facts: readonly Fact[]): void {
    if (this.#lagging) return;
    if (this.#channel.bufferedBytes() > FACTS_BACKLOG_LIMIT) {
      this.#lagging = true;
      this.#send({ t: 'gap' });
    } else {
      this.#send({ t: 'facts', facts });
    }
  }

  #switchView(what: 'subscribe' | 'unsubscribe', topic: string, rawParams: unknown): void {
    if (!isTopicName(topic)) {
      this.#refuse({ code: 'unknown-topic', field: 'topic', value: topic, message: 'is no topic' });
      return;
    }
    const params = topics[topic].params.safeParse(rawParams);
    if (!params.success) {
      this.#refuse(inputProblem(params.error, rawParams));
    } else if (what === 'unsubscribe') {
      this.#views.unsubscribe(topic, params.data);
    } else if (this.#views.size >= MAX_SUBSCRIPTIONS && !this.#views.has(topic, params.data)) {
      const message = `would be view ${MAX_SUBSCRIPTIONS + 1} of this session`;
      this.#refuse({ code: 'too-many-subscriptions', field: 'topic', value: topic, message });
    } else {
      this.#views.subscribe(topic, params.data);
    }
  }
}
