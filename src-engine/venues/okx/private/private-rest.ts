/** OKX's signed REST calls that trading needs (OKX API v5, "Making Requests"), within the pauses that the venue asks for. */
import { type DurationUs, US_PER_MS } from '../../../domain/time.ts';
import type { HttpAnswer } from '../../network.ts';
import { isObject, type Json, wordOf } from '../../toolkit/json.ts';
import { VenueRefused, VenueUnreachable } from '../../toolkit/public-rest.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import {
  NotSent,
  type SignedCallOptions,
  succeeds,
  takeVenueTime,
  venueMs,
} from '../../toolkit/signed-calls.ts';
import { throttlingOf } from '../rest.ts';
import type { OkxCredentials } from './credentials.ts';
import { CLOCK_IS_OFF, outcomeOf } from './error-codes.ts';

export type PrivateRestOptions = SignedCallOptions & {
  readonly credentials: OkxCredentials;
};

const TIME = '/api/v5/public/time';
/** Calls that a pause lets through: cancels, and the question what is open. */
const URGENT: ReadonlySet<string> = new Set([
  '/api/v5/trade/cancel-order',
  '/api/v5/trade/cancel-batch-orders',
  '/api/v5/trade/cancel-all-after',
  '/api/v5/trade/orders-pending',
]);
const MAX_BODY_BYTES = 16 * 1024 * 1024;

type Values = Readonly<Record<string, string | number>>;
/** The rows of an answer, and its own code: "1" and "2" where rows of it failed. */
type Answered = { readonly code: string; readonly message: string; readonly rows: readonly Json[] };

export class PrivateRest {
  readonly #options: PrivateRestOptions;
  /** Limits of these calls are counted by the account: public calls from this address go on. */
  readonly #accountPause = new RequestPause();

  constructor(options: PrivateRestOptions) {
    this.#options = options;
  }

