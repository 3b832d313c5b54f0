/** A client may send what it likes: what comes of it is its own connection's trouble. */
import { describe, expect, it, vi } from 'vitest';
import { decodeClientMessage } from '../contract/codec.ts';
import { MAX_DEPTH, MAX_VALUES } from '../contract/message-bounds.ts';
import { operations, type Role } from '../contract/operations.ts';
import { topics } from '../contract/topics.ts';
import { SeededRandom } from '../lib/random.ts';
import { callOperation } from './call.ts';
import { ClientConnection, MAX_REFUSED } from './client-connection.ts';
import { until } from '../testing/until.ts';
import { FakeChannel, FakeHost, ManualClock } from './testing/fake-host.ts';
import { deepText, hostileMessage } from './testing/hostile-values.ts';

const names = { operations: Object.keys(operations), topics: Object.keys(topics) };

function open(host: FakeHost, role: Role = 'viewer') {
  const channel = new FakeChannel();
  const client = new ClientConnection({ host, channel, caller: { role, via: 'test' } });
  return { channel, client };
}

describe('a message', () => {
  it.each(['call', 'subscribe', 'unsubscribe'])(
    'of 20,000 levels (%s) ends its connection and nothing else',
    (t) => {
      const host = new FakeHost({}, new ManualClock());
      const { channel } = open(host);
      const deep = deepText(20_000);
      const text =
        t === 'call'
          ? `{"t":"call","id":1,"op":"listOrders","input":${deep}}`
          : `{"t":"${t}","topic":"book","params":${deep}}`;
      channel.receiveText(text.length > 65_536 ? text.slice(0, 65_536) : text);
      expect(channel.ofType('refused')).toMatchObject([{ error: { code: 'bad-message' } }]);
      expect(channel.closed).toBe(true);
      const other = open(host, 'operator');
      other.channel.receive({ t: 'facts', on: true });
      host.publishFact(1);
      expect(other.channel.ofType('facts')).toHaveLength(1);
    },
  );

  it.each([
    ['nested too deep', deepText(2 * MAX_DEPTH), `is nested deeper than ${MAX_DEPTH} levels`],
    ['of too many values', `[${'1,'.repeat(MAX_VALUES)}1]`, `has more than ${MAX_VALUES} values`],
    ['with a prototype as a key', '{"__proto__":{"limit":1}}', 'has the key "__proto__"'],
    ['with a constructor as a key', '[{"constructor":1}]', 'has the key "constructor"'],
  ])('%s is refused in words that name the bound', (_what, input, words) => {
    const decoded = decodeClientMessage(`{"t":"call","id":1,"op":"listOrders","input":${input}}`);
    expect(decoded).toMatchObject({ ok: false, error: { message: expect.stringContaining(words) } });
  });

  it('is checked for calls that come another way as well', async () => {
    const host = new FakeHost();
    const input: unknown = JSON.parse(deepText(20_000));
    const result = await callOperation(host, { role: 'operator', via: 'api' }, 'kill', input);
    expect(result).toMatchObject({ ok: false, error: { code: 'bad-input', field: 'input' } });
    expect(host.audited).toEqual([]);
  });
});

