import { expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

const SECOND = 1_000_000;

it('gives a burst at once, then so many a second, and says how long to wait', () => {
  const bucket = new TokenBucket(10, 5);
  for (let k = 0; k < 10; k++) {
    expect(bucket.waitUs(1, SECOND)).toBe(0);
    bucket.take(1, SECOND);
  }
  expect(bucket.waitUs(1, SECOND)).toBe(200_000);
  expect(bucket.waitUs(1, SECOND + 200_000)).toBe(0);
});

it('what costs more than the burst waits for a full bucket, and a clock that does not move gives nothing', () => {
  const bucket = new TokenBucket(10, 10);
  bucket.take(10, SECOND);
  expect(bucket.waitUs(50, SECOND)).toBe(SECOND);
  expect(bucket.waitUs(1, 0)).toBe(100_000);
  bucket.take(100, SECOND);
  expect(bucket.waitUs(1, SECOND)).toBe(1_100_000);
});
