/** KuCoin's signed REST calls that trading needs (KuCoin, "Authentication"), within the pauses that the venue asks for. */
import { type DurationUs, US_PER_MS } from '../../../domain/time.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { VenueUnreachable } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import {
  askTwice,
  jsonOf,
  NotSent,
  type SignedCallOptions,
  takeVenueTime,
  venueMs,
} from '../../toolkit/signed-calls.ts';
import { codeOf, resultOf, throttlingOf } from '../rest.ts';
import type { KucoinCredentials } from './credentials.ts';
import { CLOCK_IS_OFF, outcomeOf, TOO_MANY } from './error-codes.ts';
import type { UsedLimits } from './limits.ts';

export type PrivateRestOptions = SignedCallOptions & {
  readonly credentials: KucoinCredentials;
  readonly limits?: UsedLimits | undefined;
};

type Method = HttpRequest['method'];
export type Query = Readonly<Record<string, string | number | undefined>>;

const TIME = '/api/v1/timestamp';
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export class PrivateRest {
  readonly #options: PrivateRestOptions;
  /** What the venue asks of the account alone (429000): public calls from this address go on. */
  readonly #accountPause = new RequestPause();

  constructor(options: PrivateRestOptions) {
    this.#options = options;
  }

  /** A question; repeated once where its timestamp was refused. @param isUrgent a cancel waits for it. @throws as `placement`. */
  get(path: string, query: Query = {}, isUrgent = false): Promise<unknown> {
    return this.#askTwice(isUrgent, () => this.#call('GET', path, query, '', isUrgent));
  }

  /** A cancel: leaves within the call, also in a pause, and once more where its timestamp was refused. @throws as `placement`. */
  cancel(path: string, query: Query = {}): Promise<unknown> {
    return this.#askTwice(true, () => this.#call('DELETE', path, query, '', true));
  }

  /** A call that may be repeated. @throws as `placement`. */
  post(path: string, body: object): Promise<unknown> {
    return this.#askTwice(false, () => this.#call('POST', path, {}, JSON.stringify(body), false));
  }

  /**
   * Sent once: its deadline, or a kill, may come while the venue's clock is measured. @param stampMs by the venue's clock, as `body` names
   * it: the venue compares both. @throws NotSent without sending anything while the venue has asked for a pause; Throttled; VenueRefused; VenueUnreachable.
   */
  placement(path: string, body: object, timeoutMs: number, stampMs: number): Promise<unknown> {
    return this.#call('POST', path, {}, JSON.stringify(body), false, timeoutMs, stampMs);
  }

  /** @param isUrgent a cancel waits for it. @returns venue's clock minus ours. @throws as `placement`. */
  async measureSkew(isUrgent = false): Promise<DurationUs> {
    const sentUs = this.#options.clock.nowUs();
    const answer = await this.#request('GET', TIME, '', {}, isUrgent, false);
    const millis = resultOf(TIME, jsonOf(TIME, answer), answer);
    if (typeof millis !== 'number' || !Number.isSafeInteger(millis) || millis <= 0)
      throw new VenueUnreachable(TIME, 'the answer is not a time in ms');
    const venueUs = millis * US_PER_MS;
    return takeVenueTime(this.#options, sentUs, venueUs);
  }

  /** Why a call that is not urgent may not leave now; undefined: it may. */
  refusal(): string | undefined {
    const nowUs = this.#options.clock.nowUs();
    return this.#options.pause.refusal(nowUs) ?? this.#accountPause.refusal(nowUs);
  }

  #askTwice(isUrgent: boolean, ask: () => Promise<unknown>): Promise<unknown> {
    return askTwice(ask, CLOCK_IS_OFF, this.#options.skew, () => this.measureSkew(isUrgent));
  }

  async #call(
    method: Method,
    path: string,
    query: Query,
    body: string,
    isUrgent: boolean,
    timeoutMs?: number,
    stampMs = venueMs(this.#options.clock.nowUs(), this.#options.skew),
  ): Promise<unknown> {
    const { credentials } = this.#options;
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    // Signed as it is sent, with what is encoded in it.
    const target = text === '' ? path : `${path}?${text}`;
    const headers = {
      ...credentials.headers(stampMs, method, target, body),
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await this.#request(method, target, body, headers, isUrgent, true, timeoutMs);
    return resultOf(path, jsonOf(path, answer), answer);
  }

  async #request(
    method: Method,
    target: string,
    body: string,
    headers: HttpRequest['headers'],
    isUrgent: boolean,
    isPrivate: boolean,
    timeoutMs = this.#options.timeoutMs ?? 10_000,
  ): Promise<HttpAnswer> {
    const { network, clock, pause, baseUrl, limits } = this.#options;
    const ofAccount = isPrivate ? this.#accountPause.refusal(clock.nowUs(), isUrgent) : undefined;
    const refusal = pause.refusal(clock.nowUs(), isUrgent) ?? ofAccount;
    if (refusal !== undefined) throw new NotSent(`${target} was not sent: ${refusal}`);
    const url = baseUrl + target;
    const request = { method, url, headers, timeoutMs, maxBytes: MAX_BODY_BYTES };
    let answer: HttpAnswer;
    try {
      answer = await network.request(body === '' ? request : { ...request, body });
    } catch (error) {
      throw new VenueUnreachable(target, error instanceof Error ? error.message : String(error));
    }
    if (isPrivate) limits?.take(answer.headers, clock.nowUs());
    const throttling = throttlingOf(target, answer);
    if (throttling === undefined) return answer;
    const untilUs = clock.nowUs() + throttling.retryAfterMs * US_PER_MS;
    const code = codeOf(answer);
    const held = isPrivate && code === TOO_MANY ? this.#accountPause : pause;
    held.begin(untilUs, clock.nowUs(), { wasUrgent: isUrgent });
    // A gateway's 429 without a code that refuses may come after the call was carried out behind it.
    if (outcomeOf(code) === 'unknown')
      throw new VenueUnreachable(target, `status ${answer.status} (${throttling.message})`);
    throw throttling;
  }
}
