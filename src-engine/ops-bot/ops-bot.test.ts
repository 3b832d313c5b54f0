import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BotPerson, botSettings } from '../contract/bot-operations.ts';
import { type OperationName, operations } from '../contract/operations.ts';
import { scopeAllows } from '../contract/scopes.ts';
import { FakeHost, ManualClock, systemClock } from '../gateway/testing/fake-host.ts';
import { PAPER_STATUS } from '../gateway/testing/paper-status.ts';
import { systemPost } from '../notifying/post.ts';
import { until } from '../testing/until.ts';
import { Bot } from './bot.ts';
import { carryOut } from './bot-calls.ts';
import { Bots } from './bots.ts';
import type { ChatEars } from './chat.ts';
import { type BotCommand, readCommand } from './command.ts';
import { SlackChat } from './slack-chat.ts';
import { TelegramChat } from './telegram-chat.ts';
import { ScriptedSlack, ScriptedTelegram } from './testing/scripted-services.ts';

const ANN: BotPerson = { id: '42', name: 'Ann' };
const TOKEN = `123456:${'a'.repeat(35)}`;
const APP_TOKEN = 'xapp-1-A1-2-abcdefghij';

const cleanups: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

describe('a command', () => {
  it.each<[string, BotCommand]>([
    ['status', { kind: 'status' }],
    ['/Status@desk_bot', { kind: 'status' }],
    [' exposure ', { kind: 'exposure' }],
    ['position btc', { kind: 'position', coin: 'BTC' }],
    ['positions', { kind: 'position', coin: '' }],
    ['ack all', { kind: 'ack', alertIds: [] }],
    ['ack #12 13', { kind: 'ack', alertIds: [12, 13] }],
    ['pause', { kind: 'pause', venue: '' }],
    ['/pause Kraken', { kind: 'pause', venue: 'kraken' }],
    ['KILL the feed lies', { kind: 'kill', reason: 'the feed lies' }],
    ['/start', { kind: 'help' }],
    ['', { kind: 'help' }],
  ])('%j is read', (text, command) => {
    expect(readCommand(text)).toEqual(command);
  });

  it.each([
    'resume',
    'rearm',
    'arm kraken',
    'limits',
    'setLimits maxOrderNotional 1',
    'ack 1 x',
    'ack',
    'ack 0',
    'status now',
    'pause a b',
    'position <b>',
    'toString',
    '/',
    `kill ${'x'.repeat(400)}`,
  ])('%j does nothing, and says what can be done', (text) => {
    expect(readCommand(text)).toHaveProperty('problem');
  });

  it('is carried out with the scope “stop”: it looks and takes risk away, and can do nothing else', () => {
    const allowed = (Object.keys(operations) as OperationName[]).filter(
      (name) => operations[name].changes && scopeAllows('stop', name),
    );
    expect(allowed.toSorted()).toEqual([
      'acknowledgeAlerts',
      'cancelOrders',
      'disarm',
      'kill',
      'pauseTrading',
    ]);
    expect(scopeAllows('stop', 'getStatus')).toBe(true);
    expect(scopeAllows('read', 'kill')).toBe(false);
    expect(scopeAllows('trade', 'kill')).toBe(true);
  });

  it('has a row of the audit trail with the name and id of the person, and its refusal is an answer', async () => {
    const reasons: string[] = [];
    const host = new FakeHost({
      kill: ({ reason }) => {
        reasons.push(reason);
        return { killed: true, cancelsSent: 3 };
      },
      getStatus: () => PAPER_STATUS,
      listAlerts: () => ({ unread: 0, worst: null, alerts: [] }),
    });
    expect(await carryOut(() => host, 'desk', ANN, { kind: 'kill', reason: 'the feed lies' })).toMatch(
      /^KILLED. 3 cancels were sent/,
    );
    expect(reasons).toEqual(['bot desk: Ann (42): the feed lies']);
    expect(await carryOut(() => host, 'desk', ANN, { kind: 'alerts' })).toBe('All alerts are acknowledged.');
    expect(await carryOut(() => host, 'desk', ANN, { kind: 'pause', venue: '' })).toMatch(/^Not done: /);
    expect(host.audited).toMatchObject([
      { actor: 'operator via bot desk: Ann (42)', action: 'kill', outcome: 'ok' },
      { actor: 'operator via bot desk: Ann (42)', action: 'bot alerts', outcome: 'ok' },
      { actor: 'operator via bot desk: Ann (42)', action: 'pauseTrading', outcome: 'denied' },
    ]);
  });
});

