/** What one client more costs the thread that trades, in things made: counted, not timed. */
import { expect, it, onTestFinished } from 'vitest';
import { topics, type TopicName } from '../contract/topics.ts';
import type { SharedText } from './channel.ts';
import { ClientConnection } from './client-connection.ts';
import { FakeChannel, FakeHost, ManualClock } from './testing/fake-host.ts';
import { viewFramesOf } from './view-frames.ts';

class CountingChannel extends FakeChannel {
  readonly messages: (string | SharedText)[] = [];

  override send(message: string | SharedText): void {
    this.messages.push(message);
    super.send(message);
  }
}

function open(host: FakeHost): CountingChannel {
  const channel = new CountingChannel();
  const client = new ClientConnection({ host, channel, caller: { role: 'viewer', via: 'web' } });
  onTestFinished(() => client.close());
  return channel;
}

const everything: { readonly topic: TopicName; readonly params: object }[] = [
  ...(Object.keys(topics) as TopicName[])
    .filter((topic) => topics[topic].params.safeParse({}).success)
    .map((topic) => ({ topic, params: {} })),
  ...Array.from({ length: 12 }, (_, instrumentId) => ({ topic: 'book' as const, params: { instrumentId } })),
  ...Array.from({ length: 6 }, (_, instrumentId) => ({ topic: 'trades' as const, params: { instrumentId } })),
];

/** Two seconds of a market that changes at every beat. */
function watch(viewers: number) {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  const channels = Array.from({ length: viewers }, () => {
    const channel = open(host);
    channel.receive({ t: 'facts', on: true });
    for (const { topic, params } of everything) channel.receive({ t: 'subscribe', topic, params });
    // Windows open at any moment, not in step.
    clock.advanceMs(7);
    return channel;
  });
  const began = { reads: host.viewReads, made: viewFramesOf(host).made };
  for (let beat = 0; beat < 40; beat++) {
    for (const { topic } of everything) host.views.set(topic, { beat });
    host.publishFact(beat + 1);
    clock.advanceMs(50);
  }
  return {
    channels,
    reads: host.viewReads - began.reads,
    made: viewFramesOf(host).made - began.made,
  };
}

it('thirty viewers of everything cause the projections and the texts of one', () => {
  const one = watch(1);
  const thirty = watch(30);
  expect(one.reads).toBeGreaterThan(100);
  expect(thirty.reads).toBe(one.reads);
  expect(thirty.made).toBe(one.made);
  // Each is sent the same objects, so that their bytes are made once.
  const [first, ...others] = thirty.channels.map(({ messages }) =>
    messages.filter((message) => typeof message !== 'string').slice(-60),
  );
  expect(first?.length).toBe(60);
  for (const other of others) expect(other).toEqual(first);
  for (const other of others) for (const [k, message] of other.entries()) expect(message).toBe(first?.[k]);
});

it('one that does not read is sent no frame, delays no other, and has the latest when it reads again', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  const [slow, quick] = [open(host), open(host)];
  for (const channel of [slow, quick]) channel.receive({ t: 'subscribe', topic: 'quotes', params: {} });
  slow.backlog = 10_000_000;
  for (let beat = 1; beat <= 10; beat++) {
    host.views.set('quotes', { beat });
    clock.advanceMs(100);
  }
  expect(slow.ofType('views')).toEqual([]);
  expect(quick.ofType('views')).toHaveLength(10);
  slow.backlog = 0;
  clock.advanceMs(50);
  expect(slow.ofType('views').at(-1)?.views[0]?.data).toEqual({ beat: 10 });
});

it('hundreds of different searches of the log are made for viewers no oftener than their share allows', () => {
  const clock = new ManualClock();
  const host = new FakeHost({}, clock);
  host.views.set('logs', { kept: 5_000, lines: [] });
  const channels = Array.from({ length: 3 }, () => open(host));
  for (const [c, channel] of channels.entries()) {
    for (let k = 0; k < 60; k++)
      channel.receive({ t: 'subscribe', topic: 'logs', params: { search: `none ${c} ${k}` } });
  }
  for (let beat = 0; beat < 100; beat++) clock.advanceMs(50);
  expect(host.viewReads).toBeLessThanOrEqual(40 + 5 * 20);
  // None of them is forgotten: each has its turn.
  for (let beat = 0; beat < 400; beat++) clock.advanceMs(50);
  for (const channel of channels) expect(channel.ofType('views').length).toBeGreaterThan(0);
});
