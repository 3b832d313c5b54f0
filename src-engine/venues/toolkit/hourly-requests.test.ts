import { expect, it } from 'vitest';
import { HourlyRequests } from './hourly-requests.ts';

const HOUR_US = 3_600_000_000;

it('takes so many requests in any hour, and all of them again on a new connection', () => {
  const requests = new HourlyRequests(2);
  for (const atUs of [0, 10]) {
    expect(requests.mayTake(atUs)).toBe(true);
    requests.taken(atUs);
  }
  expect(requests.mayTake(HOUR_US - 1)).toBe(false);
  expect(requests.mayTake(HOUR_US)).toBe(true);
  requests.taken(HOUR_US);
  expect(requests.mayTake(HOUR_US + 9)).toBe(false);
  expect(requests.mayTake(HOUR_US + 10)).toBe(true);
  requests.taken(HOUR_US + 10);
  expect(requests.mayTake(HOUR_US + 11)).toBe(false);
  requests.reset();
  expect(requests.mayTake(HOUR_US + 11)).toBe(true);
});

it('counts nothing where the venue has no such limit', () => {
  const requests = new HourlyRequests(Number.POSITIVE_INFINITY);
  for (let at = 0; at < 1_000; at++) requests.taken(at);
  expect(requests.mayTake(1_000)).toBe(true);
});
