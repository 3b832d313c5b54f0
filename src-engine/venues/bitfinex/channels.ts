/** The channels of one connection: Bitfinex names one with each subscription, and no message behind it names its symbol. */
import type { StreamChannel } from '../toolkit/stream-frame.ts';

export type Channel = {
  readonly id: number;
  readonly kind: StreamChannel;
  readonly symbol: string;
  /** What a recording, which is of several connections, sets before a message of it. */
  readonly head: Buffer;
};

const NAMES: Readonly<Record<StreamChannel, string>> = { books: 'book', trades: 'trades' };
const TAIL = '}';

/** The kind of a channel by the venue's name; undefined: of neither. */
export function kindOf(name: unknown): StreamChannel | undefined {
  if (name === NAMES.books) return 'books';
  return name === NAMES.trades ? 'trades' : undefined;
}

export function nameOf(kind: StreamChannel): string {
  return NAMES[kind];
}

function headOf(kind: StreamChannel, symbol: string): string {
  return `{"channel":"${NAMES[kind]}","symbol":${JSON.stringify(symbol)},"frame":`;
}

/** A message as a recording keeps it: with the channel that it is of. */
export function namedFrame(kind: StreamChannel, symbol: string, frame: string): string {
  return headOf(kind, symbol) + frame + TAIL;
}

export class Channels {
  readonly #byId = new Map<number, Channel>();
  #own = Buffer.alloc(4_096);

  opened(id: number, kind: StreamChannel, symbol: string): void {
    this.#byId.set(id, { id, kind, symbol, head: Buffer.from(headOf(kind, symbol)) });
  }

  closed(id: number): void {
    this.#byId.delete(id);
  }

  clear(): void {
    this.#byId.clear();
  }

  of(id: number): Channel | undefined {
    return this.#byId.get(id);
  }

  /** The channel of this symbol; undefined: none is open. */
  find(kind: StreamChannel, symbol: string): Channel | undefined {
    for (const channel of this.#byId.values())
      if (channel.kind === kind && channel.symbol === symbol) return channel;
    return undefined;
  }

  /** As a recording keeps it, in bytes that are valid until the next call. What is of no known channel stays as it is. */
  named(bytes: Buffer): Buffer {
    const channel = this.of(channelIn(bytes));
    if (channel === undefined) return bytes;
    const { head } = channel;
    const length = head.length + bytes.length + TAIL.length;
    if (length > this.#own.length) this.#own = Buffer.alloc(2 * length);
    head.copy(this.#own);
    bytes.copy(this.#own, head.length);
    this.#own.write(TAIL, length - TAIL.length, 'latin1');
    return this.#own.subarray(0, length);
  }
}

const OPEN_BRACKET = 91;
const COMMA = 44;
const ZERO = 48;

/** The number of the channel of an array; −1 for anything else. */
export function channelIn(bytes: Uint8Array): number {
  if (bytes[0] !== OPEN_BRACKET) return -1;
  let id = 0;
  for (let at = 1; at < 17; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (bytes[at] === COMMA) return at === 1 ? -1 : id;
    if (digit < 0 || digit > 9) return -1;
    id = id * 10 + digit;
  }
  return -1;
}

/** The number behind an array, by which a connection counts its messages (flag 65536); −1: it has none. */
export function sequenceIn(bytes: Uint8Array): number {
  let at = bytes.length - 2;
  let value = 0;
  let place = 1;
  for (; at > 0; at--) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) break;
    value += digit * place;
    place *= 10;
  }
  return place === 1 || bytes[at] !== COMMA || !Number.isSafeInteger(value) ? -1 : value;
}
