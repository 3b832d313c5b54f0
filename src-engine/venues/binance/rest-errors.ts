/** What became of a REST call that brought no result. Codes are those of Binance's spot API, "Errors". */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, objectFrom } from '../toolkit/json.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { Throttled } from '../toolkit/throttled.ts';

/** Code of a question about a symbol that is not listed. */
export const UNKNOWN_SYMBOL = -1121;

/** The venue answered, and refused. */
export class BinanceRefused extends Error {
  readonly code: number;
  readonly status: number;
  /** The venue's own words. */
  readonly text: string;

  constructor(call: string, status: number, code: number, text: string) {
    super(`${call} was refused: ${code} ${text}`);
    this.name = 'BinanceRefused';
    this.code = code;
    this.status = status;
    this.text = text;
  }
}

/** Too many requests (429), or banned for having gone on after that (418). */
export class BinanceThrottled extends Throttled {
  override readonly name = 'BinanceThrottled';
}

/** No answer, or none that can be understood: whether the call was carried out is not known. */
export class BinanceUnreachable extends Error {
  /** HTTP status of an answer that cannot be understood. */
  readonly status: number | undefined;

  constructor(call: string, detail: string, status?: number) {
    super(`${call} got no answer: ${detail}`);
    this.name = 'BinanceUnreachable';
    this.status = status;
  }
}

/** Where the venue names no time: a limit of a minute has been refilled by then; a ban lasts two at least. */
export const PAUSE_MS = 60_000;
export const BAN_MS = 120_000;
/** Longest pause that is believed: Binance bans for up to three days. */
export const MAX_PAUSE_MS = 3 * 24 * 3_600_000;

/** What an answer asks the address to wait; undefined: nothing. */
export function throttlingOf(
  call: string,
  { status, retryAfterMs }: HttpAnswer,
): BinanceThrottled | undefined {
  if (status !== 429 && status !== 418) return undefined;
  const isBan = status === 418;
  const waitMs = retryAfterMs ?? (isBan ? BAN_MS : PAUSE_MS);
  return new BinanceThrottled(call, isBan, Math.min(waitMs, MAX_PAUSE_MS));
}

/** Whether the venue itself refused: its errors have a code, those of a gateway before it have none. */
export const hasCode = ({ body }: HttpAnswer): boolean => typeof objectFrom(body)?.['code'] === 'number';

/** Begins the pause that an answer asks for. @param isUrgent of the call that it answers. */
export function notePause(
  pause: RequestPause,
  throttled: BinanceThrottled | undefined,
  nowUs: TimeUs,
  isUrgent: boolean,
): void {
  if (throttled === undefined) return;
  const { isBan, retryAfterMs } = throttled;
  pause.begin(nowUs + retryAfterMs * US_PER_MS, nowUs, { isBan, wasUrgent: isUrgent });
}

/**
 * The parsed body of an answer.
 * @throws BinanceThrottled, BinanceRefused, or BinanceUnreachable for a 5xx, whose call may have been carried out, and for
 *   what is not JSON.
 */
export function bodyOf(call: string, answer: HttpAnswer): unknown {
  const { status, body } = answer;
  const throttled = throttlingOf(call, answer);
  if (throttled !== undefined) throw throttled;
  if (status >= 500) throw new BinanceUnreachable(call, `status ${status}`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new BinanceUnreachable(call, `status ${status}, and the answer is not JSON`, status);
  }
  if (status >= 200 && status <= 299) return json;
  const { code, msg } = isObject(json) ? json : {};
  if (typeof code !== 'number') throw new BinanceUnreachable(call, `status ${status} without a code`, status);
  throw new BinanceRefused(call, status, code, typeof msg === 'string' ? msg : '');
}
