import { describe, expect, it, vi } from 'vitest';
import type { Role } from '../contract/operations.ts';
import { UserError } from '../domain/errors.ts';
import {
  CLOSE_BACKLOG_LIMIT,
  FACTS_BACKLOG_LIMIT,
  MAX_CALLS_IN_FLIGHT,
  MAX_SUBSCRIPTIONS,
  ClientConnection,
} from './client-connection.ts';
import { callOperation } from './call.ts';
import { FakeChannel, FakeHost, ManualClock } from './testing/fake-host.ts';
import { until } from '../testing/until.ts';

function open(host: FakeHost, role: Role = 'operator') {
  const channel = new FakeChannel();
  const client = new ClientConnection({ host, channel, caller: { role, via: 'test' } });
  return { channel, client };
}

async function call(channel: FakeChannel, op: string, input: unknown = {}) {
  const id = channel.sent.length;
  channel.receive({ t: 'call', id, op, input });
  await until(() => channel.ofType('result').some((result) => result.id === id));
  return channel.ofType('result').find((result) => result.id === id);
}

function openWithViews() {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  return { clock, host, ...open(host) };
}

describe('calls', () => {
  it('greets with protocol, role and version', () => {
    const { channel } = open(new FakeHost(), 'viewer');
    expect(channel.sent).toEqual([{ t: 'hello', protocol: 1, role: 'viewer', version: '0.0.0-test' }]);
  });

  it('gives the handler the parsed input with its defaults, and answers under the same id', async () => {
    const kill = vi.fn(() => ({ killed: true as const, cancelsSent: 2 }));
    const { channel } = open(new FakeHost({ kill }));
    const result = await call(channel, 'kill');
    expect(result).toMatchObject({ ok: true, data: { killed: true, cancelsSent: 2 } });
    expect(kill).toHaveBeenCalledWith({ reason: 'operator' }, { role: 'operator', via: 'test' });
  });

  it.each([
    ['an unknown operation', 'toString', {}, 'unknown-operation'],
    ['a field of the wrong type', 'kill', { reason: 7 }, 'bad-input'],
    ['a field that does not exist', 'getStatus', { verbose: true }, 'bad-input'],
  ])('refuses %s', async (_what, op, input, code) => {
    const { channel } = open(new FakeHost());
    expect(await call(channel, op, input)).toMatchObject({ ok: false, error: { code } });
  });

  it('names field and value of what does not fit', async () => {
    const { channel } = open(new FakeHost());
    const result = await call(channel, 'listOrders', { limit: 0 });
    expect(result).toMatchObject({ error: { code: 'bad-input', field: 'limit', value: '0' } });
  });

  it('keeps operator calls from a viewer, and the handler is not run', async () => {
    const kill = vi.fn(() => ({ killed: true as const, cancelsSent: 0 }));
    const { channel } = open(new FakeHost({ kill }), 'viewer');
    expect(await call(channel, 'kill')).toMatchObject({ ok: false, error: { code: 'forbidden' } });
    expect(kill).not.toHaveBeenCalled();
  });

  it('passes on a UserError as it is, and of other errors the message alone', async () => {
    const problem = { code: 'no-capital', field: 'capital', message: 'is missing', remedy: 'Give some.' };
    const host = new FakeHost({
      chooseProfile: () => Promise.reject(new UserError(problem)),
      getStatus: () => {
        throw new Error('disk on fire');
      },
    });
    const { channel } = open(host);
    const refused = await call(channel, 'chooseProfile', { profile: 'demo' });
    expect(refused).toEqual({ t: 'result', id: expect.any(Number), ok: false, error: problem });
    const failed = await call(channel, 'getStatus');
    expect(failed).toMatchObject({ error: { code: 'internal', message: 'disk on fire' } });
    expect(JSON.stringify(failed)).not.toContain('client-connection.test.ts');
  });

  it('answers a change that is not audited durably as an error, and never a kill', async () => {
    const host = new FakeHost({
      pauseTrading: () => ({ paused: true as const }),
      kill: () => ({ killed: true as const, cancelsSent: 0 }),
    });
    host.isDurable = false;
    const caller = { role: 'operator', via: 'test' } as const;
    expect(await callOperation(host, caller, 'pauseTrading', {})).toMatchObject({
      ok: false,
      error: { code: 'audit-not-durable', value: 'pauseTrading' },
    });
    expect(await callOperation(host, caller, 'kill', {})).toEqual({
      ok: true,
      data: { killed: true, cancelsSent: 0, audit: 'audit-not-durable' },
    });
  });

  it('answers a stop within a second of a database that hangs, and says that its row is not durable', async () => {
    const clock = new ManualClock();
    const host = new FakeHost(
      {
        kill: () => ({ killed: true as const, cancelsSent: 3 }),
        pauseTrading: () => ({ paused: true as const }),
      },
      clock,
    );
    host.audit = () => new Promise(() => undefined);
    const caller = { role: 'operator', via: 'test' } as const;
    const answers = ['kill', 'pauseTrading'].map((name) => callOperation(host, caller, name, {}));
    await until(() => expect(clock.pending).toBe(2));
    clock.advanceMs(1_000);
    expect(await Promise.all(answers)).toMatchObject([
      { ok: true, data: { killed: true, cancelsSent: 3, audit: 'audit-not-durable' } },
      { ok: false, error: { code: 'audit-not-durable', value: 'pauseTrading' } },
    ]);
  });

  it('audits every changing call with actor and outcome, and no query', async () => {
    const host = new FakeHost({
      kill: () => ({ killed: true as const, cancelsSent: 0 }),
      stopRecording: () => {
        throw new Error('disk full');
      },
    });
    const { channel } = open(host);
    await call(channel, 'kill', { reason: 'drill' });
    await call(channel, 'rearm', { confirm: 'rearm' });
    await call(channel, 'stopRecording');
    await call(channel, 'getStatus');
    expect(host.audited.map(({ actor, action, outcome }) => ({ actor, action, outcome }))).toEqual([
      { actor: 'operator via test', action: 'kill', outcome: 'ok' },
      { actor: 'operator via test', action: 'rearm', outcome: 'denied' },
      { actor: 'operator via test', action: 'stopRecording', outcome: 'error' },
    ]);
    expect(host.audited[0]?.detail).toBe('{"reason":"drill"}');
    const viewer = open(host, 'viewer');
    await call(viewer.channel, 'kill');
    expect(host.audited[3]).toMatchObject({ actor: 'viewer via test', action: 'kill', outcome: 'denied' });
  });

  it('bounds the calls in flight', async () => {
    const waiting: (() => void)[] = [];
    const host = new FakeHost({
      listFills: () => new Promise((resolve) => waiting.push(() => resolve({ fills: [] }))),
    });
    const { channel } = open(host);
    for (let id = 0; id <= MAX_CALLS_IN_FLIGHT; id++)
      channel.receive({ t: 'call', id, op: 'listFills', input: {} });
    expect(channel.ofType('result')).toMatchObject([
      { id: MAX_CALLS_IN_FLIGHT, error: { code: 'too-many-calls' } },
    ]);
    for (const answer of waiting) answer();
    await until(() => channel.ofType('result').length === MAX_CALLS_IN_FLIGHT + 1);
  });

  it('closes after a message that cannot be read', () => {
    const { channel } = open(new FakeHost());
    channel.receiveText('{"t":"launch"}');
    expect(channel.ofType('refused')).toMatchObject([{ error: { code: 'bad-message' } }]);
    expect(channel.closed).toBe(true);
  });
});

