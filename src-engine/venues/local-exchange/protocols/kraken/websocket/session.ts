import type { TimeUs } from '../../../../../domain/time.ts';
import type { Clock } from '../../../../../lib/clock.ts';
import type { Account, Accounts } from '../../../core/accounts/accounts.ts';
import type { Faults } from '../../../core/faults.ts';
import { VenueError } from '../../../core/venue-error.ts';
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
  readonly #accounts: Accounts;
  /** A token in use on a connection stays good as long as the connection lives, as at Kraken. */
  readonly #tokens = new Map<string, Account>();
  #sequences = { executions: 0, balances: 0 };
  #delayed = 0;
  #lastDueUs: TimeUs = 0;
  #closed = false;

  constructor(id: number, wire: Wire, clock: Clock, faults: Faults, accounts: Accounts) {
    this.id = id;
    this.#wire = wire;
    this.#clock = clock;
    this.#faults = faults;
    this.#accounts = accounts;
  }

  send(frame: string): void {
    const copies = this.#faults.copiesOf(frame);
    for (let copy = 0; copy < copies; copy++) {
      if (this.#faults.delayUs === 0 && this.#delayed === 0) this.#write(frame);
      else this.#writeLater(frame);
    }
  }

  /** The account of a token. @throws VenueError when it is unknown or expired. */
  authenticate(token: string): Account {
    const account = this.#tokens.get(token) ?? this.#accounts.byToken(token, this.#clock.nowUs());
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
