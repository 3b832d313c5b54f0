import type { Clock } from '../../../../../lib/clock.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Faults } from '../../../core/faults.ts';
import { FaultyWire } from '../../../hosting/faulty-wire.ts';
import type { Wire } from '../../../hosting/wire.ts';
import { VenueError } from '../venue-error.ts';
import type { SocketTokens } from '../socket-tokens.ts';
import type { FrameSink } from './book-channel.ts';

/** One connection: what it sends goes through the faults; it knows whom its tokens speak for. */
export class Session implements FrameSink {
  /** Number of the connection, from 1. */
  readonly id: number;
  /** Keys of what it is subscribed to, as `channel:symbol`, with the depth of a book. */
  readonly subscriptions = new Map<string, number>();
  readonly #wire: FaultyWire;
  readonly #clock: Clock;
  readonly #issued: SocketTokens;
  /** A token in use on a connection stays good as long as the connection lives, as at Kraken. */
  readonly #tokens = new Map<string, Account>();
  #sequences = { executions: 0, balances: 0 };

  constructor(id: number, wire: Wire, clock: Clock, faults: Faults, tokens: SocketTokens) {
    this.id = id;
    this.#wire = new FaultyWire(wire, clock, faults);
    this.#clock = clock;
    this.#issued = tokens;
  }

  send(frame: string): void {
    this.#wire.send(frame, channelOf);
  }

  /** The account of a token. @throws VenueError when it is unknown or expired. */
  authenticate(token: string): Account {
    const account = this.#tokens.get(token) ?? this.#issued.accountOf(token, this.#clock.nowUs());
    if (account === undefined) throw new VenueError('ESession:Invalid session');
    this.#tokens.set(token, account);
    return account;
  }

  /** Number of the next message of a private channel, from 1. */
  nextSequence(channel: 'executions' | 'balances'): number {
    return ++this.#sequences[channel];
  }

  restartSequence(channel: 'executions' | 'balances'): void {
    this.#sequences[channel] = 0;
  }

  close(): void {
    this.#wire.close();
  }
}

/** The channel of a frame that carries data; answers and heartbeats carry none. */
function channelOf(frame: string): string | undefined {
  return /^\{"channel":"([a-z]+)".*"data":/.exec(frame)?.[1];
}
