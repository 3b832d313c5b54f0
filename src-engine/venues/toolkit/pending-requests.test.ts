import { expect, it } from 'vitest';
import { SimulatedClock } from '../../runner/simulated-clock.ts';
import { PendingRequests } from './pending-requests.ts';

function rig() {
  const clock = new SimulatedClock(0);
  const requests = new PendingRequests<string>(clock);
  const ended: unknown[] = [];
  const ids: number[] = [];
  const open = (isSent = true): boolean =>
    requests.open(
      'add',
      500,
      (id) => {
        ids.push(id);
        return isSent;
      },
      (answer) => ended.push(answer),
    );
  return { clock, requests, ended, ids, open };
}

it('a request ends once with its answer, and an answer that comes again belongs to nothing', () => {
  const { clock, requests, ended, ids, open } = rig();
  expect([open(), open()]).toEqual([true, true]);
  expect(ids).toEqual([1, 2]);
  requests.take(2)?.end('done');
  expect([requests.take(2), requests.take(7)]).toEqual([undefined, undefined]);
  clock.advanceTo(500_000);
  expect(ended).toEqual(['done', { kind: 'silent', reason: 'no answer to add within 500 ms' }]);
  expect(requests.take(1)).toBeUndefined();
});

it('all that wait end with the connection, and none of them again', () => {
  const { clock, requests, ended, open } = rig();
  open();
  open();
  requests.endAll('cut');
  requests.endAll('cut');
  clock.advanceTo(1_000_000);
  const silent = { kind: 'silent', reason: 'the connection ended before the answer: cut' };
  expect(ended).toEqual([silent, silent]);
});

it('nothing follows what was not sent, and no more than a thousand wait', () => {
  const { requests, ended, ids, open } = rig();
  expect(open(false)).toBe(false);
  for (let i = 0; i < 1_000; i++) expect(open()).toBe(true);
  const sent = ids.length;
  expect([open(), ids.length]).toEqual([false, sent]);
  requests.take(ids.at(-1) ?? 0);
  expect(open()).toBe(true);
  expect(ended).toEqual([]);
});
