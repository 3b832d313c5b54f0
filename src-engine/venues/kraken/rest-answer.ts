import { type DurationUs, type TimeUs, US_PER_MS, US_PER_SECOND } from '../../domain/time.ts';
import type { HttpAnswer } from '../network.ts';
import { isObject, type Json } from '../toolkit/json.ts';
import type { RequestPause } from '../toolkit/request-pause.ts';
import { VenueRefused, VenueUnreachable } from './rest-errors.ts';

/**
 * What a call of Kraken's REST API brought. Kraken answers errors with status 200 and a list of codes: `E…` is an
 * error, `W…` a warning beside a result (docs.kraken.com, "API error messages").
 * @throws VenueRefused when the venue said no.
 * @throws VenueUnreachable when this is not an answer of the venue: whether the call was carried out is not known.
 */
export function resultOf(method: string, { status, body }: HttpAnswer): Json {
  // A gateway's 5xx may come after the call was carried out behind it, whatever its body says.
  if (status >= 500) throw new VenueUnreachable(method, `status ${status}`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new VenueUnreachable(method, `status ${status}, and the answer is not JSON`);
  }
  const errors: unknown = isObject(json) ? json['error'] : undefined;
  const codes = Array.isArray(errors) ? errors.map(String).filter((code) => !code.startsWith('W')) : [];
  if (codes.length > 0) {
    // A refusal that names an order contradicts itself: the order may be there.
    const placed: unknown = isObject(json) && isObject(json['result']) ? json['result']['txid'] : undefined;
    if (placed !== undefined) throw new VenueUnreachable(method, `${codes.join(', ')}, and an order id`);
    throw new VenueRefused(method, codes);
  }
  if (status < 200 || status > 299) throw new VenueUnreachable(method, `status ${status}`);
  const result: unknown = isObject(json) ? json['result'] : undefined;
  if (!isObject(result)) throw new VenueUnreachable(method, 'the answer has no result');
  return result;
}

/** Where a 429 names no time, and the longest that is believed. */
const PAUSE_US: DurationUs = 10 * US_PER_SECOND;
const MAX_PAUSE_US: DurationUs = 86_400 * US_PER_SECOND;

/**
 * Kraken counts calls of a key by codes; a 429 comes from what stands before its servers and concerns the address (RFC 6585,
 * with `Retry-After`). @param isUrgent of the call that it answers.
 */
export function notePause(
  pause: RequestPause,
  { status, retryAfterMs }: HttpAnswer,
  nowUs: TimeUs,
  isUrgent: boolean,
): void {
  if (status !== 429) return;
  const waitUs = retryAfterMs === undefined ? PAUSE_US : Math.min(retryAfterMs * US_PER_MS, MAX_PAUSE_US);
  pause.begin(nowUs + waitUs, nowUs, { wasUrgent: isUrgent });
}
