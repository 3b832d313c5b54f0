import { expect, it, onTestFinished } from 'vitest';
import { topicKey } from '../contract/topics.ts';
import { FakeChannel, FakeHost, ManualClock } from './testing/fake-host.ts';
import { ClientConnection } from './client-connection.ts';
import { MAX_VIEW_CHARS, ViewTexts } from './view-texts.ts';

const KEY = topicKey('status', {});

function viewerOf(host: FakeHost): FakeChannel {
  const channel = new FakeChannel();
  const client = new ClientConnection({ host, channel, caller: { role: 'viewer', via: 'web' } });
  onTestFinished(() => client.close());
  return channel;
}

it('a view is made once for all windows that look at it', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('status', { factSeq: 1 });
  const channels = Array.from({ length: 28 }, () => {
    const channel = viewerOf(host);
    channel.receive({ t: 'subscribe', topic: 'status', params: {} });
    return channel;
  });
  clock.advanceMs(50);
  expect(host.viewReads).toBe(1);
  for (const channel of channels) expect(channel.ofType('views')).toHaveLength(1);
  host.views.set('status', { factSeq: 2 });
  for (let n = 0; n < 20; n++) clock.advanceMs(50);
  // Sent four times a second.
  expect(host.viewReads).toBe(5);
  for (const channel of channels)
    expect(channel.ofType('views').at(-1)?.views[0]?.data).toEqual({ factSeq: 2 });
});

it('the text of a view is not made again while the host answers with the same frozen object', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  const texts = new ViewTexts(host);
  let made = 0;
  const answer = (frozen: boolean): void => {
    const view = { toJSON: () => ({ n: ++made }) };
    host.views.set('replay', frozen ? Object.freeze(view) : view);
  };
  const read = () => {
    clock.advanceMs(200);
    return texts.read('replay', {}, topicKey('replay', {}), 'operator');
  };
  answer(true);
  expect([read(), read(), read()]).toMatchObject([{ version: 1 }, { version: 1 }, { version: 1 }]);
  expect(made).toBe(1);
  answer(true);
  expect(read()).toMatchObject({ version: 2 });
  // One that may have changed in place is written each time.
  answer(false);
  read();
  read();
  expect(made).toBe(4);
});

it('viewers together have an amount of text a second; operators have their own', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('trades', 'x'.repeat(500_000));
  const texts = new ViewTexts(host);
  const key = (n: number) => topicKey('trades', { instrumentId: n, limit: 100 });
  const read = (n: number, role: 'viewer' | 'operator') =>
    texts.read('trades', { instrumentId: n }, key(n), role);
  const made = Array.from({ length: 100 }, (_, n) => read(n, 'viewer')).filter((view) => view !== 'later');
  // The share is used up by the fifth, which was begun while there was some.
  expect(made).toHaveLength(4);
  expect(host.viewReads).toBe(4);
  expect(read(200, 'operator')).not.toBe('later');
  clock.advanceMs(1_000);
  const next = Array.from({ length: 100 }, (_, n) => read(300 + n, 'viewer')).filter(
    (view) => view !== 'later',
  );
  expect(next).toHaveLength(2);
});

it('a view that waits for its share comes before those that had it, and the status never waits', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('trades', 'x'.repeat(3_000_000));
  host.views.set('status', { factSeq: 1 });
  const channel = viewerOf(host);
  for (const instrumentId of [1, 2])
    channel.receive({ t: 'subscribe', topic: 'trades', params: { instrumentId } });
  channel.receive({ t: 'subscribe', topic: 'status', params: {} });
  const keys = () => channel.ofType('views').flatMap(({ views }) => views.map((view) => view.key));
  const second = topicKey('trades', { instrumentId: 2, limit: 100 });
  clock.advanceMs(50);
  expect(keys()).toContain(KEY);
  expect(keys()).not.toContain(second);
  for (let n = 0; n < 60; n++) clock.advanceMs(50);
  expect(keys()).toContain(second);
});

it('views that clients choose take a bounded memory: those made longest ago are made again', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('trades', 'x'.repeat(1_000_000));
  const texts = new ViewTexts(host);
  const read = (instrumentId: number) =>
    texts.read('trades', { instrumentId }, topicKey('trades', { instrumentId, limit: 100 }), 'operator');
  const versionOf = (view: ReturnType<typeof read>) => (view === 'later' ? undefined : view.version);
  const first = versionOf(read(0));
  for (let n = 1; n <= 40; n++) {
    clock.advanceMs(1_000);
    read(n);
  }
  // Of 32 million characters each of the last has its place, and the first has none.
  expect(versionOf(read(40))).toBe(41);
  clock.advanceMs(1_000);
  expect(versionOf(read(20))).toBe(21);
  clock.advanceMs(1_000);
  expect(versionOf(read(0))).not.toBe(first);
});

it('a view that is too long is refused by name', () => {
  const host = new FakeHost({}, new ManualClock());
  host.views.set('status', 'x'.repeat(MAX_VIEW_CHARS));
  expect(() => new ViewTexts(host).read('status', {}, KEY, 'operator')).toThrow(
    /^topic: "status" has \d+ characters/,
  );
});

it('many different views leave no more texts behind than are kept', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('book', { bids: [] });
  const texts = new ViewTexts(host);
  for (let n = 0; n < 5_000; n++) {
    texts.read('book', { instrumentId: n }, topicKey('book', { instrumentId: n, levels: 1 }), 'operator');
    clock.advanceMs(1);
  }
  expect(host.viewReads).toBe(5_000);
});
