// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeEngine } from '../testing/fake-engine.ts';
import { portTransport } from './transport.ts';
import { Session } from './session.ts';
import { engineLink } from './link.ts';
import { topicKey } from '../../src-engine/contract/topics.ts';
import { type ScriptedLine, ScriptedTransport } from '../testing/scripted-transport.ts';
import { until } from '../../src-engine/testing/until.ts';

let ends: (() => void)[] = [];
beforeEach(() => {
  ends = [];
});
afterEach(() => {
  for (const end of ends) end();
  vi.useRealTimers();
});

/** A port is handed to the page as the preload does. @returns the engine's end. */
function handOver(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const event = new MessageEvent('message', { data: 'parallax-engine-port' });
  Object.defineProperty(event, 'ports', { value: [port2] });
  Object.defineProperty(event, 'source', { value: window });
  window.dispatchEvent(event);
  return port1;
}

/** The made-up engine at the other end of a real MessagePort, handed over as the preload does. */
function connectFake(options: ConstructorParameters<typeof FakeEngine>[1] = {}) {
  const session = new Session(portTransport(window));
  session.start();
  const engine = new FakeEngine(handOver(), options);
  ends.push(
    () => session.stop(),
    () => engine.stop(),
  );
  const replica = () => session.store.getState().replica;
  return { session, engine, replica };
}

test('a window that gets its port has instruments, quotes and a status', async () => {
  const { session, replica } = connectFake();
  await until(() => expect(replica()?.instruments.length).toBeGreaterThan(20));
  await until(() => expect(session.quotes.get(0)?.bid).toBeGreaterThan(0));
  expect(session.store.getState().connection).toMatchObject({ phase: 'open', version: '0.1.0-made-up' });
  expect(engineLink('open', session.silentMs(), true)).toBe('answering');
});

test('a port whose engine does not greet in time is given up for another one, which is asked for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const asked = vi.fn();
  const session = new Session(
    portTransport(
      window,
      () => '',
      () => asked(),
    ),
  );
  ends.push(() => session.stop());
  session.start();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked, 'the first port comes unasked').not.toHaveBeenCalled();
  const silent = handOver();
  ends.push(() => silent.close());
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveBeenCalledOnce();
  vi.useRealTimers();
  const engine = new FakeEngine(handOver());
  ends.push(() => engine.stop());
  await until(() => expect(session.store.getState().connection.phase).toBe('open'));
});

test('a number left out of the facts leads to a fresh snapshot', async () => {
  const { engine, replica } = connectFake();
  await until(() => expect(replica()).not.toBeNull());
  engine.skipFact();
  engine.skipFact();
  engine.emit({ type: 'tradingHalted', code: 'stranded', reason: 'ETH is held' });
  await until(() => expect(replica()?.factSeq).toBeGreaterThanOrEqual(engine.factSeq));
  expect(replica()?.status.haltReason).toBe('');
});

test('a kill is acknowledged and then verified', async () => {
  const { session, replica } = connectFake({ stuckOrders: 1 });
  await until(() => expect(replica()).not.toBeNull());
  await session.kill();
  expect(session.store.getState().killCall).toEqual({
    phase: 'acknowledged',
    cancelsSent: 3,
    isUnrecorded: false,
  });
  expect(replica()?.status.killed).toBe(true);
  await until(() => expect(replica()?.status.killVerifiedOpenOrders).toBe(1));
  await session.rearm();
  expect(replica()?.status.killed).toBe(false);
  expect(session.store.getState().killCall.phase).toBe('idle');
});

test('choosing a profile brings the instruments of its run', async () => {
  const { session, replica } = connectFake({ profile: null });
  await until(() => expect(replica()?.status.profile).toBeNull());
  expect(replica()?.instruments).toEqual([]);
  await session.chooseProfile({ profile: 'demo', capital: { USD: '5000' } });
  await until(() => expect(replica()?.instruments.length).toBeGreaterThan(20));
});

