import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ChannelSettings, channelSettings } from '../contract/channel-operations.ts';
import { UserError } from '../domain/errors.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { isWanted, MAX_TRIES, MAX_WAITING } from './channel-queue.ts';
import type { Notice } from './notice.ts';
import { MAX_A_MINUTE, Notifier } from './notifier.ts';
import { type Post, systemPost } from './post.ts';

const CALLER = { role: 'operator', via: 'test' } as const;
const settingsOf = (change: Partial<ChannelSettings> = {}): ChannelSettings =>
  channelSettings.parse({ name: 'desk', kind: 'webhook', severity: 'info', ...change });
const noticeOf = (n: number, change: Partial<Notice> = {}): Notice => ({
  id: `demo-${n}`,
  severity: 'critical',
  title: `Notice ${n}`,
  detail: '',
  venue: '',
  symbol: '',
  atUs: n,
  profile: 'demo',
  isSimulated: true,
  ...change,
});

/** A notifier whose services are a function. */
function notifier(post: Post, channels: ChannelSettings[] = [settingsOf()]) {
  const clock = new ManualClock();
  const kept = new Map<string, string>();
  for (const { name, kind } of channels) {
    kept.set(
      `notify-${name}`,
      kind === 'webhook' ? 'https://desk.example/x\na-signing-secret-of-16' : 'https://desk.example/y',
    );
  }
  const saved: (readonly ChannelSettings[])[] = [];
  const made = new Notifier({
    clock,
    post,
    mail: () => Promise.resolve({ kind: 'delivered' }),
    secrets: { get: async (name) => kept.get(name), delete: async (name) => kept.delete(name) },
    channels,
    save: async (all) => void saved.push(all),
  });
  const standing = async (n = 0) => (await made.handlers.listChannels({}, CALLER)).channels[n];
  return { made, clock, kept, saved, standing };
}
const ok = { status: 200, body: '', retryAfter: undefined };

