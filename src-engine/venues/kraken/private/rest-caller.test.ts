import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { HttpAnswer, HttpRequest, Network } from '../../network.ts';
import { VenueRefused, VenueUnreachable } from '../rest-errors.ts';
import { KrakenCredentials } from './credentials.ts';
import { PrivateCaller } from './rest-caller.ts';

const KEY = 'CANARY-key-of-a-trader';
const SECRET = 'Q0FOQVJZLXNlY3JldC1vZi1hLXRyYWRlcg==';

type Asked = { readonly request: HttpRequest; answer(answer: HttpAnswer): void; fail(error: Error): void };

/** A network whose answers the test gives, when it likes. */
class HeldNetwork implements Network {
  readonly asked: Asked[] = [];

  connect(): never {
    throw new Error('no socket here');
  }

  request(request: HttpRequest): Promise<HttpAnswer> {
    return new Promise((answer, fail) => this.asked.push({ request, answer, fail }));
  }

  /** What was asked as the n-th, once it was. */
  async nth(n: number): Promise<Asked> {
    for (let turns = 0; this.asked.length < n && turns < 100; turns++) await Promise.resolve();
    const asked = this.asked[n - 1];
    if (asked === undefined) throw new Error(`only ${this.asked.length} calls were made`);
    return asked;
  }

  methods(): string[] {
    return this.asked.map(({ request }) => request.url.split('/').at(-1) ?? '');
  }
}

function open(store: { save?: () => Promise<void> } = {}) {
  const network = new HeldNetwork();
  const clock = new SimulatedClock(1_700_000_000_000_000);
  const caller = new PrivateCaller({
    clock,
    network,
    credentials: new KrakenCredentials(KEY, SECRET),
    nonceStore: { load: async () => undefined, save: store.save ?? (async () => undefined) },
    tier: 'pro',
  });
  return { network, clock, caller };
}

const body = (value: unknown): HttpAnswer => ({ status: 200, body: JSON.stringify(value) });
const ok = body({ error: [], result: {} });
const errors = (...codes: string[]): HttpAnswer => body({ error: codes });
const flush = async (): Promise<void> => {
  for (let turns = 0; turns < 100; turns++) await Promise.resolve();
};