describe('a bot', () => {
  let clock: ManualClock;
  let asked: string[];
  let bot: Bot;
  beforeEach(() => {
    clock = new ManualClock();
    asked = [];
    const ask = async ({ name }: BotPerson, { kind }: BotCommand) => {
      asked.push(`${name} ${kind}`);
      return `done ${kind}`;
    };
    bot = new Bot({ clock, people: [ANN], ask });
  });
  const hear = (id: number, text = 'status', from = '42', ageUs?: number) =>
    bot.heard({ id: String(id), from, text, ageUs });

  it('answers listed people, by their id alone; others get nothing, and are counted', async () => {
    expect(await hear(1)).toEqual({ text: 'done status', isForAll: false });
    expect(await hear(2, 'kill')).toEqual({ text: 'done kill', isForAll: true });
    expect(await hear(3, 'kill', '43')).toBeUndefined();
    expect(await hear(4, 'status', 'Ann')).toBeUndefined();
    expect(asked).toEqual(['Ann status', 'Ann kill']);
    expect(bot.counts).toEqual({ commands: 2, ignored: 2, lastCommandUs: clock.nowUs() });
  });

  it('carries a message out once, and not one that was typed long before it came', async () => {
    await hear(1, 'kill');
    expect(await hear(1, 'kill')).toBeUndefined();
    expect(await hear(2, 'kill', '42', 301_000_000)).toMatchObject({
      text: expect.stringMatching(/^Not carried out: it was sent 5 minutes ago/),
    });
    expect(await hear(3, 'kill', '42', 299_000_000)).toMatchObject({ text: 'done kill' });
    expect(asked).toEqual(['Ann kill', 'Ann kill']);
  });

  it('takes so many a minute, and a kill behind them all the same', async () => {
    for (let n = 0; n < 20; n++) await hear(n);
    expect(await hear(20)).toMatchObject({ text: expect.stringMatching(/20 commands a minute/) });
    expect(await hear(21, 'kill')).toMatchObject({ text: 'done kill' });
    clock.advanceMs(60_001);
    expect(await hear(22)).toMatchObject({ text: 'done status' });
  });
});

/** Ears that answer each text with itself, and note the rest. */
function ears() {
  const heard: string[] = [];
  const standings: string[] = [];
  let ignored = 0;
  const made: ChatEars = {
    heard: async ({ id, from, text }) => {
      heard.push(`${id} ${from} ${text}`);
      return text === 'silent' ? undefined : { text: `you said <${text}> & more`, isForAll: text === 'kill' };
    },
    ignored: () => void ignored++,
    standing: (isConnected, error) => standings.push(isConnected ? 'connected' : error),
  };
  return { made, heard, standings, ignored: () => ignored };
}

