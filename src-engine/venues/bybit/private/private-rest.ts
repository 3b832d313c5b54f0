/** Bybit's signed REST calls that trading needs (Bybit v5, "Integration Guidance"), within the pauses that the venue asks for. */
import { type DurationUs, US_PER_MS } from '../../../domain/time.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { isObject, type Json } from '../../toolkit/json.ts';
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
import { isAccountLimit, resultOf, throttlingOf } from '../rest.ts';
import type { BybitCredentials } from './credentials.ts';
import { outcomeOf } from './error-codes.ts';

export type PrivateRestOptions = SignedCallOptions & {
  readonly credentials: BybitCredentials;
};

/** How long the venue may take a request: its default. */
export const RECV_WINDOW_MS = 5_000;
const TIME = '/v5/market/time';
/** Calls that a pause lets through: cancels, and the question what is open after them. */
const URGENT: ReadonlySet<string> = new Set([
  '/v5/order/cancel',
  '/v5/order/cancel-all',
  '/v5/order/realtime',
]);
const MAX_BODY_BYTES = 16 * 1024 * 1024;
export const CLOCK_IS_OFF = 10_002;

type Values = Readonly<Record<string, string | number>>;

export class PrivateRest {
  readonly #options: PrivateRestOptions;
  /** What the venue asks of the account alone (10006): public calls from this address go on. */
  readonly #accountPause = new RequestPause();

  constructor(options: PrivateRestOptions) {
    this.#options = options;
  }

  /** A question; repeated as a cancel is. @throws as `post`. */
  async get(path: string, query: Values = {}): Promise<Json> {
    const text = new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)]),
    ).toString();
    return this.#askTwice(path, () => this.#call('GET', path, text, RECV_WINDOW_MS));
  }

  /**
   * Leaves within the call. A cancel whose timestamp the venue refuses was not carried out: the venue's clock is measured, and the
   * cancel sent once more. A placement is sent once: its deadline, or a kill, may have come meanwhile.
   * @param recvWindowMs how long the venue may take it from now on. @param onAnswer gets what came, whatever it is.
   * @throws Error without sending anything while the venue has asked for a pause; Throttled; VenueRefused; VenueUnreachable.
   */
  async post(
    path: string,
    body: object,
    recvWindowMs: number = RECV_WINDOW_MS,
    onAnswer?: (answer: HttpAnswer) => void,
  ): Promise<Json> {
    const text = JSON.stringify(body);
    const ask = (): Promise<unknown> => this.#call('POST', path, text, recvWindowMs, onAnswer);
    return URGENT.has(path) ? this.#askTwice(path, ask) : objectOf(path, await ask());
  }

  /** @param isUrgent a cancel waits for it. @returns venue's clock minus ours. @throws as `post`. */
  async measureSkew(isUrgent = false): Promise<DurationUs> {
    const sentUs = this.#options.clock.nowUs();
    const result = resultOf(TIME, jsonOf(TIME, await this.#request('GET', TIME, {}, undefined, isUrgent)), {
      status: 200,
      body: '',
    });
    const nano: unknown = isObject(result) ? result['timeNano'] : undefined;
    const venueUs = typeof nano === 'string' && /^\d{19}$/.test(nano) ? Number(nano.slice(0, -3)) : 0;
    if (venueUs === 0) throw new VenueUnreachable(TIME, 'the answer has no timeNano');
    return takeVenueTime(this.#options, sentUs, venueUs);
  }

  async #askTwice(path: string, ask: () => Promise<unknown>): Promise<Json> {
    const measure = (): Promise<unknown> => this.measureSkew(URGENT.has(path));
    return objectOf(path, await askTwice(ask, String(CLOCK_IS_OFF), this.#options.skew, measure));
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    text: string,
    recvWindowMs: number,
    onAnswer?: (answer: HttpAnswer) => void,
  ): Promise<unknown> {
    const { credentials, clock, skew } = this.#options;
    const timestampMs = venueMs(clock.nowUs(), skew);
    const headers = {
      'X-BAPI-API-KEY': credentials.apiKey,
      'X-BAPI-TIMESTAMP': String(timestampMs),
      'X-BAPI-RECV-WINDOW': String(recvWindowMs),
      'X-BAPI-SIGN': credentials.signCall(timestampMs, recvWindowMs, text),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    };
    const query = method === 'GET' && text !== '' ? `?${text}` : '';
    const body = method === 'POST' ? text : undefined;
    const answer = await this.#request(method, path + query, headers, body);
    onAnswer?.(answer);
    return resultOf(path, jsonOf(path, answer), answer);
  }

  async #request(
    method: HttpRequest['method'],
    path: string,
    headers: HttpRequest['headers'],
    body?: string,
    isUrgent = URGENT.has(path.split('?')[0] ?? ''),
  ): Promise<HttpAnswer> {
    const { network, clock, pause, baseUrl, timeoutMs = 10_000 } = this.#options;
    const nowUs = clock.nowUs();
    const ofAccount = path === TIME ? undefined : this.#accountPause.refusal(nowUs, isUrgent);
    const refusal = pause.refusal(nowUs, isUrgent) ?? ofAccount;
    if (refusal !== undefined) throw new NotSent(`${path} was not sent: ${refusal}`);
    let answer: HttpAnswer;
    try {
      answer = await network.request({
        method,
        url: baseUrl + path,
        headers,
        body,
        timeoutMs,
        maxBytes: MAX_BODY_BYTES,
      });
    } catch (error) {
      throw new VenueUnreachable(path, error instanceof Error ? error.message : String(error));
    }
    const throttling = throttlingOf(path, answer);
    if (throttling === undefined) return answer;
    const { isBan, retryAfterMs } = throttling;
    const untilUs = clock.nowUs() + retryAfterMs * US_PER_MS;
    const held = isAccountLimit(answer) && !isBan ? this.#accountPause : pause;
    held.begin(untilUs, clock.nowUs(), { isBan, wasUrgent: isUrgent });
    // A gateway's 429 without a code that refuses may come after the call was carried out behind it.
    if (!isBan && outcomeOf(retCodeOf(answer)) === 'unknown')
      throw new VenueUnreachable(path, `status ${answer.status} (${throttling.message})`);
    throw throttling;
  }
}

/** NaN: the answer has none. */
function retCodeOf({ body }: HttpAnswer): number {
  try {
    const json: unknown = JSON.parse(body);
    const retCode = isObject(json) ? json['retCode'] : undefined;
    return typeof retCode === 'number' ? retCode : Number.NaN;
  } catch {
    return Number.NaN;
  }
}

function objectOf(call: string, result: unknown): Json {
  if (isObject(result)) return result;
  throw new VenueUnreachable(call, 'the answer has no result');
}
