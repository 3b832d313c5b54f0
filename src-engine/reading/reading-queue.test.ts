import { describe, expect, it } from 'vitest';
import type { Caller } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import { MAX_OF_CLIENT, MAX_WAITING, ReadingQueue } from './reading-queue.ts';

const client = (role: Caller['role']): Caller => ({ role, via: 'test' });

function drained(queue: ReadingQueue<string>): string[] {
  const all: string[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) all.push(next);
  return all;
}

describe('questions that wait', () => {
  it('are taken from operators first, then from each viewer in turn', () => {
    const queue = new ReadingQueue<string>();
    const [busy, calm, operator] = [client('viewer'), client('viewer'), client('operator')];
    for (const question of ['a1', 'a2', 'a3']) queue.add(busy, question);
    queue.add(calm, 'b1');
    queue.add(operator, 'o1');
    queue.add(operator, 'o2');
    expect(drained(queue)).toEqual(['o1', 'o2', 'a1', 'b1', 'a2', 'a3']);
    queue.add(calm, 'again');
    expect(drained(queue)).toEqual(['again']);
  });

  it('of a client that may not be read for wait, and keep no other waiting', () => {
    const queue = new ReadingQueue<string>();
    const [full, other] = [client('viewer'), client('viewer')];
    queue.add(full, 'a1');
    queue.add(other, 'b1');
    queue.add(full, 'a2');
    const mayBeRead = (caller: Caller): boolean => caller !== full;
    expect([queue.next(mayBeRead), queue.next(mayBeRead)]).toEqual(['b1', undefined]);
    expect(drained(queue)).toEqual(['a1', 'a2']);
  });

  it('are bounded for a client, and for a role without a bound for the other', () => {
    const queue = new ReadingQueue<string>();
    const one = client('viewer');
    for (let k = 0; k < MAX_OF_CLIENT; k++) queue.add(one, 'x');
    const refusal = (caller: Caller): unknown => {
      try {
        queue.add(caller, 'x');
      } catch (error) {
        return error instanceof UserError ? error.problem : error;
      }
      return undefined;
    };
    expect(refusal(one)).toMatchObject({ code: 'busy', retryMs: expect.any(Number) });
    for (let k = MAX_OF_CLIENT; k < MAX_WAITING.viewer; k++) queue.add(client('viewer'), 'x');
    expect(refusal(client('viewer'))).toMatchObject({ code: 'busy' });
    expect(refusal(client('operator'))).toBe(undefined);
    expect(drained(queue)).toHaveLength(MAX_WAITING.viewer + 1);
  });
});
