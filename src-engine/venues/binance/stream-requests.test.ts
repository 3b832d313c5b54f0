import { expect, it } from 'vitest';
import { StreamRequests } from './stream-requests.ts';

const S = 1_000_000;

it('a stream that Binance refused is asked for again after a quarter of an hour, and no sooner', () => {
  const sent: string[] = [];
  const heard: string[] = [];
  const requests = new StreamRequests({
    send: (text) => sent.push(text) > 0,
    onTaken: (streams) => heard.push(`taken ${streams.join()}`),
    onRefused: (stream, reason) => heard.push(`${stream}: ${reason}`),
  });
  requests.reset(['a@depth'], 0);
  requests.onAck({ id: 1, code: 2, error: 'Invalid request' }, 0);
  for (let nowUs = 0; nowUs < 899 * S; nowUs += S) requests.tick(nowUs);
  expect(sent).toHaveLength(1);
  requests.tick(900 * S);
  requests.onAck({ id: 2, code: 0, error: '' }, 901 * S);
  expect([sent.length, heard]).toEqual([2, ['a@depth: 2 Invalid request', 'taken a@depth']]);
});
