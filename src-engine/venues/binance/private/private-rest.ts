/** Binance's signed REST calls that trading needs, within the pauses that the venue asks for. */
import type { DurationUs, TimeUs } from '../../../domain/time.ts';
import { US_PER_MS } from '../../../domain/time.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
import {
  NotSent,
  type SignedCallOptions,
  succeeds,
  takeVenueTime,
  venueMs,
} from '../../toolkit/signed-calls.ts';
import {
  BinanceRefused,
  BinanceUnreachable,
  bodyOf,
  hasCode,
  notePause,
  throttlingOf,
} from '../rest-errors.ts';
import type { BinanceCredentials } from './credentials.ts';
import type { UsedLimits } from './limits.ts';
import { type Params, signedQuery } from './signed-params.ts';

export type PrivateRestOptions = SignedCallOptions & {
  readonly credentials: BinanceCredentials;
  readonly limits: UsedLimits;
};

/** How long the venue may take a request; its default, and what it recommends at most. */
export const RECV_WINDOW_MS = 5_000;
/** Asks what is open after a cancel: it must leave when other questions wait for the next minute, or for the end of a pause. */
const ALWAYS = '/api/v3/openOrders';
const USED_WEIGHT = 'x-mbx-used-weight-1m';
/** The list of all orders of a day has at most 1,000 rows of less than 1 kB. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
export const CLOCK_IS_OFF = -1021;

export class PrivateRest {
  readonly #options: PrivateRestOptions;

  constructor(options: PrivateRestOptions) {
    this.#options = options;
  }

  /**
   * One signed call. A question other than what is open is not sent once the weight of the minute is used up but for a reserve. A
   * timestamp that the venue refuses was not carried out: its clock is measured, and the call repeated. A placement is not: its
   * deadline, or a kill, may have come meanwhile.
   * @param recvWindowMs how long it may be carried out from now on.
   * @throws BinanceThrottled, BinanceRefused, BinanceUnreachable.
   */
  async call(
    method: HttpRequest['method'],
    path: string,
    params: Params = {},
    recvWindowMs: number = RECV_WINDOW_MS,
  ): Promise<unknown> {
    try {
      return await this.#attempt(method, path, params, recvWindowMs);
    } catch (error) {
      if (!(error instanceof BinanceRefused) || error.code !== CLOCK_IS_OFF) throw error;
      // A placement has a shorter time than the venue's default: it may have been late.
      if (method !== 'POST') this.#options.skew.doubt();
      const isMeasured = await succeeds(this.measureSkew(method === 'DELETE' || path === ALWAYS));
      if (!isMeasured || method === 'POST') throw error;
      return this.#attempt(method, path, params, recvWindowMs);
    }
  }

  /** A call that takes the key and no signature, as those of the user data stream do. @throws as `call`. */
  async keyed(method: HttpRequest['method'], path: string, query = ''): Promise<Json> {
    const call = `${method} ${path}`;
    const headers = { 'X-MBX-APIKEY': this.#options.credentials.apiKey };
    const json = bodyOf(
      call,
      await this.#request(call, method, query === '' ? path : `${path}?${query}`, headers),
    );
    if (isObject(json)) return json;
    throw new BinanceUnreachable(call, 'the answer is not an object');
  }

  /** As `call`, of an answer that must be a list of rows. @throws as `call`; BinanceUnreachable when it is none. */
  async rows(path: string, params: Params = {}): Promise<readonly unknown[]> {
    const json = await this.call('GET', path, params);
    if (Array.isArray(json)) return json as unknown[];
    throw new BinanceUnreachable(path, 'the answer is not a list');
  }

  /** As `call`, of an answer that must be an object. @throws as `call`; BinanceUnreachable when it is none. */
  async object(path: string, params: Params = {}): Promise<Json> {
    const json = await this.call('GET', path, params);
    if (isObject(json)) return json;
    throw new BinanceUnreachable(path, 'the answer is not an object');
  }

  /** @param isUrgent a cancel waits for it. @returns venue's clock minus ours. @throws as `call`. */
  async measureSkew(isUrgent = false): Promise<DurationUs> {
    const sentUs = this.#options.clock.nowUs();
    const json = bodyOf('time', await this.#request('time', 'GET', '/api/v3/time', {}, isUrgent));
    const serverTime: unknown = isObject(json) ? json['serverTime'] : undefined;
    if (typeof serverTime !== 'number' || !Number.isSafeInteger(serverTime)) {
      throw new BinanceUnreachable('time', 'the answer has no serverTime');
    }
    const venueUs = serverTime * US_PER_MS;
    return takeVenueTime(this.#options, sentUs, venueUs);
  }

  async #attempt(
    method: HttpRequest['method'],
    path: string,
    params: Params,
    recvWindow: number,
  ): Promise<unknown> {
    const { credentials, clock, skew, limits } = this.#options;
    const call = `${method} ${path}`;
    const isUrgent = method === 'DELETE' || path === ALWAYS;
    const refusal = method === 'GET' && path !== ALWAYS ? limits.questionRefusal(this.#venueUs()) : undefined;
    if (refusal !== undefined) throw new NotSent(`${call} was not sent: ${refusal}`);
    const timestamp = venueMs(clock.nowUs(), skew);
    const query = signedQuery(credentials, params, { timestamp, recvWindow });
    const headers = { 'X-MBX-APIKEY': credentials.apiKey };
    return bodyOf(call, await this.#request(call, method, `${path}?${query}`, headers, isUrgent));
  }

  /** @throws NotSent without sending anything while the venue has asked for a pause; an urgent call waits for a ban alone. */
  async #request(
    call: string,
    method: HttpRequest['method'],
    path: string,
    headers: HttpRequest['headers'],
    isUrgent = false,
  ): Promise<HttpAnswer> {
    const { network, clock, limits, pause, baseUrl, timeoutMs = 10_000 } = this.#options;
    const refusal = pause.refusal(clock.nowUs(), isUrgent);
    if (refusal !== undefined) throw new NotSent(`${call} was not sent: ${refusal}`);
    let answer: HttpAnswer;
    try {
      const url = baseUrl + path;
      answer = await network.request({ method, url, headers, timeoutMs, maxBytes: MAX_BODY_BYTES });
    } catch (error) {
      throw new BinanceUnreachable(call, error instanceof Error ? error.message : String(error));
    }
    limits.takeWeight(answer.headers?.[USED_WEIGHT], this.#venueUs());
    const throttled = throttlingOf(call, answer);
    notePause(pause, throttled, clock.nowUs(), isUrgent);
    // A gateway's 429 without a code that refuses may come after the call was carried out behind it.
    if (method === 'POST' && throttled?.isBan === false && !hasCode(answer))
      throw new BinanceUnreachable(call, `status ${answer.status} (${throttled.message})`);
    return answer;
  }

  #venueUs(): TimeUs {
    const { clock, skew } = this.#options;
    return clock.nowUs() + (skew.skewUs ?? 0);
  }
}
