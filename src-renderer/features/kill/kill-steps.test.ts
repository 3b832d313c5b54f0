import { expect, test } from 'vitest';
import { type KillInput, killSteps } from './kill-steps.ts';

const steps = (input: Partial<KillInput>) =>
  killSteps({ call: { phase: 'idle' }, killed: false, cancelsSent: null, openOrders: null, ...input });
const last = (input: Partial<KillInput>) => steps(input).at(-1);

test('nothing is shown when nothing was killed', () => {
  expect(steps({})).toEqual([]);
});

test('a kill under way, and one that failed, never look done', () => {
  expect(steps({ call: { phase: 'sending' } }).map(({ state }) => state)).toEqual(['running']);
  const problem = { code: 'no-answer', message: 'No answer in 5 s' };
  expect(steps({ call: { phase: 'failed', problem } })).toEqual([
    { state: 'failed', text: 'KILL FAILED: No answer in 5 s. The engine may still trade.' },
  ]);
});

test('a kill that the engine has not heard is never shown as sent', () => {
  const problem = { code: 'engine-unreachable', message: 'The engine cannot be reached' };
  expect(last({ call: { phase: 'latched', problem } })).toMatchObject({
    state: 'failed',
    text: expect.stringMatching(/^NOT CONFIRMED: .* is sent again until it does/) as string,
  });
});

test('it is verified only when the venue has answered with none open', () => {
  expect(last({ killed: true, cancelsSent: 2 })).toMatchObject({ state: 'running' });
  expect(last({ killed: true, cancelsSent: 2, openOrders: 0 })).toEqual({
    state: 'done',
    text: 'Verified: the venue shows 0 open orders',
  });
  expect(last({ killed: true, cancelsSent: 2, openOrders: 3 })).toMatchObject({ state: 'failed' });
});

test('the cancels are counted from the fact, else from the answer, and not made up', () => {
  const call = { phase: 'acknowledged', cancelsSent: 1, isUnrecorded: false } as const;
  expect(steps({ killed: true, call, cancelsSent: 5 })[1]?.text).toBe('5 cancels sent');
  expect(steps({ killed: true, call })[1]?.text).toBe('1 cancel sent');
  expect(steps({ killed: true })[1]?.text).toBe('Cancels sent for all open orders');
});

test('a kill without its row of the audit trail says so', () => {
  const call = { phase: 'acknowledged', cancelsSent: 1, isUnrecorded: true } as const;
  expect(steps({ killed: true, call, openOrders: 0 }).at(-1)).toMatchObject({
    state: 'failed',
    text: expect.stringMatching(/^NOT RECORDED/),
  });
});

test('lists each venue’s own result where a kill went to several', () => {
  const venues = [
    { venue: 'east', title: 'East', openOrders: 0, problem: '' },
    { venue: 'west', title: 'West', openOrders: null, problem: 'no answer' },
    { venue: 'north', title: 'North', openOrders: null, problem: '' },
    { venue: 'south', title: 'South', openOrders: 2, problem: '' },
  ];
  const shown = steps({ killed: true, cancelsSent: 3, problem: 'West: no answer', venues });
  expect(shown.slice(2)).toEqual([
    { state: 'done', text: 'East: verified, 0 open orders' },
    { state: 'failed', text: 'West: NOT CANCELED: no answer. The engine retries; cancel on its own site.' },
    { state: 'running', text: 'North: verifying…' },
    { state: 'failed', text: 'South: NOT VERIFIED, still shows 2 open; cancels are repeated' },
  ]);
});
