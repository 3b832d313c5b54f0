// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Fact, topicKey } from '../../src-engine/contract/topics.ts';
import { type ScriptedLine, ScriptedTransport } from '../testing/scripted-transport.ts';
import { CallError, type ConnectionState, EngineClient } from './client.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp() {
  const transport = new ScriptedTransport();
  const states: ConnectionState[] = [];
  const facts: Fact[] = [];
  const gap = vi.fn<() => void>();
  const refused = vi.fn<() => void>();
  const client = new EngineClient(transport, {
    stateChanged: (state) => states.push(state),
    facts: (more) => facts.push(...more),
    gap,
    refused,
  });
  client.start();
  return { transport, states, facts, gap, refused, client };
}

test('a call is answered by its id, whatever the order', async () => {
  const { transport, client } = setUp();
  transport.line.greet();
  const pause = client.call('pauseTrading', {});
  const resume = client.call('resumeTrading', {});
  const [first, second] = transport.line.sent.filter((message) => message.t === 'call');
  transport.line.say({ t: 'result', id: second?.id ?? -1, ok: true, data: { paused: false } });
  transport.line.say({ t: 'result', id: first?.id ?? -1, ok: true, data: { paused: true } });
  expect(await pause).toEqual({ paused: true });
  expect(await resume).toEqual({ paused: false });
});

test('the engine’s problem reaches the caller whole', async () => {
  const { transport, client } = setUp();
  transport.line.greet();
  const problem = {
    code: 'too-large',
    field: 'maxOrderNotional',
    value: '9',
    message: 'is too large',
    remedy: 'Less.',
  };
  const call = client.call('updateLimits', { maxOrderNotional: '9' });
  transport.line.say({ t: 'result', id: 1, ok: false, error: problem });
  await expect(call).rejects.toMatchObject({ problem });
});

test('no answer in time is reported as unknown, and a late answer does no harm', async () => {
  const { transport, client } = setUp();
  transport.line.greet();
  const call = client.call('kill', {}, 2_000);
  const failed = expect(call).rejects.toMatchObject({ problem: { code: 'no-answer', field: 'kill' } });
  await vi.advanceTimersByTimeAsync(2_000);
  await failed;
  transport.line.say({ t: 'result', id: 1, ok: true, data: { killed: true, cancelsSent: 0 } });
});

test('an answer of another shape is refused instead of shown', async () => {
  const { transport, client } = setUp();
  transport.line.greet();
  const call = client.call('kill', {});
  transport.line.say({ t: 'result', id: 1, ok: true, data: { killed: 'yes', cancelsSent: 0 } });
  await expect(call).rejects.toMatchObject({ problem: { code: 'unexpected-answer', field: 'kill.killed' } });
});

test('while there is no connection nothing is sent and the caller hears at once', async () => {
  const { transport, client } = setUp();
  await expect(client.call('kill', {})).rejects.toMatchObject({ problem: { code: 'engine-unreachable' } });
  expect(transport.line.sent).toEqual([]);
});

test('a lost connection fails the calls under way and is tried again with growing waits', async () => {
  const { transport, states, client } = setUp();
  transport.line.greet();
  const call = client.call('pauseTrading', {});
  transport.line.drop('gone');
  await expect(call).rejects.toBeInstanceOf(CallError);
  expect(states.at(-1)).toMatchObject({ phase: 'lost', reason: 'gone' });

  const waits: number[] = [];
  for (let attempt = 2; attempt <= 5; attempt++) {
    const began = Date.now();
    while (transport.lines.length < attempt) await vi.advanceTimersByTimeAsync(10);
    waits.push(Date.now() - began);
    transport.line.drop('still gone');
  }
  expect(waits[0]).toBeLessThanOrEqual(330);
  expect(waits[3]).toBeGreaterThanOrEqual(1_500);
  expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
});

test('after a reconnect facts and views are asked for again, under the engine’s own key', async () => {
  const { transport, client } = setUp();
  const seen: unknown[] = [];
  transport.line.greet();
  client.subscribe('book', { instrumentId: 7 }, (view) => seen.push(view));
  transport.line.drop('gone');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(transport.lines).toHaveLength(2);
  transport.line.greet();
  expect(transport.line.sent).toEqual([
    { t: 'facts', on: true },
    { t: 'subscribe', topic: 'book', params: { instrumentId: 7, levels: 15 } },
  ]);
  const data = { instrumentId: 7, state: 'live', ageUs: 0, bids: [], asks: [] };
  transport.line.say({ t: 'views', atUs: 1, views: [{ key: 'book:{"instrumentId":7,"levels":15}', data }] });
  await vi.advanceTimersByTimeAsync(100);
  expect(seen).toEqual([data]);
});