describe('Telegram', () => {
  it('is asked for updates behind the last one; people’s texts are heard once and answered in plain text', async () => {
    const service = await new ScriptedTelegram(TOKEN).start();
    const { made, heard, ignored } = ears();
    const chat = new TelegramChat({
      clock: systemClock,
      post: systemPost,
      token: TOKEN,
      ears: made,
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    service.type(10, 42, 'status');
    await until(() => service.of('sendMessage').length === 1);
    expect(service.of('sendMessage')[0]).toMatchObject({
      chat_id: 7,
      text: 'you said <status> & more',
      reply_parameters: { message_id: 10 },
    });
    expect(service.of('sendMessage')[0]).not.toHaveProperty('parse_mode');
    // Words of another, those of another bot, no text, no person.
    service.type(11, 42, 'kill', { forward_origin: { type: 'user' } });
    service.type(12, 42, 'kill', { from: { id: 42, is_bot: true } });
    service.type(13, 42, 'kill', { text: undefined });
    service.type(14, 42, 'kill', { from: undefined });
    // In a room: talk, and what is meant for another bot.
    const room = { chat: { id: -7, type: 'supergroup' } };
    service.type(15, 42, 'kill the music', room);
    service.type(16, 42, '/kill@other_bot', room);
    service.type(17, 42, '/status@desk_bot', room);
    await until(() => service.of('sendMessage').length === 2);
    // To the person alone.
    expect(service.of('sendMessage')[1]).toMatchObject({
      chat_id: 42,
      text: expect.stringContaining('status'),
    });
    service.type(18, 42, 'silent');
    await until(() => heard.length === 3);
    expect(heard).toEqual(['10 42 status', '17 42 /status@desk_bot', '18 42 silent']);
    expect(ignored()).toBe(6);
    const polls = service.of('getUpdates');
    expect(polls[0]).toMatchObject({ offset: 0, timeout: 25, allowed_updates: ['message'] });
    await until(() => expect(service.of('getUpdates').at(-1)).toMatchObject({ offset: 19 }));
    expect(service.of('sendMessage')).toHaveLength(2);
  });

  it('shows in a room what was changed, and says without a figure where it may not write to the person', async () => {
    const service = await new ScriptedTelegram(TOKEN).start();
    const { made } = ears();
    const heard: ChatEars['heard'] = async ({ text }) => {
      if (text === '/exposure') service.closed.add(42);
      return { text: `answer to ${text}`, isForAll: text === '/kill' };
    };
    const chat = new TelegramChat({
      clock: systemClock,
      post: systemPost,
      token: TOKEN,
      ears: { ...made, heard },
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    const room = { chat: { id: -7, type: 'supergroup' } };
    service.type(1, 42, '/kill', room);
    await until(() => service.of('sendMessage').length === 1);
    service.type(2, 42, '/exposure', room);
    await until(() => service.of('sendMessage').length === 3);
    expect(service.of('sendMessage')[0]).toMatchObject({ chat_id: -7, text: 'answer to /kill' });
    expect(service.of('sendMessage').slice(1)).toMatchObject([
      { chat_id: 42, text: 'answer to /exposure' },
      { chat_id: -7, text: expect.stringMatching(/for you alone/) },
    ]);
  });

  it('hears an id below the last one, which a quiet week may bring, once; behind quiet days it asks without an offset', async () => {
    const service = await new ScriptedTelegram(TOKEN).start();
    const { made, heard } = ears();
    const clock = new ManualClock();
    const parts = { clock, post: systemPost, token: TOKEN, ears: made, address: service.address };
    const chat = new TelegramChat(parts);
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    const row = (id: number) => ({
      update_id: id,
      message: {
        message_id: id,
        date: 1,
        from: { id: 42, is_bot: false },
        chat: { id: 7, type: 'private' },
        text: 'silent',
      },
    });
    const rows = (...ids: number[]) => ({ body: { ok: true, result: ids.map(row) } });
    service.next.push(
      { body: { ok: true, result: { username: 'desk_bot' } } },
      rows(900),
      rows(12),
      rows(12),
    );
    chat.start();
    await until(() => clock.pending === 1);
    expect(heard).toEqual(['900 42 silent', '12 42 silent']);
    service.next.push(rows());
    clock.advanceMs(4 * 86_400_000);
    await until(() => expect(service.of('getUpdates').at(-1)).toMatchObject({ offset: 0 }));
  });

  it.each([
    ['fast', 3_600],
    ['slow', -3_600],
  ])(
    'tells the age of a message by its own clock, where the engine’s is an hour %s',
    async (_, secondsOff) => {
      const service = await new ScriptedTelegram(TOKEN).start();
      const ages: (number | undefined)[] = [];
      const { made } = ears();
      const heard: ChatEars['heard'] = async ({ ageUs }) => {
        ages.push(ageUs);
        return undefined;
      };
      const chat = new TelegramChat({
        clock: {
          nowUs: () => systemClock.nowUs() + secondsOff * 1_000_000,
          schedule: (atUs, run) => systemClock.schedule(atUs, run),
        },
        post: systemPost,
        token: TOKEN,
        ears: { ...made, heard },
        address: service.address,
      });
      cleanups.push(
        () => service.stop(),
        () => chat.stop(),
      );
      service.type(1, 42, 'kill', { date: Math.floor(Date.now() / 1_000) - 600 });
      chat.start();
      await until(() => ages.length === 1);
      expect(ages[0]).toBeGreaterThan(590e6);
      expect(ages[0]).toBeLessThan(660e6);
    },
  );

  it('is asked again ever later while it refuses, and not before it says; its token is in no error', async () => {
    const service = await new ScriptedTelegram(TOKEN).start();
    const clock = new ManualClock();
    const { made, standings } = ears();
    const flood = {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests',
      parameters: { retry_after: 7 },
    };
    service.next.push(
      { status: 429, body: flood },
      { body: ['?'] },
      { status: 409, body: { ok: false, description: TOKEN } },
    );
    const chat = new TelegramChat({
      clock,
      post: systemPost,
      token: TOKEN,
      ears: made,
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    await until(() => clock.pending === 1);
    clock.advanceMs(6_999);
    expect(service.got).toHaveLength(1);
    clock.advanceMs(1);
    for (const waitMs of [2_000, 4_000]) {
      await until(() => clock.pending === 1);
      clock.advanceMs(waitMs - 1);
      expect(clock.pending).toBe(1);
      clock.advanceMs(1);
    }
    service.type(1, 42, 'silent');
    await until(() => standings.at(-1) === 'connected');
    expect(standings.slice(0, 3)).toEqual([
      'it answered 429: Too Many Requests',
      'it answered 200 in no known form',
      'another program asks for this bot’s messages, or a webhook is set for it',
    ]);
  });
});

describe('Slack', () => {
  it('gets the answer with the acknowledgement; a command of others is acknowledged and no more', async () => {
    const service = await new ScriptedSlack(APP_TOKEN).start();
    const { made, heard, standings, ignored } = ears();
    const chat = new SlackChat({
      clock: systemClock,
      post: systemPost,
      token: APP_TOKEN,
      command: '/parallax',
      ears: made,
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    await until(() => standings.at(-1) === 'connected');
    service.type('e1', 'U1', 'status');
    service.type('e2', 'U2', 'silent');
    service.type('e3', 'U1', 'kill');
    // Of another slash command of the app.
    service.type('e5', 'U1', 'kill the lights', '/note');
    service.say({ type: 'events_api', envelope_id: 'e4', payload: { event: {} } });
    await until(() => service.got.length === 5);
    const by = (id: string) => service.got.find((one) => one['envelope_id'] === id);
    expect(by('e1')).toEqual({
      envelope_id: 'e1',
      payload: { response_type: 'ephemeral', text: 'you said &lt;status&gt; &amp; more' },
    });
    expect(by('e2')).toEqual({ envelope_id: 'e2' });
    expect(by('e3')).toMatchObject({ payload: { response_type: 'in_channel' } });
    expect(by('e4')).toEqual({ envelope_id: 'e4' });
    expect(by('e5')).toEqual({ envelope_id: 'e5' });
    expect(heard).toEqual(['e1 U1 status', 'e2 U2 silent', 'e3 U1 kill']);
    expect(ignored()).toBe(2);
  });

  it('is opened anew behind a disconnect, and ever later while it refuses', async () => {
    const service = await new ScriptedSlack(APP_TOKEN).start();
    const clock = new ManualClock();
    const { made, standings } = ears();
    service.nextOpen.push(
      { status: 429, headers: { 'retry-after': '30' }, body: { ok: false, error: 'ratelimited' } },
      { body: { ok: true, url: 'not an address' } },
    );
    const chat = new SlackChat({
      clock,
      post: systemPost,
      token: APP_TOKEN,
      command: '/parallax',
      ears: made,
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    await until(() => standings.length === 1);
    clock.advanceMs(29_999);
    expect(service.opened).toBe(1);
    clock.advanceMs(1);
    await until(() => standings.length === 2);
    expect(standings[0]).toBe('it refused: ratelimited');
    clock.advanceMs(2_000);
    await until(() => standings.at(-1) === 'connected');
    service.say({ type: 'disconnect', reason: 'refresh_requested' });
    await until(() => standings.at(-1) === 'the connection ended');
    clock.advanceMs(4_000);
    await until(() => standings.at(-1) === 'connected');
    expect(service.opened).toBe(4);
  });

  it('gets an answer that takes long at the address that it gave for it', async () => {
    const service = await new ScriptedSlack(APP_TOKEN).start();
    const clock = new ManualClock();
    const { made, standings } = ears();
    let answer: () => void = () => undefined;
    const slow: ChatEars = {
      ...made,
      heard: () =>
        new Promise((resolve) => {
          answer = () => resolve({ text: 'KILLED', isForAll: true });
        }),
    };
    const chat = new SlackChat({
      clock,
      post: systemPost,
      token: APP_TOKEN,
      command: '/parallax',
      ears: slow,
      address: service.address,
    });
    cleanups.push(
      () => service.stop(),
      () => chat.stop(),
    );
    chat.start();
    await until(() => standings.at(-1) === 'connected');
    const before = clock.pending;
    service.type('e1', 'U1', 'kill');
    await until(() => clock.pending > before);
    clock.advanceMs(2_000);
    await until(() => service.got.length === 1);
    expect(service.got).toEqual([{ envelope_id: 'e1' }]);
    answer();
    await until(() => service.later.length === 1);
    // The connection is renewed before the next one is answered.
    const waiting = clock.pending;
    service.type('e2', 'U1', 'kill');
    await until(() => clock.pending > waiting);
    service.say({ type: 'disconnect', reason: 'refresh_requested' });
    await until(() => standings.at(-1) === 'the connection ended');
    answer();
    await until(() => service.later.length === 2);
    const killed = { response_type: 'in_channel', text: 'KILLED' };
    expect(service.later).toEqual([killed, killed]);
    expect(service.got).toHaveLength(1);
  });
});

describe('the bots of an engine', () => {
  it('run on a thread of their own, begin with the token that is stored, and obey a list that was changed at once', async () => {
    const service = await new ScriptedTelegram(TOKEN).start();
    cleanups.push(() => service.stop());
    const kept = new Map([['bot-desk', TOKEN]]);
    const host = new FakeHost({ pauseTrading: () => ({ paused: true }) });
    const saved: unknown[] = [];
    const bots = new Bots({
      clock: systemClock,
      secrets: { get: async (name) => kept.get(name), delete: async (name) => kept.delete(name) },
      bots: [],
      save: async (all) => void saved.push(all),
      carriedOut: { desk: ['1'] },
      saveCarriedOut: async (ids) => void saved.push(ids),
      host: () => host,
      note: () => undefined,
      addresses: { telegram: service.address },
    });
    cleanups.push(() => bots.stop());
    const caller = { role: 'operator', via: 'test' } as const;
    const settings = botSettings.parse({ name: 'desk', kind: 'telegram', people: [ANN] });
    await bots.handlers.saveBot(settings, caller);
    // It was carried out by the engine before this one, and its service did not hear that it came.
    service.type(1, 42, 'pause');
    await until(() => service.of('sendMessage').length === 1);
    service.type(2, 42, 'pause');
    await until(() => service.of('sendMessage').length === 2);
    expect(service.of('sendMessage').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^Not carried out again/),
      expect.stringMatching(/^Paused: nothing new/),
    ]);
    expect(saved).toContainEqual({ desk: ['1', '2'] });
    expect(host.audited).toMatchObject([
      { actor: 'operator via bot desk: Ann (42)', action: 'pauseTrading' },
    ]);
    const standing = await until(async () => {
      const { bots: list } = await bots.handlers.listBots({}, caller);
      expect(list[0]).toMatchObject({ isConnected: true, commands: 2, secret: 'present' });
      return list;
    });
    expect(JSON.stringify([standing, saved])).not.toContain(TOKEN);
    await bots.handlers.saveBot({ ...settings, people: [] }, caller);
    service.type(3, 42, 'pause');
    await until(() => expect(service.of('getUpdates').at(-1)).toMatchObject({ offset: 4 }));
    expect(host.audited).toHaveLength(1);
    await bots.handlers.removeBot({ name: 'desk' }, caller);
    expect(kept.size).toBe(0);
  });

  it('do not ask a locked keychain again with each look of a window', async () => {
    let asked = 0;
    const locked = async (): Promise<string> => {
      asked++;
      throw new Error('the owner said no');
    };
    const clock = new ManualClock();
    const bots = new Bots({
      clock,
      secrets: { get: locked, delete: async () => false },
      bots: [botSettings.parse({ name: 'desk', kind: 'telegram', people: [ANN] })],
      save: async () => undefined,
      carriedOut: {},
      saveCarriedOut: async () => undefined,
      host: () => new FakeHost({}),
      note: () => undefined,
    });
    cleanups.push(() => bots.stop());
    const caller = { role: 'operator', via: 'test' } as const;
    for (let look = 0; look < 3; look++)
      expect(await bots.handlers.listBots({}, caller)).toMatchObject({ bots: [{ secret: 'unreadable' }] });
    expect(asked).toBe(1);
    clock.advanceMs(31_000);
    await bots.handlers.listBots({}, caller);
    expect(asked).toBe(2);
  });

  it.each([
    [{ kind: 'telegram', people: [{ id: 'U123', name: 'Ann' }] }, /other service/],
    [{ kind: 'slack', people: [{ id: '123', name: 'Ann' }] }, /other service/],
    [{ kind: 'telegram', people: [ANN, { ...ANN, name: 'Bo' }] }, /one id twice/],
    [{ kind: 'telegram', people: [{ id: '1', name: 'a\nb' }] }, /must be a name/],
  ])('refuse people that do not fit: %j', (change, problem) => {
    const read = botSettings.safeParse({ name: 'desk', ...change });
    expect(read.error?.issues[0]?.message).toMatch(problem);
  });
});
