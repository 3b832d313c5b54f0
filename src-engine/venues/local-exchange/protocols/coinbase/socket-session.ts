/** One connection: what it listens to, whose orders it hears, and the number of its next message. */
import type { Clock } from '../../../../lib/clock.ts';
import type { Account } from '../../core/accounts/accounts.ts';
import type { FaultyWire } from '../../hosting/faulty-wire.ts';
import { timeText } from './wire-text.ts';

export class SocketSession {
  readonly wire: FaultyWire;
  /** The account whose orders are sent to it; undefined: none. */
  account: Account | undefined;
  readonly #clock: Clock;
  readonly #channels = new Map<string, Set<string>>();
  #next = 0;

  constructor(wire: FaultyWire, clock: Clock) {
    this.wire = wire;
    this.#clock = clock;
  }

  hears(channel: string, name: string): boolean {
    return this.#channels.get(channel)?.has(name) === true;
  }

  /** Takes a subscription, or ends it: without names the whole channel. The answer lists all of them, under a number of its own. */
  listen(channel: string, names: readonly string[], type: 'subscribe' | 'unsubscribe'): void {
    const known = this.#channels.get(channel) ?? new Set<string>();
    this.#channels.set(channel, known);
    if (type === 'unsubscribe' && names.length === 0) known.clear();
    for (const name of names) {
      if (type === 'subscribe') known.add(name);
      else known.delete(name);
    }
    if (known.size === 0) this.#channels.delete(channel);
    const all = [...this.#channels].map(([one, listed]) => [one, [...listed]] as const);
    this.say('subscriptions', [{ subscriptions: Object.fromEntries(all) }]);
  }

  say(channel: string, events: readonly object[]): void {
    const timestamp = timeText(this.#clock.nowUs());
    const frame = { channel, timestamp, sequence_num: this.#next++, events };
    this.wire.send(JSON.stringify(frame), channelOf);
  }

  /** The next message is one that never comes. */
  skip(): void {
    this.#next++;
  }

  /** Without a number, as the venue's refusals. */
  refuse(message: string): void {
    this.wire.send(JSON.stringify({ type: 'error', message }), () => undefined);
  }
}

/** The channel of a frame that carries data; answers and heartbeats carry none. */
function channelOf(frame: string): string | undefined {
  const channel = /^\{"channel":"(\w+)"/.exec(frame)?.[1];
  return channel === 'subscriptions' || channel === 'heartbeats' ? undefined : channel;
}
