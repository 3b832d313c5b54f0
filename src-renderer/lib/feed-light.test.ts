import { expect, test } from 'vitest';
import { type FeedStatus, feedLight } from './feed-light.ts';

const feed = (patch: Partial<FeedStatus>): FeedStatus => ({
  venue: 'kraken',
  adapter: 'kraken',
  title: 'Kraken',
  isSimulated: false,
  blocker: null,
  state: 'open',
  venueStatus: 'online',
  reason: '',
  dataAgeUs: 100_000,
  aliveAgeUs: 100_000,
  booksLive: 1,
  booksSyncing: 0,
  booksStale: 0,
  messages: 1,
  checksumMismatches: 0,
  notTraded: { count: 0, named: [] },
  weaker: '',
  joining: { count: 0, named: [] },
  haltedFor: '',
  watchedFor: '',
  isByRest: false,
  lastFault: null,
  clock: null,
  takerFees: null,
  account: null,
  ...patch,
});

test.each<[string, Partial<FeedStatus>, number, string]>([
  ['new data', {}, 0, 'fresh'],
  ['an open socket without data', { dataAgeUs: null, aliveAgeUs: null }, 0, 'waiting'],
  ['an open socket that has gone silent', { dataAgeUs: 4e6, aliveAgeUs: 3.5e6 }, 0, 'stale'],
  ['the status itself being old', {}, 4e6, 'stale'],
  ['heartbeats in a quiet market', { dataAgeUs: 9e6, aliveAgeUs: 0.4e6 }, 0, 'quiet'],
  ['a closed socket, however new its data', { state: 'closed' }, 0, 'down'],
])('%s', (_, patch, sinceUs, level) => {
  expect(feedLight(feed(patch), sinceUs).level).toBe(level);
});

test('books that are asked for by REST have that word beside their age, and are not taken for fresh', () => {
  expect(feedLight(feed({ isByRest: true }), 0)).toEqual({
    level: 'quiet',
    word: 'BY REST',
    dataAgeUs: 100_000,
  });
  expect(feedLight(feed({ isByRest: true, dataAgeUs: 9e6, aliveAgeUs: 9e6 }), 0).word).toBe('STALE');
});

test('the age grows with the time since the status came', () => {
  expect(feedLight(feed({}), 700_000).dataAgeUs).toBe(800_000);
});