describe('facts', () => {
  it('flow once asked for, in order, until switched off or closed', () => {
    const host = new FakeHost();
    const { channel, client } = open(host);
    host.publishFact(1);
    channel.receive({ t: 'facts', on: true });
    channel.receive({ t: 'facts', on: true });
    host.publishFact(2);
    host.publishFact(3);
    expect(channel.ofType('facts').flatMap((message) => message.facts.map((fact) => fact.seq))).toEqual([
      2, 3,
    ]);
    channel.receive({ t: 'facts', on: false });
    expect(host.factListeners).toBe(0);
    channel.receive({ t: 'facts', on: true });
    client.close();
    expect(host.factListeners).toBe(0);
    expect(channel.closed).toBe(true);
  });

  it('stop with one gap when the client is slow, and go on with its next snapshot', async () => {
    const host = new FakeHost();
    const { channel } = open(host);
    channel.receive({ t: 'facts', on: true });
    channel.backlog = FACTS_BACKLOG_LIMIT + 1;
    for (let seq = 1; seq <= 100; seq++) host.publishFact(seq);
    channel.backlog = 0;
    host.publishFact(101);
    expect(channel.sent.map((message) => message.t)).toEqual(['hello', 'gap']);
    await call(channel, 'getSnapshot');
    host.publishFact(102);
    expect(channel.ofType('facts')).toMatchObject([{ facts: [{ seq: 102 }] }]);
  });

  it('close a channel whose client has stopped reading', () => {
    const host = new FakeHost();
    const { channel } = open(host);
    channel.receive({ t: 'facts', on: true });
    channel.backlog = CLOSE_BACKLOG_LIMIT + 1;
    host.publishFact(1);
    expect(channel.closed).toBe(true);
    expect(host.factListeners).toBe(0);
  });
});

