/** One connection to Bybit's streams: its requests, its topics, and how it is answered (Bybit v5, "Connect"). */
import type { Account } from '../../../core/accounts/accounts.ts';
import { FaultyWire } from '../../../hosting/faulty-wire.ts';
import type { Wire } from '../../../hosting/wire.ts';
import type { BybitExchange } from '../bybit-exchange.ts';

export type Message = {
  readonly op: string;
  readonly id: string | undefined;
  readonly args: readonly unknown[];
  readonly header: Readonly<Record<string, unknown>>;
};

let connections = 0;

export class Connection {
  readonly topics = new Set<string>();
  readonly wire: FaultyWire;
  readonly id: string;
  /** The account whose key was shown; undefined: no key was shown yet. */
  account: Account | undefined;

  constructor(wire: Wire, { clock, faults }: BybitExchange) {
    this.wire = new FaultyWire(wire, clock, faults);
    this.id = `local-${++connections}`;
  }

  /** Sends an answer: no fault takes it for data. */
  answer(message: object): void {
    this.wire.send(JSON.stringify(message), () => undefined);
  }

  /** @param channel by which faults name it: `orderbook`, `publicTrade`, `order`, `execution`, `wallet`. */
  deliver(message: object, channel: string): void {
    this.wire.send(JSON.stringify(message), () => channel);
  }

  /** As the public and the private stream answer. */
  acknowledge({ op, id }: Message, error: string | undefined): void {
    const success = error === undefined;
    const words = error ?? (op === 'subscribe' ? 'subscribe' : '');
    const asked = id === undefined ? {} : { req_id: id };
    this.answer({ success, ret_msg: words, conn_id: this.id, ...asked, op });
  }
}

/** Undefined for a frame that is no request. */
export function messageOf(text: string): Message | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { op, req_id, reqId, args = [], header = {} } = json as Record<string, unknown>;
  if (typeof op !== 'string' || !Array.isArray(args)) return undefined;
  const id = req_id ?? reqId;
  const isHeader = typeof header === 'object' && header !== null;
  return {
    op,
    id: typeof id === 'string' || typeof id === 'number' ? String(id) : undefined,
    args: args as unknown[],
    header: isHeader ? (header as Record<string, unknown>) : {},
  };
}
