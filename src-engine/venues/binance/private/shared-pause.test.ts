/** What Binance asks of this address concerns the public feed, the account and canceling alike. */
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { HttpAnswer, HttpRequest } from '../../network.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { RequestPause } from '../../toolkit/request-pause.ts';
import { BinanceRest } from '../rest.ts';
import { BinanceThrottled } from '../rest-errors.ts';
import { BinanceCredentials } from './credentials.ts';
import { binanceEmergencyCancel } from './emergency-cancel.ts';
import { UsedLimits } from './limits.ts';
import { PrivateRest } from './private-rest.ts';

const S = 1_000_000;
const BASE = 'http://venue';
const [KEY, SECRET] = ['key-of-a-test-of-pauses', 'secretofatest'.repeat(4)];

function rig() {
  const clock = new SimulatedClock(1_700_000_000 * S);
  const pause = new RequestPause();
  const asked: string[] = [];
  let answer = (_call: string): HttpAnswer => ({ status: 200, body: '[]' });
  const network = {
    connect: () => {
      throw new Error('no socket here');
    },
    request: ({ method, url }: HttpRequest) => {
      const call = `${method} ${url.slice(BASE.length).split('?')[0]}`;
      asked.push(call);
      return Promise.resolve(answer(call));
    },
  };
  const common = { clock, network, pause };
  const rest = new PrivateRest({
    ...common,
    credentials: new BinanceCredentials(KEY, SECRET),
    skew: new ClockSkew(),
    limits: new UsedLimits(),
    baseUrl: BASE,
  });
  const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
  const credential = { key: KEY, secret: SECRET };
  const emergency = binanceEmergencyCancel(BASE)({ ...common, credential, nonces, timeoutMs: 1_000 });
  return {
    clock,
    asked,
    rest,
    emergency,
    feed: new BinanceRest({ ...common, baseUrl: BASE }),
    pass: (seconds: number) => clock.advanceTo(clock.nowUs() + seconds * S),
    answerWith: (made: (call: string) => HttpAnswer) => {
      answer = made;
    },
  };
}

const throttled = (status: number, retryAfterMs: number): HttpAnswer => ({ status, body: '', retryAfterMs });
const OPEN = '[{"symbol":"BTCUSDT"}]';

describe('a 429 that a snapshot of the public feed is answered with', () => {
  it('holds questions and orders of the account for as long, and no cancel', async () => {
    const { feed, rest, emergency, asked, answerWith, pass } = rig();
    answerWith(() => throttled(429, 30_000));
    await expect(feed.depthBody('BTCUSDT', 100)).rejects.toBeInstanceOf(BinanceThrottled);
    answerWith((call) => ({ status: 200, body: call.startsWith('GET') ? OPEN : '[{}]' }));
    await expect(rest.object('/api/v3/account')).rejects.toThrow(
      'GET /api/v3/account was not sent: the venue asks for a pause, for 30 s more',
    );
    await expect(rest.call('POST', '/api/v3/order')).rejects.toThrow(/was not sent/);
    await expect(feed.time()).rejects.toMatchObject({ isBan: false, retryAfterMs: 30_000 });
    expect(asked.splice(0)).toEqual(['GET /api/v3/depth']);
    expect([await emergency.cancelAll(), await emergency.countOpen()]).toEqual([1, 1]);
    expect(asked.splice(0)).toEqual([
      'GET /api/v3/openOrders',
      'DELETE /api/v3/openOrders',
      'GET /api/v3/openOrders',
    ]);
    pass(30);
    await rest.call('POST', '/api/v3/order');
    expect(asked).toEqual(['POST /api/v3/order']);
  });

  it('and a cancel too: the next one waits five seconds, so that the address is not banned', async () => {
    const { feed, rest, asked, answerWith, pass } = rig();
    answerWith(() => throttled(429, 30_000));
    await expect(feed.time()).rejects.toThrow(/pause/);
    const cancel = () => rest.call('DELETE', '/api/v3/openOrders', { symbol: 'BTCUSDT' });
    await expect(cancel()).rejects.toBeInstanceOf(BinanceThrottled);
    await expect(cancel()).rejects.toThrow(/was not sent: the venue asks for a pause, for 5 s more/);
    pass(5);
    answerWith(() => ({ status: 200, body: '[{}]' }));
    await cancel();
    expect(asked).toEqual(['GET /api/v3/time', 'DELETE /api/v3/openOrders', 'DELETE /api/v3/openOrders']);
  });
});

it('a 418 is a ban of the address: not even a cancel leaves before its end, which would make it longer', async () => {
  const { rest, feed, emergency, asked, answerWith, pass } = rig();
  answerWith(() => throttled(418, 120_000));
  await expect(rest.object('/api/v3/account')).rejects.toBeInstanceOf(BinanceThrottled);
  await expect(feed.depthBody('BTCUSDT', 100)).rejects.toMatchObject({ isBan: true, retryAfterMs: 120_000 });
  await expect(emergency.cancelAll()).rejects.toThrow(
    'was not sent: the venue has banned this address, for 120 s more',
  );
  expect(asked.splice(0)).toEqual(['GET /api/v3/account']);
  pass(120);
  answerWith(() => ({ status: 200, body: '[]' }));
  expect(await emergency.countOpen()).toBe(0);
});

it('a 429 of the account holds the snapshots of the feed', async () => {
  const { rest, feed, asked, answerWith, pass } = rig();
  answerWith(() => throttled(429, 10_000));
  await expect(rest.object('/api/v3/account')).rejects.toThrow(/pause/);
  answerWith(() => ({ status: 200, body: '{"lastUpdateId":1}' }));
  await expect(feed.depthBody('BTCUSDT', 100)).rejects.toMatchObject({ retryAfterMs: 10_000 });
  pass(10);
  await feed.depthBody('BTCUSDT', 100);
  expect(asked).toEqual(['GET /api/v3/account', 'GET /api/v3/depth']);
});
