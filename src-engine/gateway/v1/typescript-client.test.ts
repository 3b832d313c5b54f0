/** What the TypeScript client does with a stream that is cut. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Parallax } from '../../../clients/typescript/parallax.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('comes back with the place of the first comment where it was cut before any event', async () => {
  const answers = [': parallax\n\n: from here\nid: demo:3\n\n', 'id: demo:4\nevent: killed\ndata: {}\n\n'];
  const asked: (string | null)[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation((_url, options) => {
    asked.push(new Headers(options?.headers).get('last-event-id'));
    return Promise.resolve(new Response(answers.shift() ?? ''));
  });
  const stop = new AbortController();
  const events = new Parallax('http://127.0.0.1:1', 'plx_key').events({ signal: stop.signal });
  const first = events.next();
  await vi.advanceTimersByTimeAsync(1_000);
  expect((await first).value).toEqual({ id: 'demo:4', type: 'killed', data: {} });
  expect(asked).toEqual([null, 'demo:3']);
  stop.abort();
  expect((await events.next()).done).toBe(true);
});
