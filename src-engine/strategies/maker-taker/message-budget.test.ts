import { expect, it } from 'vitest';
import { US_PER_SECOND } from '../../domain/time.ts';
import { MessageBudget } from './message-budget.ts';

const START = 1_767_225_600_000_000;
const at = (seconds: number): number => START + seconds * US_PER_SECOND;

/** Sends all that may be sent, ten times a second. @returns when, in seconds. */
function greedy(budgets: readonly MessageBudget[], seconds: number): number[] {
  const sent: number[] = [];
  for (let tenth = 0; tenth < seconds * 10; tenth++)
    for (const budget of budgets) while (budget.take(at(tenth / 10))) sent.push(tenth / 10);
  return sent;
}

/** Most of these in any sixty seconds. */
const worst = (sent: readonly number[]): number =>
  Math.max(...sent.map((first) => sent.filter((one) => one >= first && one < first + 60).length));

it('in no sixty seconds are more messages sent than the setting says, and most of them are spread over it', () => {
  const budget = new MessageBudget(60);
  const sent = greedy([budget], 240);
  expect(worst(sent)).toBe(60);
  expect(sent.filter((one) => one < 1)).toHaveLength(10);
  // It goes on, minute by minute.
  expect(sent.length).toBeGreaterThan(230);
  expect(budget.sent(at(239.9))).toBeLessThanOrEqual(60);
  expect(budget.sent(at(500))).toBe(0);
});

it('markets of one venue send no more than it takes together, whichever of them sends', () => {
  const venue = new MessageBudget(30);
  const markets = [new MessageBudget(30, venue), new MessageBudget(20, venue), new MessageBudget(20, venue)];
  expect(worst(greedy(markets, 130))).toBe(30);
});

it('a cancel that must not wait is sent and counted with nothing left, and placements wait until it is made up for', () => {
  const budget = new MessageBudget(2);
  for (let k = 0; k < 5; k++) budget.force(START);
  expect([budget.take(START), budget.left(START), budget.sent(START)]).toEqual([false, 0, 5]);
  expect([budget.take(at(60.9)), budget.take(at(61), 2), budget.take(at(61))]).toEqual([false, true, true]);
});

it('is read without a change: what is shown in between decides nothing', () => {
  const [read, unread] = [new MessageBudget(12), new MessageBudget(12)];
  const taken = [read, unread].map((budget) =>
    Array.from({ length: 400 }, (_, k) => {
      if (budget === read) for (const later of [0, 30, 500]) budget.sent(at(k + later));
      return budget.take(at(k));
    }),
  );
  expect(taken[0]).toEqual(taken[1]);
});