test('a changed limit is known after the fact that names it', async () => {
  const { session, replica } = connectFake();
  await until(() => expect(replica()).not.toBeNull());
  await session.client.call('updateLimits', { maxOrderNotional: '123' });
  await until(() => expect(replica()?.limits.maxOrderNotional).toBe('123'));
});

test('a kill without a connection is latched, says so at once, and is sent when the engine answers', async () => {
  const transport = new ScriptedTransport();
  const session = new Session(transport);
  session.start();
  ends.push(() => session.stop());
  await session.kill();
  expect(session.store.getState().killCall).toMatchObject({
    phase: 'latched',
    problem: { code: 'engine-unreachable' },
  });
  transport.line.greet();
  const [kill, ...more] = transport.line.calls('kill');
  expect(kill).toMatchObject({ input: { reason: 'operator' } });
  expect(more).toEqual([]);
  transport.line.say({ t: 'result', id: kill?.id ?? 0, ok: true, data: { killed: true, cancelsSent: 2 } });
  await until(() =>
    expect(session.store.getState().killCall).toEqual({
      phase: 'acknowledged',
      cancelsSent: 2,
      isUnrecorded: false,
    }),
  );
});

test('a latched kill that is taken back is not sent', async () => {
  const transport = new ScriptedTransport();
  const session = new Session(transport);
  session.start();
  ends.push(() => session.stop());
  await session.kill();
  session.dismissKill();
  transport.line.greet();
  expect(transport.line.calls('kill')).toEqual([]);
});

test('a viewer who presses kill reads that it may only look; nothing is sent, and nothing failed', async () => {
  const transport = new ScriptedTransport();
  const session = new Session(transport);
  session.start();
  ends.push(() => session.stop());
  transport.line.greet(undefined, 'viewer');
  await session.kill();
  expect(session.store.getState().killCall.phase).toBe('idle');
  expect(session.store.getState().problems[0]).toMatchObject({ title: 'Read-only: nothing was killed' });
  expect(transport.line.calls('kill')).toEqual([]);
});

test('problems of calls are shown, newest first, and never more than four', async () => {
  const { session } = connectFake();
  await until(() => expect(session.store.getState().replica).not.toBeNull());
  for (let i = 0; i < 6; i++) await session.run(`try ${i}`, 'stopRecording', {});
  const { problems } = session.store.getState();
  expect(problems.map(({ title }) => title)).toEqual(['try 5', 'try 4', 'try 3', 'try 2']);
  expect(problems[0]?.problem).toMatchObject({ code: 'disk-full', remedy: expect.any(String) as string });
  session.dismissProblem(problems[0]?.id ?? -1);
  expect(session.store.getState().problems).toHaveLength(3);
});

test.each<[string, (line: ScriptedLine) => void]>([
  ['while its snapshot is out', () => undefined],
  [
    'while the board waits to be sorted',
    (line) => {
      line.say({ t: 'views', atUs: 1, views: [{ key: topicKey('opportunities', {}), data: { open: [] } }] });
      vi.advanceTimersToNextFrame();
    },
  ],
  [
    'while another snapshot waits',
    (line) => {
      const error = { code: 'busy', message: 'is busy' };
      line.say({ t: 'result', id: line.calls('getSnapshot')[0]?.id ?? -1, ok: false, error });
      line.say({ t: 'gap' });
    },
  ],
])('a session that is stopped %s leaves no timer behind and says nothing', async (_name, bring) => {
  vi.useFakeTimers();
  const transport = new ScriptedTransport();
  const session = new Session(transport);
  session.start();
  transport.line.greet();
  bring(transport.line);
  await vi.advanceTimersByTimeAsync(1);
  const { problems } = session.store.getState();
  session.stop();
  await vi.advanceTimersByTimeAsync(0);
  expect(vi.getTimerCount()).toBe(0);
  expect(session.store.getState().problems).toEqual(problems);
  expect(transport.lines).toHaveLength(1);
});