  /** Rows of a question; repeated as a cancel is. @throws as `post`. */
  async get(path: string, query: Values = {}): Promise<readonly Json[]> {
    const values = Object.entries(query).map(([name, value]) => [name, String(value)]);
    const text = new URLSearchParams(values).toString();
    const target = text === '' ? path : `${path}?${text}`;
    return wholeOf(path, await this.#askTwice(path, () => this.#call('GET', path, target, '')));
  }

  /**
   * Leaves within the call. A cancel whose timestamp the venue refuses was not carried out: the venue's clock is measured, and the
   * cancel sent once more. A placement is sent once: its deadline, or a kill, may have come meanwhile.
   * @param expiresMs by the venue's clock: later it is not carried out.
   * @throws Error without sending anything while the venue has asked for a pause; Throttled; VenueRefused, with the code of the order
   *   where it has one; VenueUnreachable.
   */
  async post(path: string, body: object, expiresMs?: number): Promise<readonly Json[]> {
    return wholeOf(path, await this.#post(path, body, expiresMs));
  }

  /** As `post`, for several orders at once: rows that failed are among the others, each with its `sCode`. */
  async postEach(path: string, body: readonly object[]): Promise<readonly Json[]> {
    const { code, message, rows } = await this.#post(path, body);
    if (rows.length === 0) throw new VenueRefused(path, code, message);
    return rows;
  }

  /** @param isUrgent a cancel waits for it. @returns venue's clock minus ours. @throws as `post`. */
  async measureSkew(isUrgent = false): Promise<DurationUs> {
    const sentUs = this.#options.clock.nowUs();
    const answer = await this.#request('GET', TIME, TIME, {}, '', isUrgent);
    const [row] = wholeOf(TIME, answeredOf(TIME, answer));
    const ts: unknown = row?.['ts'];
    const venueUs = typeof ts === 'string' && /^\d{13}$/.test(ts) ? Number(ts) * US_PER_MS : 0;
    if (venueUs === 0) throw new VenueUnreachable(TIME, 'the answer has no ts');
    return takeVenueTime(this.#options, sentUs, venueUs);
  }

  async #post(path: string, body: object, expiresMs?: number): Promise<Answered> {
    const text = JSON.stringify(body);
    const ask = (): Promise<Answered> => this.#call('POST', path, path, text, expiresMs);
    return URGENT.has(path) ? await this.#askTwice(path, ask) : await ask();
  }

  async #askTwice(path: string, ask: () => Promise<Answered>): Promise<Answered> {
    const first = await ask();
    if (!CLOCK_IS_OFF.has(first.code)) return first;
    this.#options.skew.doubt();
    const isMeasured = await succeeds(this.measureSkew(URGENT.has(path)));
    return isMeasured ? await ask() : first;
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    target: string,
    body: string,
    expiresMs?: number,
  ): Promise<Answered> {
    const { credentials, clock, skew } = this.#options;
    const timestamp = new Date(venueMs(clock.nowUs(), skew)).toISOString();
    const headers = {
      'OK-ACCESS-KEY': credentials.apiKey,
      'OK-ACCESS-SIGN': credentials.signCall(timestamp, method, target, body),
      'OK-ACCESS-TIMESTAMP': timestamp,
      'OK-ACCESS-PASSPHRASE': credentials.passphrase,
      ...(expiresMs === undefined ? {} : { expTime: String(expiresMs) }),
      ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
    };
    return answeredOf(path, await this.#request(method, path, target, headers, body));
  }

  async #request(
    method: 'GET' | 'POST',
    path: string,
    target: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    isUrgent = URGENT.has(path),
  ): Promise<HttpAnswer> {
    const { network, clock, pause, baseUrl, timeoutMs = 10_000 } = this.#options;
    const nowUs = clock.nowUs();
    const ofAccount = path === TIME ? undefined : this.#accountPause.refusal(nowUs, isUrgent);
    const refusal = pause.refusal(nowUs, isUrgent) ?? ofAccount;
    if (refusal !== undefined) throw new NotSent(`${path} was not sent: ${refusal}`);
    let answer: HttpAnswer;
    try {
      const request = { method, url: baseUrl + target, headers, timeoutMs, maxBytes: MAX_BODY_BYTES };
      answer = await network.request(method === 'POST' ? { ...request, body } : request);
    } catch (error) {
      throw new VenueUnreachable(path, error instanceof Error ? error.message : String(error));
    }
    const throttling = throttlingOf(path, answer);
    if (throttling === undefined) return answer;
    const untilUs = clock.nowUs() + throttling.retryAfterMs * US_PER_MS;
    const held = path === TIME ? pause : this.#accountPause;
    held.begin(untilUs, clock.nowUs(), { isBan: throttling.isBan, wasUrgent: isUrgent });
    // A gateway's 429 without a code that refuses may come after the call was carried out behind it.
    if (outcomeOf(codeOf(answer)) === 'unknown')
      throw new VenueUnreachable(path, `status ${answer.status} (${throttling.message})`);
    throw throttling;
  }
}

/** @throws VenueUnreachable for an answer without a code, and for any of status 5xx, behind which a call may have been carried out. */
function answeredOf(call: string, { status, body }: HttpAnswer): Answered {
  if (status >= 500) throw new VenueUnreachable(call, `status ${status}`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new VenueUnreachable(call, `status ${status}, and the answer is not JSON`);
  }
  const { code, msg, data }: Json = isObject(json) ? json : {};
  if (typeof code !== 'string') throw new VenueUnreachable(call, `status ${status} without a code`);
  const message = typeof msg === 'string' ? msg : '';
  const rows = Array.isArray(data) ? (data as unknown[]).filter(isObject) : [];
  if (code === '0' && !Array.isArray(data)) throw new VenueUnreachable(call, 'the answer has no data');
  return { code, message, rows };
}

/** All rows of an answer of which none failed: a code of "0" may hide one that did. @throws VenueRefused. */
function wholeOf(call: string, { code, message, rows }: Answered): readonly Json[] {
  const failed = rows.find(({ sCode }) => typeof sCode === 'string' && sCode !== '0');
  if (failed !== undefined) {
    const { sCode, sMsg } = failed;
    throw new VenueRefused(call, wordOf(sCode), typeof sMsg === 'string' ? sMsg : '');
  }
  if (code !== '0') throw new VenueRefused(call, code, message);
  return rows;
}

/** Empty: the answer has none. */
function codeOf({ body }: HttpAnswer): string {
  return /"code"\s*:\s*"(\d+)"/.exec(body.slice(0, 200))?.[1] ?? '';
}
