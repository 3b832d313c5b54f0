/** How a venue's market data arrives: what the screen's lights and the pause for maintenance go by. */
import type { FeedState } from '../domain/market-data.ts';
import type { TimeUs } from '../domain/time.ts';

export type FeedHealth = {
  state: FeedState;
  /** What the venue says of itself; empty before it said anything. */
  venueStatus: string;
  reason: string;
  /** Last message of the market, and last sign of life of any kind; 0 before the first. */
  lastDataUs: TimeUs;
  lastAliveUs: TimeUs;
  messages: number;
  mismatches: number;
};

export function newFeedHealth(): FeedHealth {
  return {
    state: 'connecting',
    venueStatus: '',
    reason: '',
    lastDataUs: 0,
    lastAliveUs: 0,
    messages: 0,
    mismatches: 0,
  };
}

/** Data is a sign of life as well. */
export function sawData(feed: FeedHealth, receivedUs: TimeUs): void {
  feed.lastDataUs = receivedUs;
  feed.lastAliveUs = receivedUs;
}
