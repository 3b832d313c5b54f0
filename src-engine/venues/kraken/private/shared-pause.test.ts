import { expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { KrakenRest } from '../rest.ts';
import { KrakenCredentials } from './credentials.ts';
import { PrivateCaller } from './rest-caller.ts';

const S = 1_000_000;

it('a 429 to a public call holds the account’s questions for as long, and no cancel', async () => {
  const clock = new SimulatedClock(1_700_000_000 * S);
  const asked: string[] = [];
  let answer: HttpAnswer = { status: 429, body: '', retryAfterMs: 20_000 };
  const network = {
    connect: () => {
      throw new Error('no socket here');
    },
    request: ({ url }: HttpRequest) => {
      asked.push(url.split('/').at(-1) ?? '');
      return Promise.resolve(answer);
    },
  };
  const pause = new RequestPause();
  const common = { clock, network, pause };
  const rest = new KrakenRest({ ...common, random: () => 0.5, attempts: 1 });
  const caller = new PrivateCaller({
    ...common,
    credentials: new KrakenCredentials(
      'key-of-a-test-of-pauses',
      Buffer.from('a secret of a test').toString('base64'),
    ),
    nonceStore: { load: async () => undefined, save: async () => undefined },
    tier: 'pro',
  });
  await expect(rest.time()).rejects.toThrow(/status 429/);
  answer = { status: 200, body: '{"error":[],"result":{}}' };
  await expect(caller.call('BalanceEx', {}, { cost: 1 })).rejects.toThrow(
    'BalanceEx was not sent: the venue asks for a pause, for 20 s more',
  );
  await expect(rest.systemStatus()).rejects.toThrow(/it was not sent: the venue asks for a pause/);
  await caller.call('CancelAll', {}, { cost: 1, isUrgent: true });
  expect(asked).toEqual(['Time', 'CancelAll']);
  clock.advanceTo(clock.nowUs() + 20 * S);
  await caller.call('BalanceEx', {}, { cost: 1 });
  expect(asked).toEqual(['Time', 'CancelAll', 'BalanceEx']);
});
