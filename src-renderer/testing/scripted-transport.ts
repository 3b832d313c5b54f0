/** A transport that a test plays the engine on: every connection, what was sent on it, and what comes back. */
import {
  type ClientMessage,
  type EngineMessage,
  encode,
  PROTOCOL_VERSION,
} from '../../src-engine/contract/codec.ts';
import type { Problem } from '../../src-engine/domain/errors.ts';
import type { Transport, TransportHandlers } from '../engine/transport.ts';

export class ScriptedLine {
  readonly sent: ClientMessage[] = [];
  closed = false;
  readonly #handlers: TransportHandlers;

  constructor(handlers: TransportHandlers) {
    this.#handlers = handlers;
  }

  open(): void {
    this.#handlers.opened();
  }

  /** Opens the line and greets, as an engine does. */
  greet(protocol = PROTOCOL_VERSION, role: 'operator' | 'viewer' = 'operator'): void {
    this.open();
    this.say({ t: 'hello', protocol, role, version: '9.9.9' });
  }

  say(message: EngineMessage): void {
    if (!this.closed) this.#handlers.message(encode(message));
  }

  sayText(text: string): void {
    this.#handlers.message(text);
  }

  drop(reason: string, fatal?: Problem): void {
    this.#handlers.closed(reason, fatal);
  }

  calls(op: string): Extract<ClientMessage, { t: 'call' }>[] {
    return this.sent.filter((message) => message.t === 'call').filter((call) => call.op === op);
  }
}

export class ScriptedTransport implements Transport {
  readonly lines: ScriptedLine[] = [];

  /** The latest connection. */
  get line(): ScriptedLine {
    const line = this.lines.at(-1);
    if (line === undefined) throw new Error('no client has connected');
    return line;
  }

  readonly connect = (handlers: TransportHandlers) => {
    const line = new ScriptedLine(handlers);
    this.lines.push(line);
    return {
      send: (text: string) => {
        line.sent.push(JSON.parse(text) as ClientMessage);
      },
      close: () => {
        line.closed = true;
      },
    };
  };
}