describe('a channel', () => {
  it('gets each notice once, in order, and one that hangs costs the others nothing', async () => {
    const got: string[] = [];
    const post: Post = ({ url, body }) => {
      if (url.endsWith('/y')) return new Promise(() => undefined);
      got.push((JSON.parse(body) as Notice).id);
      return Promise.resolve(ok);
    };
    const { made, standing } = notifier(post, [settingsOf({ name: 'dead', kind: 'discord' }), settingsOf()]);
    made.notify([noticeOf(1), noticeOf(2), noticeOf(3)]);
    await until(() => got.length === 3);
    expect(got).toEqual(['demo-1', 'demo-2', 'demo-3']);
    expect(await standing(0)).toMatchObject({ name: 'dead', sent: 0, waiting: 3 });
    await until(async () => expect(await standing(1)).toMatchObject({ sent: 3, waiting: 0, failed: 0 }));
  });

  it('tries again when the service says, so many times, and then gives up and goes on', async () => {
    let calls = 0;
    const post: Post = ({ body }) => {
      if (!body.includes('demo-1')) return Promise.resolve(ok);
      calls += 1;
      return Promise.resolve({ status: 429, body: '', retryAfter: '5' });
    };
    const { made, clock, standing } = notifier(post);
    made.notify([noticeOf(1), noticeOf(2)]);
    for (let n = 1; n < MAX_TRIES; n++) {
      await until(() => calls === n && clock.pending === 1);
      clock.advanceMs(4_999);
      expect(calls).toBe(n);
      clock.advanceMs(1);
    }
    // The pause that the service asked for last holds for the next notice as well.
    await until(() => calls === MAX_TRIES && clock.pending === 1);
    expect(await standing()).toMatchObject({ sent: 0, failed: 1, waiting: 1 });
    clock.advanceMs(5_000);
    await until(async () => expect(await standing()).toMatchObject({ sent: 1, failed: 1, waiting: 0 }));
    expect(calls).toBe(MAX_TRIES);
  });

  it('keeps so many that wait, critical ones before others', async () => {
    const post: Post = () => new Promise(() => undefined);
    const { made, clock, standing } = notifier(post);
    for (let n = 0; n < MAX_WAITING + 50; n++) {
      clock.advanceMs(60_001);
      made.notify([noticeOf(n, { severity: n % 2 === 0 ? 'critical' : 'info' })]);
    }
    expect(await standing()).toMatchObject({ waiting: MAX_WAITING, failed: 50 });
    expect((await standing())?.lastError).toContain('waited');
  });

  it('whose address is not set, or whose service refuses, is shown with the reason and without the address', async () => {
    const { made, kept, standing } = notifier(() => Promise.resolve({ ...ok, status: 404 }));
    made.notify([noticeOf(1)]);
    await until(async () => expect(await standing()).toMatchObject({ failed: 1, lastError: 'answered 404' }));
    kept.clear();
    expect(await made.handlers.testChannel({ name: 'desk' }, CALLER)).toEqual({
      delivered: false,
      detail: 'its address is not set',
    });
    kept.set('notify-desk', 'ftp://very-secret');
    const shown = JSON.stringify([
      await made.handlers.testChannel({ name: 'desk' }, CALLER),
      await standing(),
    ]);
    expect(shown).toContain('unreadable');
    expect(shown).not.toContain('very-secret');
  });

  it('reads its secret for those who look on once in ten minutes, and at once after a test or a change', async () => {
    const { made, kept, clock, standing } = notifier(() => Promise.resolve(ok));
    const reads = vi.spyOn(kept, 'get');
    const look = async (times: number): Promise<string | undefined> => {
      let found: string | undefined;
      for (let time = 0; time < times; time++) {
        clock.advanceMs(5_000);
        found = (await standing())?.secret;
      }
      return found;
    };
    expect([await look(100), reads.mock.calls.length]).toEqual(['present', 1]);
    kept.clear();
    await made.handlers.saveChannel(settingsOf(), CALLER);
    expect([await look(1), reads.mock.calls.length]).toEqual(['absent', 2]);
    // One that is not set is looked at again after a minute.
    kept.set('notify-desk', 'https://desk.example/x\na-signing-secret-of-16');
    expect([await look(10), await look(2)]).toEqual(['absent', 'present']);
    kept.clear();
    await made.handlers.testChannel({ name: 'desk' }, CALLER);
    expect([await look(1), reads.mock.calls.length]).toEqual(['absent', 4]);
  });

  it('is stored before it is answered for, keeps its kind, and takes its secret with it', async () => {
    const { made, saved, kept } = notifier(() => Promise.resolve(ok));
    await made.handlers.saveChannel(settingsOf({ severity: 'critical' }), CALLER);
    expect(saved.at(-1)).toMatchObject([{ name: 'desk', severity: 'critical' }]);
    await expect(made.handlers.saveChannel(settingsOf({ kind: 'slack' }), CALLER)).rejects.toMatchObject({
      problem: { code: 'other-kind' },
    });
    await made.handlers.removeChannel({ name: 'desk' }, CALLER);
    expect([saved.at(-1), kept.size]).toEqual([[], 0]);
  });

  it('sends what is critical first, and at once while another notice rests after a failed try', async () => {
    const got: string[] = [];
    let isDown = true;
    const post: Post = ({ body }) => {
      got.push((JSON.parse(body) as Notice).id);
      return Promise.resolve({ ...ok, status: isDown ? 503 : 200 });
    };
    const { made, clock } = notifier(post);
    const warnings = [1, 2].map((n) => noticeOf(n, { severity: 'warning' }));
    made.notify([...warnings, noticeOf(3)]);
    await until(() => got.length === 2 && clock.pending === 1);
    made.notify([noticeOf(4)]);
    await until(() => got.length === 3 && clock.pending === 1);
    isDown = false;
    clock.advanceMs(2_000);
    await until(() => got.length === 7);
    expect(got.map((id) => id.slice(5))).toEqual(['1', '3', '4', '3', '4', '1', '2']);
  });

  it('keeps a pause that its service asked for, for what is critical as well', async () => {
    const got: string[] = [];
    const post: Post = ({ body }) => {
      got.push((JSON.parse(body) as Notice).id);
      return Promise.resolve(got.length === 1 ? { status: 429, body: '', retryAfter: '5' } : ok);
    };
    const { made, clock } = notifier(post);
    made.notify([noticeOf(1, { severity: 'info' })]);
    await until(() => clock.pending === 1);
    made.notify([noticeOf(2)]);
    clock.advanceMs(4_999);
    expect([got, clock.pending]).toEqual([['demo-1'], 1]);
    clock.advanceMs(1);
    await until(() => got.length === 3);
    expect(got).toEqual(['demo-1', 'demo-2', 'demo-1']);
  });

  it('keeps what waits and its counts while its settings change, and gives up what waits when it is turned off', async () => {
    let urls = 0;
    const post: Post = (_, { allowsPrivate }) => {
      urls += 1;
      return Promise.resolve({ ...ok, status: allowsPrivate ? 200 : 503 });
    };
    const { made, clock, standing } = notifier(post);
    made.notify([noticeOf(1), noticeOf(2)]);
    await until(() => urls === 2 && clock.pending === 1);
    await made.handlers.saveChannel(settingsOf({ allowsPrivate: true }), CALLER);
    clock.advanceMs(2_000);
    await until(async () => expect(await standing()).toMatchObject({ sent: 2, waiting: 0 }));
    await made.handlers.saveChannel(settingsOf(), CALLER);
    made.notify([noticeOf(3)]);
    await until(() => urls === 5 && clock.pending === 1);
    await made.handlers.saveChannel(settingsOf({ isOn: false }), CALLER);
    expect(await standing()).toMatchObject({ sent: 2, waiting: 0, failed: 1 });
  });

  it('is changed after the change before it was stored, and removed with its secret first', async () => {
    const { made, saved, kept } = notifier(() => Promise.resolve(ok), [settingsOf()]);
    await Promise.all(
      ['one', 'two'].map(async (name) => made.handlers.saveChannel(settingsOf({ name }), CALLER)),
    );
    expect(saved.at(-1)?.map(({ name }) => name)).toEqual(['desk', 'one', 'two']);
    vi.spyOn(kept, 'delete').mockImplementationOnce(() => {
      throw new Error('locked');
    });
    await expect(made.handlers.removeChannel({ name: 'desk' }, CALLER)).rejects.toThrow('locked');
    expect(saved).toHaveLength(2);
    await made.handlers.removeChannel({ name: 'desk' }, CALLER);
    expect([saved.at(-1)?.map(({ name }) => name), kept.size]).toEqual([['one', 'two'], 0]);
    // A secret of a place that Parallax cannot write stays there, and keeps no channel.
    vi.spyOn(kept, 'delete').mockImplementationOnce(() => {
      throw new UserError({ code: 'secrets-read-only', message: 'cannot be written by Parallax' });
    });
    expect((await made.handlers.removeChannel({ name: 'one' }, CALLER)).channels).toHaveLength(1);
  });
});

