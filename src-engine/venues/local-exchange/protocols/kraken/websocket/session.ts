import type { TimeUs } from '../../../../../domain/time.ts';
import type { Clock } from '../../../../../lib/clock.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Faults } from '../../../core/faults.ts';
import { VenueError } from '../venue-error.ts';
import type { SocketTokens } from '../socket-tokens.ts';
import type { FrameSink } from './book-channel.ts';

/** Bytes that may wait for a slow client before it is cut off. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
/** Frames that may wait under the delay fault before the connection is cut off. */
const MAX_DELAYED_FRAMES = 100_000;

/** The little that a session needs of a socket; tests use their own. */
export type Wire = {
  send(frame: string): void;
  readonly bufferedAmount: number;
  terminate(): void;
};

/** One connection: what it sends goes through the faults; it knows whom its tokens speak for. */
export class Session implements FrameSink {
  /** Number of the connection, from 1. */
  readonly id: number;
  /** Keys of what it is subscribed to, as `channel:symbol`, with the depth of a book. */
  readonly subscriptions = new Map<string, number>();
  readonly #wire: Wire;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #issued: SocketTokens;
  /** A token in use on a connection stays good as long as the connection lives, as at Kraken. */
  readonly #tokens = new Map<string, Account>();
  #sequences = { executions: 0, balances: 0 };
  #delayed = 0;
  #lastDueUs: TimeUs = 0;
  #closed = false;

  constructor(id: number, wire: Wire, clock: Clock, faults: Faults, tokens: SocketTokens) {
    this.id = id;
    this.#wire = wire;
    this.#clock = clock;
    this.#faults = faults;
    this.#issued = tokens;
  }

  send(frame: string): void {
    const copies = this.#faults.copiesOf(frame, channelOf);
    for (let copy = 0; copy < copies; copy++) {
      if (this.#faults.delayUs === 0 && this.#delayed === 0) this.#write(frame);
      else this.#writeLater(frame);
    }
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
    this.#closed = true;
  }

  #write(frame: string): void {
    if (this.#closed) return;
    if (this.#wire.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#closed = true;
      this.#wire.terminate();
      return;
    }
    this.#wire.send(frame);
  }

  #writeLater(frame: string): void {
    if (this.#delayed >= MAX_DELAYED_FRAMES) {
      this.#closed = true;
      this.#wire.terminate();
      return;
    }
    this.#delayed++;
    this.#lastDueUs = Math.max(this.#lastDueUs, this.#clock.nowUs() + this.#faults.delayUs);
    this.#clock.schedule(this.#lastDueUs, () => {
      this.#delayed--;
      this.#write(frame);
    });
  }
}

/** The channel of a frame that carries data; answers and heartbeats carry none. */
function channelOf(frame: string): string | undefined {
  return /^\{"channel":"([a-z]+)".*"data":/.exec(frame)?.[1];
}
