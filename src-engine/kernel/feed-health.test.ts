/** What the status lights of a venue's market data show. */
import { expect, it } from 'vitest';
import { heardOfFeed, newFeedHealth, sawData } from './feed-health.ts';

const event = { kind: 'feed', venue: 'test', venueStatus: 'online', atUs: 7 } as const;

it('a feed is connecting until it reports, and nothing was received of it', () => {
  expect(newFeedHealth()).toEqual({
    state: 'connecting',
    venueStatus: '',
    reason: '',
    isByRest: false,
    lastDataUs: 0,
    lastAliveUs: 0,
    lastFault: undefined,
    messages: 0,
    mismatches: 0,
  });
});

it('the last fault is what stopped the data with a reason, and stays when the feed is open again', () => {
  const feed = newFeedHealth();
  heardOfFeed(feed, { ...event, state: 'connecting', reason: '' });
  expect(feed).toMatchObject({ state: 'connecting', venueStatus: 'online', lastFault: undefined });
  heardOfFeed(feed, { ...event, state: 'open', reason: 'subscribed' });
  expect(feed).toMatchObject({ state: 'open', reason: 'subscribed', lastFault: undefined });
  heardOfFeed(feed, { ...event, state: 'closed', reason: 'cut', atUs: 9 });
  heardOfFeed(feed, { ...event, state: 'open', reason: '', atUs: 10 });
  expect(feed).toMatchObject({ state: 'open', lastFault: { reason: 'cut', atUs: 9 } });
  sawData(feed, 12);
  expect([feed.lastDataUs, feed.lastAliveUs]).toEqual([12, 12]);
});

it('books are by REST where the event says so of an open feed, whatever its reason reads', () => {
  const feed = newFeedHealth();
  heardOfFeed(feed, { ...event, state: 'open', reason: 'books are asked for by REST' });
  expect(feed.isByRest).toBe(false);
  heardOfFeed(feed, { ...event, state: 'open', reason: '', isByRest: true });
  expect(feed.isByRest).toBe(true);
  heardOfFeed(feed, { ...event, state: 'closed', reason: 'cut', isByRest: true });
  expect(feed.isByRest).toBe(false);
});
