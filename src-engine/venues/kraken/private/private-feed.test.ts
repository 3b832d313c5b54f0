import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../../runner/simulated-clock.ts';
import type { ConnectionEvents, Network } from '../../network.ts';
import { ClockSkew } from '../../toolkit/clock-skew.ts';
import { type Answer, PrivateFeed } from './private-feed.ts';

const START_US = 1_700_000_000_000_000;
const CANCEL = { method: 'cancel_order', members: '"cl_ord_id":["x"]' };

/** A session that is up, over a network in which the test speaks for the venue. */
async function session() {
  const clock = new SimulatedClock(START_US);
  const sent: string[] = [];
  let events: ConnectionEvents | undefined;
  const network: Network = {
    connect: (_url, _options, handlers) => {
      events = handlers;
      return {
        send: (text) => sent.push(text) > 0,
        close: () => handlers.onClose(1000, ''),
        terminate: () => handlers.onClose(1006, ''),
      };
    },
    request: () => Promise.reject(new Error('no request here')),
  };
  const skew = new ClockSkew();
  const feed = new PrivateFeed(
    { clock, network, random: () => 0, token: async () => 'T', skew },
    {
      onUp: () => undefined,
      onDown: () => undefined,
      onReports: () => undefined,
      onBalances: () => undefined,
      onUnread: () => undefined,
      onStatus: () => undefined,
    },
  );
  const say = (frame: unknown): void => events?.onMessage(Buffer.from(JSON.stringify(frame)));
  feed.start();
  events?.onOpen();
  for (let turns = 0; turns < 10; turns++) await Promise.resolve();
  const answer = (requestId: number): void =>
    say({ method: 'cancel_order', req_id: requestId, success: true, result: {} });
  answer(1);
  answer(2);
  say({ channel: 'executions', type: 'snapshot', data: [], sequence: 1 });
  say({ channel: 'balances', type: 'snapshot', data: [], sequence: 1 });
  expect(feed.isUp).toBe(true);
  sent.length = 0;
  return { clock, feed, sent, say, skew, answer };
}

const requestIds = (sent: readonly string[]): number[] =>
  sent.flatMap((text) => /"req_id":(\d+)/.exec(text)?.[1] ?? []).map(Number);

describe('requests without an answer', () => {
  it('are a thousand at most: the next one is not sent, and says so', async () => {
    const { feed, sent, answer } = await session();
    const answers: Answer[] = [];
    for (let n = 1; n <= 1_000; n++) expect(feed.send(CANCEL, 5_000, (one) => answers.push(one))).toBe(true);
    expect(feed.send(CANCEL, 5_000, (one) => answers.push(one))).toBe(false);
    expect([sent.length, answers.length]).toEqual([1_000, 0]);
    // One answer makes room for one request.
    answer(requestIds(sent)[0] ?? 0);
    expect(answers).toEqual([{ kind: 'done', result: {} }]);
    expect(feed.send(CANCEL, 5_000, () => undefined)).toBe(true);
    expect(feed.send(CANCEL, 5_000, () => undefined)).toBe(false);
    expect(sent).toHaveLength(1_001);
  });

  it('end as silent after their time, which makes room again, and a late answer is none', async () => {
    const { clock, feed, sent, answer } = await session();
    const answers: Answer[] = [];
    for (let n = 1; n <= 1_000; n++) feed.send(CANCEL, 500, (one) => answers.push(one));
    clock.advanceTo(START_US + 499_999);
    expect(answers).toEqual([]);
    clock.advanceTo(START_US + 500_000);
    expect(answers).toHaveLength(1_000);
    expect(answers[0]).toEqual({ kind: 'silent', reason: 'no answer to cancel_order within 500 ms' });
    answer(requestIds(sent)[0] ?? 0);
    expect(answers).toHaveLength(1_000);
    expect(feed.send(CANCEL, 500, () => undefined)).toBe(true);
  });
});

it('a session whose first answers came late asks for the venue’s time again after five seconds, and then each minute', async () => {
  const { clock, feed, sent, say, skew } = await session();
  const asked = (): number[] => requestIds(sent.filter((text) => text.includes('"method":"ping","req_id"')));
  /** With the heartbeats of a connection that lives. */
  const passTo = (seconds: number): void => {
    for (; clock.nowUs() + 1_000_000 < START_US + seconds * 1_000_000; say({ channel: 'heartbeat' }))
      clock.advanceTo(clock.nowUs() + 1_000_000);
    clock.advanceTo(START_US + seconds * 1_000_000);
  };
  /** Of now, on an exchange that answers after `lateUs` and whose clock is a second ahead. */
  const pong = (lateUs: number): void => {
    clock.advanceTo(clock.nowUs() + lateUs);
    const time = new Date((clock.nowUs() - lateUs / 2) / 1_000 + 1_000).toISOString();
    say({ method: 'pong', req_id: asked().at(-1), success: true, time_in: time, time_out: time });
  };
  expect(skew.errorUs).toBe(Number.POSITIVE_INFINITY);
  passTo(5);
  expect(asked()).toHaveLength(1);
  pong(900_000);
  expect([skew.skewUs, skew.errorUs]).toEqual([1_000_000, 450_000]);
  passTo(10);
  expect(asked()).toHaveLength(2);
  pong(40_000);
  expect([skew.skewUs, skew.errorUs]).toEqual([1_000_000, 20_000]);
  // The step that had begun before this answer ends first.
  passTo(15);
  expect(asked()).toHaveLength(3);
  passTo(74.999_999);
  expect(asked()).toHaveLength(3);
  passTo(75);
  expect(asked()).toHaveLength(4);
  await feed.stop();
  passTo(300);
  expect(asked()).toHaveLength(4);
});