it('more than a few a minute are counted in the next one; critical ones are never held back', async () => {
  const got: Notice[] = [];
  const { made, clock } = notifier(({ body }) => {
    got.push(JSON.parse(body) as Notice);
    return Promise.resolve(ok);
  });
  for (let n = 0; n < MAX_A_MINUTE + 5; n++) made.notify([noticeOf(n, { severity: 'warning' })]);
  made.notify([noticeOf(99)]);
  await until(() => got.length === MAX_A_MINUTE + 1);
  // Behind the one that was with the service already.
  expect(got[1]).toMatchObject({ id: 'demo-99', detail: ' (5 more were held back)' });
  clock.advanceMs(60_001);
  made.notify([noticeOf(100, { severity: 'warning' })]);
  await until(() => got.at(-1)?.id === 'demo-100');
});

it('what a channel does not want takes nothing of what it may get, and does not take its count of what was held back', async () => {
  const got: Notice[] = [];
  const post: Post = ({ url, body }) => {
    if (url.endsWith('/x')) got.push(JSON.parse(body) as Notice);
    return Promise.resolve(ok);
  };
  const all = settingsOf({ name: 'all', kind: 'discord' });
  const { made, clock } = notifier(post, [settingsOf({ severity: 'warning' }), all]);
  for (let n = 0; n < 50; n++) made.notify([noticeOf(n, { severity: 'info' })]);
  for (let n = 0; n < MAX_A_MINUTE + 2; n++) made.notify([noticeOf(100 + n, { severity: 'warning' })]);
  await until(() => got.length === MAX_A_MINUTE);
  clock.advanceMs(60_001);
  made.notify([noticeOf(200, { severity: 'info' }), noticeOf(201, { severity: 'warning' })]);
  await until(() => got.length === MAX_A_MINUTE + 1);
  expect(got.at(-1)).toMatchObject({ id: 'demo-201', detail: ' (2 more were held back)' });
});

const AT = (time: string): number => Date.parse(`2026-11-29T${time}:00Z`) * 1_000;
it.each([
  ['22:00', '06:30', '23:59', false],
  ['22:00', '06:30', '06:29', false],
  ['22:00', '06:30', '06:30', true],
  ['09:00', '17:00', '12:00', false],
  ['09:00', '17:00', '08:59', true],
  ['09:00', '09:00', '09:00', true],
])('quiet from %s to %s: at %s a warning is sent: %s', (from, to, time, expected) => {
  const settings = settingsOf({ quiet: { from, to } });
  expect(isWanted(settings, noticeOf(1, { severity: 'warning' }), AT(time))).toBe(expected);
  expect(isWanted(settings, noticeOf(1), AT(time))).toBe(true);
  expect(isWanted({ ...settings, isOn: false }, noticeOf(1), AT(time))).toBe(false);
});

describe('the way to a service', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  it('follows no redirect, reads little, and calls this machine only where that is allowed', async () => {
    const calls: string[] = [];
    server = createServer((request, response) => {
      calls.push(request.url ?? '');
      if (request.url === '/moved') response.writeHead(302, { location: '/other' }).end();
      else if (request.url === '/long') response.end('x'.repeat(100_000));
      else response.writeHead(429, { 'retry-after': '2' }).end('later');
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const to = (path: string, name = '127.0.0.1', allowsPrivate = true) =>
      systemPost({ url: `http://${name}:${port}${path}`, headers: {}, body: '{}' }, { allowsPrivate });
    expect(await to('/')).toEqual({
      status: 429,
      body: 'later',
      retryAfter: '2',
      date: expect.stringMatching(/ GMT$/),
    });
    expect((await to('/moved')).status).toBe(302);
    await expect(to('/long')).rejects.toThrow('the answer is too long');
    expect(calls).toEqual(['/', '/moved', '/long']);
    await expect(to('/', '127.0.0.1', false)).rejects.toThrow('no TLS');
    const secure = (name: string) =>
      systemPost(
        { url: `https://${name}:${port}/secret-path`, headers: {}, body: '{}' },
        { allowsPrivate: false },
      );
    for (const name of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0x7f.1']) {
      await expect(secure(name)).rejects.toThrow('of this machine or its network');
    }
    expect(calls).toHaveLength(3);
  });
});
