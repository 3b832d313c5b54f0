/** How a venue's market data arrives: what the screen's lights and the pause for maintenance go by. */
import type { FeedEvent, FeedState } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';

export type FeedHealth = {
  state: FeedState;
  /** The venue's own status; empty before it reported one. */
  venueStatus: string;
  reason: string;
  /** Its books are asked for by REST. */
  isByRest: boolean;
  /** Last message of the market, and last sign of life of any kind; 0 before the first. */
  lastDataUs: TimeUs;
  lastAliveUs: TimeUs;
  /** What last stopped the market data, and when; undefined: nothing did. */
  lastFault: { readonly reason: string; readonly atUs: TimeUs } | undefined;
  messages: number;
  mismatches: number;
};

export function newFeedHealth(): FeedHealth {
  return {
    state: 'connecting',
    venueStatus: '',
    reason: '',
    isByRest: false,
    lastDataUs: 0,
    lastAliveUs: 0,
    lastFault: undefined,
    messages: 0,
    mismatches: 0,
  };
}

/** Takes over the connection's report. */
export function heardOfFeed(
  feed: FeedHealth,
  { state, venueStatus, reason, isByRest, atUs }: FeedEvent,
): void {
  feed.state = state;
  feed.venueStatus = venueStatus;
  feed.reason = reason;
  feed.isByRest = state === 'open' && isByRest === true;
  if (state !== 'open' && reason !== '') feed.lastFault = { reason, atUs };
}

/** Data is a sign of life as well. */
export function sawData(feed: FeedHealth, receivedUs: TimeUs): void {
  feed.lastDataUs = receivedUs;
  feed.lastAliveUs = receivedUs;
}