it('ten thousand random and hostile messages are each answered or end their own connection; an operator is served throughout', async () => {
  const clock = new ManualClock();
  const kill = vi.fn(() => ({ killed: true as const, cancelsSent: 0 }));
  const host = new FakeHost({ kill }, clock);
  host.views.set('quotes', { quotes: [] });
  const { channel: operator } = open(host, 'operator');
  const random = new SeededRandom(13);
  let [clients, answers] = [0, 0];
  let client = open(host);
  for (let k = 0; k < 10_000; k++) {
    if (client.channel.closed) client = open(host);
    const before = client.channel.sent.length;
    client.channel.receiveText(hostileMessage(random, names.operations, names.topics));
    if (client.channel.closed) clients++;
    // Answers of handlers come in later steps; the clock lets the rate go on.
    if (k % 50 === 49) {
      clock.advanceMs(5_000);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    answers += client.channel.sent.length - before;
    if (k % 1_000 === 999) operator.receive({ t: 'call', id: k, op: 'kill', input: {} });
  }
  await until(() => operator.ofType('result').length === 10);
  expect(kill).toHaveBeenCalledTimes(10);
  expect(operator.ofType('result').every(({ ok }) => ok)).toBe(true);
  expect(clients).toBeGreaterThan(100);
  expect(answers).toBeGreaterThan(1_000);
  // Only the operator changed anything: the viewers' rows in the audit trail were rejected.
  for (const { actor, outcome } of host.audited) {
    if (actor.startsWith('viewer')) expect(outcome).toBe('denied');
  }
  expect(Object.prototype).not.toHaveProperty('limit');
});

describe('an error of one client', () => {
  it('on its channel ends its connection: the facts of the others go on', () => {
    const host = new FakeHost({}, new ManualClock());
    const { channel: broken } = open(host);
    const { channel: healthy } = open(host);
    for (const channel of [broken, healthy]) channel.receive({ t: 'facts', on: true });
    broken.send = () => {
      throw new Error('the carrier is gone');
    };
    host.publishFact(1);
    host.publishFact(2);
    expect(healthy.ofType('facts')).toHaveLength(2);
    expect([broken.closed, host.factListeners]).toEqual([true, 1]);
  });

  it('in a frame of its views ends its connection', () => {
    const clock = new ManualClock();
    const host = new FakeHost({}, clock);
    host.views.set('quotes', { quotes: [1] });
    const { channel } = open(host);
    channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
    channel.send = () => {
      throw new Error('the carrier is gone');
    };
    clock.advanceMs(100);
    expect([channel.closed, clock.pending]).toEqual([true, 0]);
  });

  it('in an answer that is not JSON is reported as an error of that call', async () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    const { channel } = open(new FakeHost({ getRisk: () => circular as never }));
    channel.receive({ t: 'call', id: 1, op: 'getRisk', input: {} });
    await until(() => channel.ofType('result').length > 0);
    expect(channel.ofType('result')).toMatchObject([{ id: 1, ok: false, error: { code: 'internal' } }]);
  });
});

describe('a flood', () => {
  const ask = (channel: FakeChannel, id: number) =>
    channel.receive({ t: 'call', id, op: 'listFills', input: {} });

  it('is answered with busy and when to ask again, and a viewer that goes on is not read for a while', async () => {
    const clock = new ManualClock();
    const host = new FakeHost({ listFills: () => ({ fills: [] }) }, clock);
    const { channel } = open(host);
    for (let id = 0; id < 2_000 && !channel.held; id++) {
      ask(channel, id);
      if (id % 32 === 31) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    const busy = channel
      .ofType('result')
      .flatMap((result) => (!result.ok && result.error.code === 'busy' ? [result.error] : []));
    expect(busy).toHaveLength(MAX_REFUSED);
    expect(busy[0]?.retryMs).toBeGreaterThan(0);
    expect(channel.held).toBe(true);
    clock.advanceMs(1_000);
    expect(channel.held).toBe(false);
    const answered = channel.ofType('result').length;
    ask(channel, 1);
    await until(() => channel.ofType('result').length > answered);
    expect(channel.ofType('result').at(-1)).toMatchObject({ ok: true });
  });

  it('of an operator never delays a kill, nor is an operator’s connection held', async () => {
    const host = new FakeHost({ kill: () => ({ killed: true as const, cancelsSent: 3 }) }, new ManualClock());
    const { channel } = open(host, 'operator');
    for (let id = 0; id < 5_000; id++) {
      ask(channel, id);
      if (id % 32 === 31) await new Promise<void>((resolve) => setImmediate(resolve));
    }
    expect(channel.ofType('result').at(-1)).toMatchObject({ error: { code: 'busy' } });
    channel.receive({ t: 'call', id: 9_999, op: 'kill', input: {} });
    await until(() => channel.ofType('result').some(({ id }) => id === 9_999));
    expect(channel.ofType('result').find(({ id }) => id === 9_999)).toMatchObject({ ok: true });
    expect(channel.held).toBe(false);
  });
});
