import { expect, it } from 'vitest';
import { US_PER_SECOND } from '../../domain/time.ts';
import { MessageBudget } from './message-budget.ts';

const START = 1_767_225_600_000_000;

it('a minute lets as many messages through as the setting says, evenly, and counts what was sent in the last one', () => {
  const budget = new MessageBudget(60);
  let sent = 0;
  for (let second = 0; second < 180; second++) {
    budget.refill(60, START + second * US_PER_SECOND);
    while (budget.take()) sent++;
    if (second === 59) expect(budget.sent(START + second * US_PER_SECOND)).toBe(sent);
  }
  // What was there at first, and one each second.
  expect(sent).toBe(60 + 179);
  expect(budget.sent(START + 179 * US_PER_SECOND)).toBe(60);
  expect(budget.sent(START + 500 * US_PER_SECOND)).toBe(0);
});

it('a cancel that must not wait is sent and counted with nothing left, and placements wait until it is made up for', () => {
  const budget = new MessageBudget(2);
  budget.refill(2, START);
  for (let k = 0; k < 5; k++) budget.force();
  expect([budget.take(), budget.left(2, START), budget.sent(START)]).toEqual([false, 0, 5]);
  budget.refill(2, START + 30 * US_PER_SECOND);
  expect([budget.take(2), budget.take()]).toEqual([false, true]);
});