test('views come at most twenty times a second, and the latest wins', async () => {
  const { transport, client } = setUp();
  const seen: number[] = [];
  transport.line.greet();
  client.subscribe('quotes', {}, (_, atUs) => seen.push(atUs));
  for (let i = 1; i <= 500; i++) {
    transport.line.say({ t: 'views', atUs: i, views: [{ key: 'quotes:{}', data: { quotes: [] } }] });
    await vi.advanceTimersByTimeAsync(2);
  }
  await vi.advanceTimersByTimeAsync(100);
  expect(seen.length).toBeGreaterThanOrEqual(12);
  expect(seen.length).toBeLessThanOrEqual(22);
  expect(seen.at(-1)).toBe(500);
});

test('who looks at a view later is given its last word at once: the engine says it again only when it changes', async () => {
  const { transport, client } = setUp();
  transport.line.greet();
  client.subscribe('quotes', {}, () => undefined);
  transport.line.say({ t: 'views', atUs: 5, views: [{ key: 'quotes:{}', data: { quotes: [] } }] });
  await vi.advanceTimersByTimeAsync(100);
  const seen: number[] = [];
  client.subscribe('quotes', {}, (_, atUs) => seen.push(atUs));
  expect(seen).toEqual([5]);
});

test('two listeners share one subscription; the last to leave ends it', () => {
  const { transport, client } = setUp();
  transport.line.greet();
  const ends = [
    client.subscribe('status', {}, () => undefined),
    client.subscribe('status', {}, () => undefined),
  ];
  for (const end of ends) end();
  expect(transport.line.sent.filter(({ t }) => t === 'subscribe')).toHaveLength(1);
  expect(transport.line.sent.filter(({ t }) => t === 'unsubscribe')).toHaveLength(1);
});

test('another protocol and a missing token are reported once, and not tried again', async () => {
  const other = setUp();
  other.transport.line.greet(99);
  expect(other.states.at(-1)).toMatchObject({ phase: 'refused', problem: { code: 'protocol-mismatch' } });
  const tokenless = setUp();
  tokenless.transport.line.drop('no token', { code: 'token-missing', message: 'no token' });
  expect(tokenless.states.at(-1)).toMatchObject({ phase: 'refused', problem: { code: 'token-missing' } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(other.transport.lines).toHaveLength(1);
  expect(tokenless.transport.lines).toHaveLength(1);
});

test('an engine that sends garbage, or opens and never greets, is left and tried again', async () => {
  const { transport, states } = setUp();
  transport.line.greet();
  transport.line.sayText('{"t":');
  expect(states.at(-1)).toMatchObject({ phase: 'lost' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(transport.lines).toHaveLength(2);
  transport.line.open();
  await vi.advanceTimersByTimeAsync(7_000);
  expect(transport.lines).toHaveLength(3);
});

test('gaps and refusals are handed on', () => {
  const { transport, gap, refused } = setUp();
  transport.line.greet();
  transport.line.say({ t: 'gap' });
  transport.line.say({ t: 'refused', error: { code: 'bad-message', message: 'is not JSON' } });
  expect(gap).toHaveBeenCalledTimes(1);
  expect(refused).toHaveBeenCalledTimes(1);
});

test.each<[string, (line: ScriptedLine, client: EngineClient) => void]>([
  ['before the line is open', () => undefined],
  ['while it waits for the greeting', (line) => line.open()],
  ['while it waits to connect again', (line) => line.drop('the cable is out')],
  [
    'while a call is out',
    (line, client) => {
      line.greet();
      client.call('pauseTrading', {}).catch(() => undefined);
    },
  ],
  [
    'while a view waits for its frame',
    (line, client) => {
      line.greet();
      client.subscribe('quotes', {}, () => undefined);
      line.say({ t: 'views', atUs: 1, views: [{ key: topicKey('quotes', {}), data: { quotes: [] } }] });
    },
  ],
  [
    'while the next view waits for its turn',
    (line, client) => {
      const view = { key: topicKey('quotes', {}), data: { quotes: [] } };
      line.greet();
      client.subscribe('quotes', {}, () => undefined);
      line.say({ t: 'views', atUs: 1, views: [view] });
      vi.advanceTimersToNextFrame();
      line.say({ t: 'views', atUs: 2, views: [view] });
    },
  ],
])('a client that is stopped %s leaves no timer and no frame behind', (_name, bring) => {
  const { transport, client, states } = setUp();
  const { line } = transport;
  bring(line, client);
  client.stop();
  expect(vi.getTimerCount()).toBe(0);
  // What was under way when the line was closed is not heard any more.
  const before = states.length;
  line.greet();
  line.drop('the end');
  expect([vi.getTimerCount(), states.length, transport.lines.length]).toEqual([0, before, 1]);
});

test('a stopped client can be started again', () => {
  const { transport, client, states } = setUp();
  transport.line.greet();
  client.stop();
  client.start();
  transport.line.greet();
  const seen = vi.fn<() => void>();
  client.subscribe('quotes', {}, seen);
  const view = { key: topicKey('quotes', {}), data: { quotes: [] } };
  transport.line.say({ t: 'views', atUs: 1, views: [view] });
  vi.advanceTimersToNextFrame();
  expect(seen).toHaveBeenCalledOnce();
  expect(transport.lines).toHaveLength(2);
  expect(states.at(-1)).toMatchObject({ phase: 'open' });
});
