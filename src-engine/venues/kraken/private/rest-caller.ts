/** Kraken's private REST calls: signed, in order, within the limits, each with one of three outcomes. */
import type { Clock } from '../../../lib/clock.ts';
import type { HttpAnswer, Network } from '../../network.ts';
import type { NonceStore } from '../../venue-account.ts';
import { KRAKEN_REST_URL } from '../rest.ts';
import type { Json } from '../../toolkit/json.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import { notePause, resultOf } from '../rest-answer.ts';
import { VenueRefused, VenueUnreachable } from '../rest-errors.ts';
import type { KrakenCredentials } from './credentials.ts';
import { NonceSource } from './nonce.ts';
import { CallBudget, type KrakenTier } from './rate-counter.ts';

export type PrivateRestOptions = {
  readonly clock: Clock;
  readonly network: Network;
  /** What the venue asks of this address; one of its own when left out. */
  readonly pause?: RequestPause | undefined;
  readonly credentials: KrakenCredentials;
  readonly nonceStore: NonceStore;
  readonly tier: KrakenTier;
  readonly restUrl?: string | undefined;
  /** Bound of one call, its answer included. */
  readonly timeoutMs?: number | undefined;
};

export type CallOptions = {
  /** What it adds to the call counter. */
  readonly cost: number;
  /** Waits for no other call, and may use what is kept of the limit for it. */
  readonly isUrgent?: boolean | undefined;
  /** A call that must reach the venue at most once: never tried again, not even after a nonce that was refused. */
  readonly once?: boolean | undefined;
};

/** Longest wait for the call counter to fall; beyond, something asks far too often. */
const MAX_WAIT_US = 60_000_000;
/** Most calls that may stand in line. */
const MAX_WAITING = 100;
/** The longest history page has 50 rows of less than 1 kB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const INVALID_NONCE = 'EAPI:Invalid nonce';

export class PrivateCaller {
  readonly #options: PrivateRestOptions;
  readonly #pause: RequestPause;
  readonly #nonces: NonceSource;
  readonly #budget: CallBudget;
  /**
   * Calls leave one after the other: two under way at once may arrive in the other order, and the venue refuses a
   * nonce below one that it has seen.
   */
  #line: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #recalled: Promise<void> | undefined;

  constructor(options: PrivateRestOptions) {
    this.#options = options;
    this.#pause = options.pause ?? new RequestPause();
    this.#nonces = new NonceSource(options.nonceStore, options.clock);
    this.#budget = new CallBudget(options.tier);
  }

  /**
   * @throws VenueRefused when the venue said no.
   * @throws VenueUnreachable when it is unknown whether the call was carried out.
   * @throws NotSent when it was not sent at all: no durable nonce, or the limit of calls is used up.
   */
  async call(method: string, fields: Readonly<Record<string, string>>, options: CallOptions): Promise<Json> {
    const isUrgent = options.isUrgent === true;
    if (this.#waiting >= MAX_WAITING && !isUrgent) {
      throw new NotSent(`${method} was not sent: ${MAX_WAITING} calls wait for Kraken already`);
    }
    this.#waiting++;
    const before = isUrgent ? Promise.resolve() : this.#line;
    const turn = before.then(() => this.#carryOut(method, fields, options));
    this.#line = Promise.allSettled([this.#line, turn]);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }

  /** Goes on above a nonce that another process of ours may have used. */
  raiseNonce(used: bigint): void {
    this.#nonces.raise(used);
  }

  async #carryOut(
    method: string,
    fields: Readonly<Record<string, string>>,
    options: CallOptions,
  ): Promise<Json> {
    // What is urgent has its own reserve, and waits for no disk.
    if (options.isUrgent !== true) await (this.#recalled ??= this.#recall());
    await this.#waitForBudget(method, options);
    try {
      return await this.#attempt(method, fields, options);
    } catch (error) {
      if (!(error instanceof VenueRefused)) throw error;
      if (error.codes.includes('EAPI:Rate limit exceeded'))
        this.#budget.onRefused(this.#options.clock.nowUs());
      if (!error.codes.includes(INVALID_NONCE)) throw error;
      // Refused before it was looked at.
      this.#nonces.skip();
      if (options.once === true) throw error;
      return await this.#attempt(method, fields, options);
    }
  }

  /** The venue counts on when a process ends: the next one begins with what the last may have used. */
  async #recall(): Promise<void> {
    try {
      const lastUs = await this.#nonces.lastUseUs();
      if (lastUs !== undefined) this.#budget.recall(lastUs);
    } catch {
      // A store that cannot be read gives no nonce either: nothing is sent.
      this.#recalled = undefined;
    }
  }

  async #waitForBudget(method: string, { cost, isUrgent = false }: CallOptions): Promise<void> {
    if (cost === 0) return;
    const { clock } = this.#options;
    const startUs = clock.nowUs();
    for (;;) {
      const nowUs = clock.nowUs();
      const readyUs = this.#budget.readyUs(cost, isUrgent, nowUs);
      if (readyUs <= nowUs) break;
      if (readyUs - startUs > MAX_WAIT_US)
        throw new NotSent(`${method} was not sent: too many calls to Kraken`);
      await new Promise<void>((resolve) => clock.schedule(readyUs, resolve));
    }
    this.#budget.take(cost, clock.nowUs());
  }

  /** @throws NotSent where none is durable. */
  async #nonce(isUrgent: boolean): Promise<string> {
    try {
      return (await this.#nonces.next(isUrgent)).toString();
    } catch (error) {
      throw new NotSent(error instanceof Error ? error.message : String(error));
    }
  }

  async #attempt(
    method: string,
    fields: Readonly<Record<string, string>>,
    { isUrgent = false }: CallOptions,
  ): Promise<Json> {
    const { clock, network, credentials, restUrl = KRAKEN_REST_URL, timeoutMs = 10_000 } = this.#options;
    const refusal = this.#pause.refusal(clock.nowUs(), isUrgent);
    if (refusal !== undefined) throw new NotSent(`${method} was not sent: ${refusal}`);
    const nonce = await this.#nonce(isUrgent);
    const path = `/0/private/${method}`;
    const body = new URLSearchParams({ nonce, ...fields }).toString();
    let answer: HttpAnswer;
    try {
      answer = await network.request({
        method: 'POST',
        url: restUrl + path,
        headers: {
          ...credentials.headers(path, nonce, body),
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': 'parallax',
        },
        body,
        timeoutMs,
        maxBytes: MAX_BODY_BYTES,
      });
    } catch (error) {
      throw new VenueUnreachable(method, error instanceof Error ? error.message : String(error));
    }
    notePause(this.#pause, answer, clock.nowUs(), isUrgent);
    return resultOf(method, answer);
  }
}
