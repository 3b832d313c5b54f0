/** Signatures and requests against what Kraken published and what ccxt's own tests expect. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../domain/errors.ts';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import { SIGNED_CALL } from '../../../testing/kraken-examples.ts';
import type { HttpRequest } from '../../network.ts';
import { KrakenNames } from '../names.ts';
import { KrakenCredentials } from './credentials.ts';
import { PrivateRest } from './private-rest.ts';
import { PrivateCaller } from './rest-caller.ts';
import { apiSign } from './sign.ts';

describe('API-Sign', () => {
  const { secret, nonce, path, body, signature: expected } = SIGNED_CALL;

  it('is Kraken’s published example', () => {
    expect(apiSign(path, nonce, body, Buffer.from(secret, 'base64'))).toBe(expected);
  });

  it('changes with every part of the call', () => {
    const key = Buffer.from(secret, 'base64');
    const others = [
      apiSign('/0/private/CancelAll', nonce, body, key),
      apiSign(path, '1616492376595', body, key),
      apiSign(path, nonce, `${body}&validate=true`, key),
      apiSign(path, nonce, body, Buffer.from(secret.replace('k', 'l'), 'base64')),
    ];
    expect(new Set([expected, ...others]).size).toBe(5);
  });
});

describe('credentials', () => {
  const CANARY = 'Q0FOQVJZLXNlY3JldC1vZi1hLXRyYWRlcg==';
  const KEY = 'CANARY-key-of-a-trader';

  it('are in no text, JSON, copy or inspection', () => {
    const credentials = new KrakenCredentials(KEY, CANARY);
    const seen = [
      String(credentials),
      JSON.stringify({ credentials }),
      inspect({ deep: { credentials } }, { showHidden: true, depth: 9, getters: true }),
      JSON.stringify(Object.entries(credentials)),
      JSON.stringify(Object.assign({}, credentials)),
      inspect(structuredClone(credentials), { showHidden: true }),
    ].join('\n');
    expect(seen).toContain('[Kraken credentials]');
    expect(seen).not.toMatch(/CANARY|Q0FOQVJZ/);
  });

  it('of a wrong form are refused without being repeated', () => {
    for (const [key, secret] of [
      ['', CANARY],
      ['CANARY key', CANARY],
      [KEY, 'CANARY not base64 at all!!'],
      [KEY, ''],
    ] as const) {
      const refused = (() => {
        try {
          return new KrakenCredentials(key, secret);
        } catch (error) {
          return error;
        }
      })();
      expect(refused).toBeInstanceOf(UserError);
      expect(inspect(refused)).not.toMatch(/CANARY|Q0FOQVJZ/);
    }
  });
});

/** URL and body that ccxt's own tests expect of a call (ccxt/ccxt, ts/src/test/static/request/kraken.json, MIT). */
const CCXT: Readonly<Record<string, readonly [path: string, body: string]>> = {
  cancelAllOrders: ['CancelAll', 'nonce=1699458295807'],
  cancelAllOrdersAfter: ['CancelAllOrdersAfter', 'timeout=10&nonce=1699458295619'],
  fetchOpenOrders: ['OpenOrders', 'nonce=1699458294470'],
  fetchClosedOrders: ['ClosedOrders', 'nonce=1699458294863'],
  fetchMyTrades: ['TradesHistory', 'nonce=1699458293821&start=1699457638'],
  createOrder: [
    'AddOrder',
    'nonce=1715945544767&pair=LTCUSDT&type=buy&ordertype=limit&volume=0.1&price=50&oflags=fcib%2Cpost',
  ],
};

/** A rest that only notes what it would send. */
function recorder() {
  const requests: HttpRequest[] = [];
  const pair = { altname: 'LTCUSDT', wsname: 'LTC/USDT', base: 'XLTC', quote: 'USDT' };
  const names = new KrakenNames({ LTCUSDT: pair }, {});
  const caller = new PrivateCaller({
    clock: new SimulatedClock(1_700_000_000_000_000),
    network: {
      connect: () => {
        throw new Error('no socket here');
      },
      request: async (request) => {
        requests.push(request);
        return {
          status: 200,
          body: '{"error":[],"result":{"open":{},"trades":{},"closed":{},"txid":["O1"]}}',
        };
      },
    },
    credentials: new KrakenCredentials('the-key-of-a-test', SIGNED_CALL.secret),
    nonceStore: { load: async () => undefined, save: async () => undefined },
    tier: 'pro',
  });
  return { requests, rest: new PrivateRest(caller, async () => names) };
}

/** Fields of a body without the nonce, which is another one each time. */
function fieldsOf(body: string | undefined): Record<string, string> {
  const { nonce, ...fields } = Object.fromEntries(new URLSearchParams(body));
  expect(nonce).toMatch(/^\d+$/);
  return fields;
}

describe('requests', () => {
  const limitBuy = {
    orderId: '0123456789abcdef0123456789abcdef',
    symbol: 'LTC/USDT',
    side: 'buy',
    price: '50',
    qty: '0.1',
    timeInForce: 'ioc',
    deadline: '2026-11-21T00:00:05.000Z',
  } as const;
  const calls: readonly (readonly [string, (rest: PrivateRest) => Promise<unknown>, readonly string[]])[] = [
    ['cancelAllOrders', (rest) => rest.cancelAll(), []],
    ['cancelAllOrdersAfter', (rest) => rest.cancelAllOrdersAfter(10), ['timeout']],
    ['fetchOpenOrders', (rest) => rest.openOrders(), []],
    ['fetchClosedOrders', (rest) => rest.closedOrders(1_699_457_639_000_000), []],
    ['fetchMyTrades', (rest) => rest.trades(1_699_457_639_000_000), ['start']],
    ['createOrder', (rest) => rest.addOrder(limitBuy), ['pair', 'type', 'ordertype', 'volume', 'price']],
  ];

  it.each(calls)('%s goes where ccxt sends it, with the same values', async (method, call, compared) => {
    const [endpoint, body] = CCXT[method] ?? [];
    const path = `/0/private/${endpoint}`;
    const { requests, rest } = recorder();
    await call(rest);
    const [sent] = requests;
    expect(sent?.url).toBe(`https://api.kraken.com${path}`);
    const expected = fieldsOf(body);
    const fields = fieldsOf(sent?.body);
    for (const field of compared) expect(fields[field]).toBe(expected[field]);
    expect(sent?.headers['API-Sign']).toBe(
      apiSign(
        path,
        new URLSearchParams(sent?.body).get('nonce') ?? '',
        sent?.body ?? '',
        Buffer.from(SIGNED_CALL.secret, 'base64'),
      ),
    );
  });

  it('place an order that says fee, deadline and client id, and nothing twice', async () => {
    const { requests, rest } = recorder();
    expect(await rest.addOrder(limitBuy)).toBe('O1');
    expect(fieldsOf(requests[0]?.body)).toEqual({
      pair: 'LTCUSDT',
      type: 'buy',
      ordertype: 'limit',
      volume: '0.1',
      price: '50',
      timeinforce: 'IOC',
      oflags: 'fciq',
      cl_ord_id: limitBuy.orderId,
      deadline: limitBuy.deadline,
    });
  });
});
