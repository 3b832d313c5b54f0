/** What the signed calls of a venue are opened with, and what holds of all of them. */
import { type DurationUs, type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpAnswer, Network } from '../network.ts';
import type { ClockSkew } from './clock-skew.ts';
import { VenueRefused, VenueUnreachable } from './public-rest.ts';
import type { RequestPause } from './request-pause.ts';

/** Without its credentials, which each venue has of its own kind. */
export type SignedCallOptions = {
  readonly clock: Clock;
  readonly network: Network;
  readonly skew: ClockSkew;
  /** What the venue asks of this address. */
  readonly pause: RequestPause;
  readonly baseUrl: string;
  readonly timeoutMs?: number | undefined;
};

/** Nothing left this machine. */
export class NotSent extends Error {}

/** Milliseconds since 1970 by the venue's clock, rounded down: a request from the future would be refused. */
export function venueMs(nowUs: TimeUs, { skewUs = 0 }: ClockSkew): number {
  return Math.floor((nowUs + skewUs) / US_PER_MS);
}

/** Takes the venue's time, as an answer says it, for a measurement of its clock. @returns venue's clock minus ours. */
export function takeVenueTime(
  { clock, skew }: Pick<SignedCallOptions, 'clock' | 'skew'>,
  sentUs: TimeUs,
  venueUs: TimeUs,
): DurationUs {
  const receivedUs = clock.nowUs();
  skew.measure(sentUs, venueUs, venueUs, receivedUs);
  return Math.round(venueUs - (sentUs + receivedUs) / 2);
}

/**
 * A call, and once more where the venue refused its time: it was not carried out then. The venue's clock is measured in between.
 * @param code of that refusal. @throws what the last call threw; that refusal where the clock could not be measured.
 */
export async function askTwice<T>(
  ask: () => Promise<T>,
  code: string,
  skew: ClockSkew,
  measure: () => Promise<unknown>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof VenueRefused) || error.code !== code) throw error;
    skew.doubt();
    if (!(await succeeds(measure()))) throw error;
    return await ask();
  }
}

export async function succeeds(work: Promise<unknown>): Promise<boolean> {
  return await work.then(
    () => true,
    () => false,
  );
}

/** The JSON of an answer. @throws VenueUnreachable for none, and for status 5xx: a gateway's may come after the call was carried out behind it. */
export function jsonOf(call: string, { status, body }: HttpAnswer): unknown {
  if (status >= 500) throw new VenueUnreachable(call, `status ${status}`);
  try {
    return JSON.parse(body);
  } catch {
    throw new VenueUnreachable(call, `status ${status}, and the answer is not JSON`);
  }
}
