/** Coinbase's private REST calls that trading needs, each with a token of its own (Advanced Trade, "REST API"), within the pauses that the venue asks for. */
import { type DurationUs, US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { isObject, type Json, objectFrom } from '../../toolkit/json.ts';
import { throttled, VenueRefused, VenueUnreachable } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { askTwice, NotSent, type SignedCallOptions, takeVenueTime } from '../../toolkit/signed-calls.ts';
import { type CoinbaseCredentials, TOKEN_LIFE_S } from './credentials.ts';
import { codeOf, NOT_AUTHENTICATED, outcomeOf } from './error-codes.ts';
import type { UsedLimits } from './limits.ts';

export type PrivateRestOptions = SignedCallOptions & {
  readonly credentials: CoinbaseCredentials;
  readonly limits?: UsedLimits | undefined;
};

export const ORDERS = '/orders';
export const BATCH_CANCEL = '/orders/batch_cancel';
export const ORDER_LIST = '/orders/historical/batch';
const ROOT = '/api/v3/brokerage';
const TIME = '/time';
/** Calls that a pause lets through: cancels, and the question what is open before and after them. */
const URGENT: ReadonlySet<string> = new Set([BATCH_CANCEL, ORDER_LIST]);
/** Limits are counted over a second. */
const PAUSE_MS = 1_000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

export type Query = readonly (readonly [name: string, value: string | number])[];

export class PrivateRest {
  readonly #options: PrivateRestOptions;
  /** What the venue asks of the account: public calls from this address go on. */
  readonly #accountPause = new RequestPause();

  constructor(options: PrivateRestOptions) {
    this.#options = options;
  }

  /** A question; repeated once where its token was not taken. @param path behind `/api/v3/brokerage`. @throws as `post`. */
  async get(path: string, query: Query = []): Promise<Json> {
    const text = new URLSearchParams(query.map(([name, value]) => [name, String(value)])).toString();
    return await this.#askTwice(path, () => this.#call('GET', path, text, undefined, TOKEN_LIFE_S));
  }

  /**
   * Leaves within the call. A cancel whose token the venue does not take was not carried out: the venue's clock is measured, and the
   * cancel sent once more. A placement is sent once: its deadline, or a kill, may have come meanwhile.
   * @param lifeS how long the venue may take it from now on: its token ends then.
   * @throws NotSent without sending anything while the venue has asked for a pause; Throttled; VenueRefused; VenueUnreachable.
   */
  async post(path: string, body: object, lifeS: number = TOKEN_LIFE_S, timeoutMs?: number): Promise<Json> {
    const text = JSON.stringify(body);
    const ask = (): Promise<Json> => this.#call('POST', path, '', text, lifeS, timeoutMs);
    return URGENT.has(path) ? await this.#askTwice(path, ask) : await ask();
  }

  /** @param isUrgent a cancel waits for it. @returns venue's clock minus ours. @throws as `post`. */
  async measureSkew(isUrgent = false): Promise<DurationUs> {
    const sentUs = this.#options.clock.nowUs();
    const answer = await this.#request('GET', TIME, '', undefined, {}, isUrgent);
    const millis: unknown = resultOf(TIME, answer)['epochMillis'];
    const venueUs = typeof millis === 'string' && /^\d{13}$/.test(millis) ? Number(millis) * US_PER_MS : 0;
    if (venueUs === 0) throw new VenueUnreachable(TIME, 'the answer has no epochMillis');
    return takeVenueTime(this.#options, sentUs, venueUs);
  }

  /** Of a connection. */
  sessionToken(): string {
    return this.#options.credentials.token(this.#holding(TOKEN_LIFE_S));
  }

  /** Why a call that is not urgent may not leave now; undefined: it may. */
  refusal(): string | undefined {
    const nowUs = this.#options.clock.nowUs();
    return this.#options.pause.refusal(nowUs) ?? this.#accountPause.refusal(nowUs);
  }

  #askTwice(path: string, ask: () => Promise<Json>): Promise<Json> {
    return askTwice(ask, NOT_AUTHENTICATED, this.#options.skew, () => this.measureSkew(URGENT.has(path)));
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    query: string,
    body: string | undefined,
    lifeS: number,
    timeoutMs?: number,
  ): Promise<Json> {
    const { credentials, baseUrl } = this.#options;
    // Method, host and path, without the query.
    const uri = `${method} ${new URL(baseUrl).host}${ROOT}${path}`;
    const token = credentials.token({ uri, ...this.#holding(lifeS) });
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const target = query === '' ? path : `${path}?${query}`;
    const answer = await this.#request(method, target, path, body, headers, URGENT.has(path), timeoutMs);
    return resultOf(path, answer);
  }

  /** @param path of a private call; empty for a public one. */
  async #request(
    method: HttpRequest['method'],
    target: string,
    path: string,
    body: string | undefined,
    headers: HttpRequest['headers'],
    isUrgent: boolean,
    timeoutMs = this.#options.timeoutMs ?? 10_000,
  ): Promise<HttpAnswer> {
    const { network, clock, pause, baseUrl, limits } = this.#options;
    const isPrivate = path !== '';
    const ofAccount = isPrivate ? this.#accountPause.refusal(clock.nowUs(), isUrgent) : undefined;
    const refusal = pause.refusal(clock.nowUs(), isUrgent) ?? ofAccount;
    const call = isPrivate ? path : target;
    if (refusal !== undefined) throw new NotSent(`${call} was not sent: ${refusal}`);
    if (isPrivate) limits?.onSent();
    const url = baseUrl + ROOT + target;
    const maxBytes = MAX_BODY_BYTES;
    let answer: HttpAnswer;
    try {
      answer = await network.request({ method, url, headers, body, timeoutMs, maxBytes });
    } catch (error) {
      throw new VenueUnreachable(call, error instanceof Error ? error.message : String(error));
    }
    if (isPrivate) limits?.take(answer.headers, clock.nowUs());
    if (answer.status !== 429) return answer;
    const throttling = throttled(call, false, answer.retryAfterMs, PAUSE_MS);
    const untilUs = clock.nowUs() + throttling.retryAfterMs * US_PER_MS;
    (isPrivate ? this.#accountPause : pause).begin(untilUs, clock.nowUs(), { wasUrgent: isUrgent });
    // A gateway's 429 without a code that refuses may come after the call was carried out behind it.
    if (outcomeOf(codeOf(reasonsOf(objectFrom(answer.body)))) === 'unknown')
      throw new VenueUnreachable(call, `status 429 (${throttling.message})`);
    throw throttling;
  }

  /** From a second ago by the venue's clock, as a measured clock is never exact, and one from the future would not be taken. */
  #holding(lifeS: number): { readonly fromS: number; readonly lifeS: number } {
    const { clock, skew } = this.#options;
    const nowS = Math.floor((clock.nowUs() + (skew.skewUs ?? 0)) / US_PER_SECOND);
    return { fromS: nowS - 1, lifeS: Math.min(TOKEN_LIFE_S, lifeS + 1) };
  }
}

/** All codes of a refusal: `error`, and those of a list of errors. */
function reasonsOf(json: Json | undefined): readonly unknown[] {
  const list: unknown = json?.['errors'];
  const ids = (Array.isArray(list) ? (list as unknown[]) : []).map((row) => (isObject(row) ? row['id'] : ''));
  return [json?.['error'], ...ids];
}

function resultOf(call: string, answer: HttpAnswer): Json {
  const { status } = answer;
  // A gateway's 5xx may come after the call was carried out behind it.
  if (status >= 500) throw new VenueUnreachable(call, `status ${status}`);
  // Refusals of a gateway are plain text.
  const json = objectFrom(answer.body);
  if (status >= 200 && status <= 299) {
    if (json !== undefined) return json;
    throw new VenueUnreachable(call, `status ${status}, and the answer is not a JSON object`);
  }
  const { message, error_details: details } = json ?? {};
  const text = [message, details].find((one) => typeof one === 'string' && one !== '');
  // What is wrong with a token is said in many words, and by the status alone.
  const code = status === 401 ? NOT_AUTHENTICATED : codeOf(reasonsOf(json));
  throw new VenueRefused(call, code === '' ? `status ${status}` : code, typeof text === 'string' ? text : '');
}
