/** One connection to the market streams: what it listens to, and its requests (spot API, "Live Subscribing"). */
import type { Clock } from '../../../../../lib/clock.ts';
import type { FaultyWire } from '../../../hosting/faulty-wire.ts';

/** Requests a second, pongs counted, beyond which a connection is cut. */
const MAX_MESSAGES_A_SECOND = 5;
const MAX_STREAMS = 1_024;
const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'] as const;

/** Who sends the streams. */
export type StreamSource = {
  join(session: StreamSession, stream: string): void;
  leave(session: StreamSession, stream: string): void;
};

type Id = string | number | null;
type Refused = { readonly code: number; readonly msg: string };

export class StreamSession {
  readonly streams = new Set<string>();
  /** Payloads come with the name of their stream. */
  isCombined: boolean;
  readonly time: (us: number) => number;
  readonly wire: FaultyWire;
  readonly #clock: Clock;
  readonly #host: StreamSource;
  #secondUs = 0;
  #messages = 0;

  constructor(
    wire: FaultyWire,
    clock: Clock,
    host: StreamSource,
    isCombined: boolean,
    time: (us: number) => number,
  ) {
    this.wire = wire;
    this.#clock = clock;
    this.#host = host;
    this.isCombined = isCombined;
    this.time = time;
  }

  /** Sends a payload of a stream. @param channel by which faults name it: `depth`, `trade`, … */
  deliver(stream: string, payload: object, channel: string): void {
    const body = JSON.stringify(payload);
    const frame = this.isCombined ? `{"stream":${JSON.stringify(stream)},"data":${body}}` : body;
    this.wire.send(frame, () => channel);
  }

  pong(): void {
    this.#count();
  }

  receive(text: string): void {
    if (!this.#count()) return;
    let id: Id = null;
    try {
      const request = parse(text);
      id = request.id;
      this.#answer({ result: this.#carryOut(request.method, request.params), id });
    } catch (error) {
      if (!isRefused(error)) throw error;
      this.#answer({ error: error, id });
    }
  }

  #answer(message: object): void {
    this.wire.send(JSON.stringify(message), () => undefined);
  }

  /** @returns false when the connection has been cut for asking too often. */
  #count(): boolean {
    const nowUs = this.#clock.nowUs();
    if (nowUs - this.#secondUs >= 1_000_000) {
      this.#secondUs = nowUs;
      this.#messages = 0;
    }
    if (++this.#messages <= MAX_MESSAGES_A_SECOND) return true;
    this.wire.cut();
    return false;
  }

  #carryOut(method: (typeof METHODS)[number], params: readonly unknown[]): unknown {
    switch (method) {
      case 'SUBSCRIBE':
        this.subscribe(names(params));
        return null;
      case 'UNSUBSCRIBE':
        for (const name of names(params)) {
          this.streams.delete(name);
          this.#host.leave(this, name);
        }
        return null;
      case 'LIST_SUBSCRIPTIONS':
        return [...this.streams];
      case 'SET_PROPERTY':
        requireCombined(params);
        if (typeof params[1] !== 'boolean') throw refused(1, 'Invalid value type: expected Boolean');
        this.isCombined = params[1];
        return null;
      case 'GET_PROPERTY':
        requireCombined(params);
        return this.isCombined;
    }
  }

  /** Names of symbols that are not listed are taken, and nothing comes of them, as at Binance. */
  subscribe(streams: readonly string[]): void {
    const fresh = streams.filter((name) => !this.streams.has(name));
    if (this.streams.size + fresh.length > MAX_STREAMS) {
      this.wire.cut();
      return;
    }
    for (const name of fresh) {
      this.streams.add(name);
      this.#host.join(this, name);
    }
  }
}

function requireCombined(params: readonly unknown[]): void {
  if (typeof params[0] !== 'string') throw refused(2, 'Invalid request: property name must be a string');
  if (params[0] !== 'combined') throw refused(0, 'Unknown property');
}

function names(params: readonly unknown[]): readonly string[] {
  if (params.every((name) => typeof name === 'string')) return params;
  throw refused(2, 'Invalid request: stream names must be strings');
}

function refused(code: number, msg: string): Refused & Error {
  return Object.assign(new Error(msg), { code, msg });
}

function isRefused(error: unknown): error is Refused & Error {
  return error instanceof Error && 'code' in error && 'msg' in error;
}

function parse(text: string): {
  readonly method: (typeof METHODS)[number];
  readonly params: readonly unknown[];
  readonly id: Id;
} {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(3, 'Invalid JSON: expected value at line 1 column 1');
  }
  const { method, params = [], id = null } = (value ?? {}) as Record<string, unknown>;
  const known = METHODS.find((candidate) => candidate === method);
  if (method === undefined) throw refused(2, 'Invalid request: missing field `method` at line 1 column 1');
  if (known === undefined) {
    const options = METHODS.map((name) => `\`${name}\``).join(', ');
    throw refused(
      2,
      `Invalid request: unknown variant ${JSON.stringify(method)}, expected one of ${options}`,
    );
  }
  const isId = id === null || Number.isSafeInteger(id) || (typeof id === 'string' && /^\w{1,36}$/.test(id));
  if (!isId) throw refused(2, 'Invalid request: request ID must be an unsigned integer');
  if (!Array.isArray(params)) throw refused(2, 'Invalid request: params must be a list');
  return { method: known, params: params as unknown[], id: id as Id };
}
