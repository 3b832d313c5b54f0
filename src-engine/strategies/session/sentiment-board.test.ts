/** What a clock that was set back does to readings. */
import { expect, it } from 'vitest';
import { SentimentBoard } from './sentiment-board.ts';

const HOUR_US = 3_600_000_000;
const reading = (score: number, answeredUs: number) => ({
  about: 'BTC',
  score,
  confidence: 1,
  answeredUs,
  validUntilUs: answeredUs + HOUR_US,
});

it('an older reading takes no place, unless that is of a time to come: the clock was set back meanwhile', () => {
  const board = new SentimentBoard();
  expect(board.take(reading(0.5, 10 * HOUR_US), 10 * HOUR_US)).toBe(true);
  expect(board.take(reading(0.1, 9 * HOUR_US), 10 * HOUR_US)).toBe(false);
  expect(board.take(reading(-0.5, 3 * HOUR_US), 3 * HOUR_US)).toBe(true);
  expect(board.of('BTC', 3 * HOUR_US)?.score).toBe(-0.5);
});
