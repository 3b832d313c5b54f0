/** What the signed calls of a venue are opened with, and what holds of all of them. */
import { type TimeUs, US_PER_MS } from '../../domain/time.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Network } from '../network.ts';
import type { ClockSkew } from './clock-skew.ts';
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