describe('how a call ends', () => {
  const refused: readonly (readonly [string, boolean])[] = [
    ['EOrder:Insufficient funds', true],
    ['EOrder:Rate limit exceeded', true],
    ['EGeneral:Invalid arguments:volume', true],
    ['EAPI:Invalid key', true],
    ['EService:Market in cancel_only mode', true],
    ['EService:Deadline elapsed', true],
    ['EService:Unavailable', false],
    ['EService:Busy', false],
    ['EService:Timeout', false],
    ['EGeneral:Internal error', false],
    ['EGeneral:Internal error:7f3a', false],
    ['EDatabase:Internal error', false],
    ['EOrder:Internal error', false],
    ['EOrder:Duplicate client order id', false],
    ['EOrder:insufficient funds', false],
    ['ESomething:New', false],
    ['Internal Server Error', false],
    ['constructor:name', false],
    ['null', false],
    ['', false],
  ];

  it.each(refused)('%s is a refusal; definite: %s', async (code, isDefinite) => {
    const { network, caller } = open();
    const call = caller.call('AddOrder', {}, { cost: 0, once: true });
    (await network.nth(1)).answer(errors(code));
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VenueRefused);
    expect(error).toMatchObject({ codes: [code], isDefinite });
  });

  const doubtful: readonly (readonly [string, HttpAnswer | Error])[] = [
    ['a gateway’s 502', { status: 502, body: '<html>Bad gateway</html>' }],
    ['a 503 that looks like a refusal', { ...errors('EOrder:Insufficient funds'), status: 503 }],
    ['no JSON', { status: 200, body: 'accepted' }],
    ['half an answer', { status: 200, body: '{"error":[]}' }],
    [
      'a refusal that names an order',
      body({ error: ['EOrder:Insufficient funds'], result: { txid: ['O1'] } }),
    ],
    ['a dropped connection', new Error('socket hang up')],
    ['no answer in time', new Error('no answer within 10000 ms')],
  ];

  it.each(doubtful)('%s leaves the outcome open', async (_name, outcome) => {
    const { network, caller } = open();
    const call = caller.call('AddOrder', {}, { cost: 0, once: true });
    const asked = await network.nth(1);
    if (outcome instanceof Error) asked.fail(outcome);
    else asked.answer(outcome);
    await expect(call).rejects.toBeInstanceOf(VenueUnreachable);
    expect(network.asked).toHaveLength(1);
  });

  it('a warning beside a result is not a refusal', async () => {
    const { network, caller } = open();
    const call = caller.call('AddOrder', {}, { cost: 0 });
    (await network.nth(1)).answer(body({ error: ['WGeneral:Something to know'], result: { txid: ['O1'] } }));
    expect(await call).toEqual({ txid: ['O1'] });
  });

  it('nothing leaves without a durable nonce, and that is no doubt', async () => {
    const { network, caller } = open({ save: () => Promise.reject(new Error('disk full')) });
    const error: unknown = await caller.call('AddOrder', {}, { cost: 0 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(VenueUnreachable);
    expect(network.asked).toEqual([]);
    const urgent = caller.call('CancelAll', {}, { cost: 1, isUrgent: true });
    (await network.nth(1)).answer(ok);
    await urgent;
  });
});

describe('calls of one key', () => {
  it('leave one after the other, each with a higher nonce', async () => {
    const { network, caller } = open();
    const calls = ['Balance', 'OpenOrders', 'ClosedOrders'].map((name) => caller.call(name, {}, { cost: 1 }));
    (await network.nth(1)).answer(ok);
    (await network.nth(2)).fail(new Error('socket hang up'));
    (await network.nth(3)).answer(ok);
    expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(network.methods()).toEqual(['Balance', 'OpenOrders', 'ClosedOrders']);
    const nonces = network.asked.map(({ request }) => Number(new URLSearchParams(request.body).get('nonce')));
    expect(nonces).toEqual([...nonces].sort((a, b) => a - b));
    expect(new Set(nonces).size).toBe(3);
  });

  it('wait for a call that hangs, but not those that are urgent', async () => {
    const { network, caller } = open();
    const hanging = caller.call('ClosedOrders', {}, { cost: 1 });
    const waiting = caller.call('Balance', {}, { cost: 1 });
    await network.nth(1);
    const urgent = caller.call('CancelAll', {}, { cost: 1, isUrgent: true });
    (await network.nth(2)).answer(ok);
    await urgent;
    expect(network.methods()).toEqual(['ClosedOrders', 'CancelAll']);
    network.asked[0]?.answer(ok);
    (await network.nth(3)).answer(ok);
    await Promise.all([hanging, waiting]);
  });

  it('are repeated after a nonce that was refused, an order never', async () => {
    const { network, caller } = open();
    const read = caller.call('Balance', {}, { cost: 1 });
    (await network.nth(1)).answer(errors('EAPI:Invalid nonce'));
    (await network.nth(2)).answer(ok);
    await read;
    const order = caller.call('AddOrder', {}, { cost: 0, once: true });
    (await network.nth(3)).answer(errors('EAPI:Invalid nonce'));
    await expect(order).rejects.toMatchObject({ isDefinite: true });
    expect(network.asked).toHaveLength(3);
  });

  it('wait until the venue’s counter has fallen', async () => {
    const { network, clock, caller } = open();
    const calls = Array.from({ length: 16 }, () => caller.call('Balance', {}, { cost: 1 }));
    for (let n = 1; n <= 14; n++) (await network.nth(n)).answer(ok);
    await flush();
    expect(network.asked).toHaveLength(14);
    clock.advanceTo(clock.nowUs() + 999_000);
    await flush();
    expect(network.asked).toHaveLength(14);
    clock.advanceTo(clock.nowUs() + 1_000);
    (await network.nth(15)).answer(ok);
    await flush();
    clock.advanceTo(clock.nowUs() + 1_000_000);
    (await network.nth(16)).answer(ok);
    await Promise.all(calls);
  });

  it('stop for a while after the venue said that it is too much', async () => {
    const { network, clock, caller } = open();
    const first = caller.call('Balance', {}, { cost: 1 });
    (await network.nth(1)).answer(errors('EAPI:Rate limit exceeded'));
    await expect(first).rejects.toBeInstanceOf(VenueRefused);
    const second = caller.call('Balance', {}, { cost: 1 });
    await flush();
    expect(network.asked).toHaveLength(1);
    clock.advanceTo(clock.nowUs() + 7_000_000);
    (await network.nth(2)).answer(ok);
    await second;
  });

  it('are bounded in number', async () => {
    const { network, caller } = open();
    const calls = Array.from({ length: 100 }, () => caller.call('Balance', {}, { cost: 0 }));
    await expect(caller.call('Balance', {}, { cost: 0 })).rejects.toThrow('100 calls wait');
    for (let n = 1; n <= 100; n++) (await network.nth(n)).answer(ok);
    await Promise.all(calls);
  });
});

it('no error shows key, secret or signature', async () => {
  const { network, caller } = open();
  const seen: unknown[] = [];
  for (const [n, outcome] of [
    errors('EAPI:Invalid signature'),
    { status: 500, body: '' },
    new Error('reset'),
  ].entries()) {
    const call = caller.call('Balance', {}, { cost: 1 }).catch((error: unknown) => seen.push(error));
    const asked = await network.nth(n + 1);
    if (outcome instanceof Error) asked.fail(outcome);
    else asked.answer(outcome);
    await call;
  }
  const text = inspect([seen, caller], { depth: 9, showHidden: true });
  expect(seen).toHaveLength(3);
  expect(text).not.toMatch(/CANARY|Q0FOQVJZ/);
  expect(text).not.toContain(network.asked[0]?.request.headers['API-Sign']);
});