describe('views', () => {
  it('are not read without a subscriber', () => {
    const { clock, host } = openWithViews();
    clock.advanceMs(1_000);
    expect(host.viewReads).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('sends two changes within a frame as one message with the latest', () => {
    const { clock, host, channel } = openWithViews();
    channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
    channel.receive({ t: 'subscribe', topic: 'portfolio', params: {} });
    host.views.set('quotes', { quotes: [1] });
    host.views.set('quotes', { quotes: [2] });
    host.views.set('portfolio', { balances: [] });
    clock.advanceMs(50);
    expect(channel.ofType('views')).toEqual([
      {
        t: 'views',
        atUs: 1_050_000,
        views: [
          { key: 'quotes:{}', data: { quotes: [2] } },
          { key: 'portfolio:{}', data: { balances: [] } },
        ],
      },
    ]);
  });

  it('sends only what changed since it was last sent', () => {
    const { clock, host, channel } = openWithViews();
    channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
    channel.receive({ t: 'subscribe', topic: 'status', params: {} });
    host.views.set('quotes', { quotes: [1] });
    host.views.set('status', { killed: false });
    clock.advanceMs(50);
    clock.advanceMs(50);
    host.views.set('status', { killed: true });
    clock.advanceMs(250);
    const keys = channel.ofType('views').map((message) => message.views.map((view) => view.key));
    expect(keys).toEqual([['quotes:{}', 'status:{}'], ['status:{}']]);
  });

  it('sends a view no more often than its topic says', () => {
    const { clock, host, channel } = openWithViews();
    channel.receive({ t: 'subscribe', topic: 'status', params: {} });
    for (let frame = 0; frame < 20; frame++) {
      host.views.set('status', { frame });
      clock.advanceMs(50);
    }
    expect(channel.ofType('views')).toHaveLength(1_000 / 250);
  });

  it('skips frames while the client is behind, then sends the latest', () => {
    const { clock, host, channel } = openWithViews();
    channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
    channel.backlog = 10_000_000;
    for (let frame = 0; frame < 10; frame++) {
      host.views.set('quotes', { quotes: [frame] });
      clock.advanceMs(50);
    }
    expect(channel.ofType('views')).toEqual([]);
    channel.backlog = 0;
    clock.advanceMs(50);
    expect(channel.ofType('views')).toMatchObject([{ views: [{ data: { quotes: [9] } }] }]);
  });

  it('fills in default params, so that the same view has one key', () => {
    const { clock, host, channel } = openWithViews();
    host.views.set('book', { bids: [] });
    channel.receive({ t: 'subscribe', topic: 'book', params: { instrumentId: 3 } });
    channel.receive({ t: 'subscribe', topic: 'book', params: { levels: 15, instrumentId: 3 } });
    clock.advanceMs(50);
    expect(channel.ofType('views')).toMatchObject([
      { views: [{ key: 'book:{"instrumentId":3,"levels":15}' }] },
    ]);
    channel.receive({ t: 'unsubscribe', topic: 'book', params: { instrumentId: 3 } });
    expect(clock.pending).toBe(0);
  });

  it('refuses unknown topics, bad params and too many views, and lives on', () => {
    const { channel } = openWithViews();
    channel.receive({ t: 'subscribe', topic: 'constructor', params: {} });
    channel.receive({ t: 'subscribe', topic: 'book', params: { instrumentId: -1 } });
    for (let id = 0; id <= MAX_SUBSCRIPTIONS; id++)
      channel.receive({ t: 'subscribe', topic: 'book', params: { instrumentId: id } });
    expect(channel.ofType('refused').map((message) => message.error.code)).toEqual([
      'unknown-topic',
      'bad-input',
      'too-many-subscriptions',
    ]);
    expect(channel.closed).toBe(false);
  });

  it('gives up a view that cannot be read, says so, and keeps the others', () => {
    const { clock, host, channel } = openWithViews();
    host.views.set('quotes', new Error('book 7 is gone'));
    host.views.set('status', { killed: false });
    channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
    channel.receive({ t: 'subscribe', topic: 'status', params: {} });
    clock.advanceMs(50);
    clock.advanceMs(50);
    expect(channel.ofType('refused')).toMatchObject([
      { error: { field: 'topic', value: 'quotes', message: 'book 7 is gone' } },
    ]);
    expect(channel.ofType('views')).toMatchObject([{ views: [{ key: 'status:{}' }] }]);
  });
});
