import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelSettings } from '../contract/channel-operations.ts';
import { ManualClock } from '../gateway/testing/fake-host.ts';
import { until } from '../testing/until.ts';
import { isMailAddress, letterOf, mailServer, receiversOf } from './letter.ts';
import { type MailOptions, systemMail } from './mail.ts';
import type { Notice } from './notice.ts';
import { Notifier } from './notifier.ts';
import { hasSmtpServer, type SmtpServer, startSmtpServer } from './testing/smtp-server.ts';

const NOTICE: Notice = {
  id: 'demo-7',
  severity: 'critical',
  title: 'Trading halted: spread 1,5 ‰ über',
  detail: 'see https://evil.example or call me@evil.example\n.\nline of a dot',
  venue: 'kraken',
  symbol: 'BTC/USD',
  atUs: 1_700_000_000_000_000,
  profile: 'demo',
  isSimulated: true,
};
const secretOf = (server: string, to = 'a@desk.example', password = 'right pass-word'): string[] => [
  server,
  'desk',
  password,
  'parallax@desk.example',
  to,
];

const isRequired = process.env['PARALLAX_TEST_ALL'] === '1';
const name = 'an e-mail over a real SMTP server (needs python3-aiosmtpd and openssl)';
describe.skipIf(!isRequired && !hasSmtpServer())(name, () => {
  let server: SmtpServer;
  beforeAll(async () => {
    server = await startSmtpServer();
  });
  afterAll(() => server?.stop());
  beforeEach(() => {
    server.messages.length = 0;
    server.logins.length = 0;
  });
  const address = (port: string, scheme = 'smtp'): string => `${scheme}://localhost:${server.ports[port]}`;
  const send = (
    secret: readonly string[],
    change: Partial<Notice> = {},
    options: Partial<MailOptions> = {},
  ) =>
    systemMail(letterOf(secret, { ...NOTICE, ...change }), {
      allowsPrivate: true,
      ca: server.ca,
      ...options,
    });

  it('arrives over TLS with a login, over STARTTLS with one, and at a relay without either', async () => {
    const plain = secretOf(address('relay')).with(1, 'none').with(2, 'none');
    for (const secret of [
      secretOf(address('smtps', 'smtps'), 'a@desk.example, b@desk.example'),
      secretOf(address('starttls')),
      plain,
    ])
      expect(await send(secret)).toEqual({ kind: 'delivered' });
    await until(() => server.messages.length === 3);
    expect(server.messages.map(({ port, to }) => [port, ...to])).toEqual([
      ['smtps', 'a@desk.example', 'b@desk.example'],
      ['starttls', 'a@desk.example'],
      ['relay', 'a@desk.example'],
    ]);
    expect(server.logins).toEqual([
      { port: 'smtps', login: 'desk', right: true },
      { port: 'starttls', login: 'desk', right: true },
    ]);
    const [first, second] = server.messages;
    expect(first?.subject).toBe('🔴 Trading halted: spread 1,5 ‰ über (simulated market)');
    expect(first?.from).toBe('parallax@desk.example');
    expect(first?.headers).toContain('auto-submitted');
    expect(first?.body.replaceAll('\r\n', '\n')).toContain('\n.\nline of a dot\n');
    expect(first?.body).not.toMatch(/:\/\/|@/);
    expect(first?.body).toContain('kraken, BTC/USD');
    // Whoever gets it twice can see that it is the same.
    expect(second?.id).toBe(first?.id);
  });

  it('takes no header, receiver or second message out of a text', async () => {
    const title =
      'x\r\nBcc: spy@evil.example\r\n\r\nRCPT TO:<spy@evil.example>\u2028\u0085Cc: spy@evil.example';
    const detail = 'a\r\n.\r\nMAIL FROM:<spy@evil.example>\r\n';
    expect(await send(secretOf(address('starttls')), { title, detail })).toEqual({ kind: 'delivered' });
    await until(() => server.messages.length > 0);
    expect(server.messages).toHaveLength(1);
    const [message] = server.messages;
    expect(message?.to).toEqual(['a@desk.example']);
    expect(message?.headers.filter((one) => one === 'bcc' || one === 'cc')).toEqual([]);
    expect(message?.subject.startsWith('🔴 x Bcc: spy@evil.example RCPT')).toBe(true);
  });

  it('is refused for good by a 5xx, tried again after a 4xx, and says neither who nor with what', async () => {
    const to = (receivers: string) => send(secretOf(address('starttls'), receivers));
    const wrong = await send(secretOf(address('starttls'), 'a@desk.example', 'wrong'));
    expect(wrong).toEqual({ kind: 'refused', reason: 'answered 535 to the login' });
    expect(await to('no@desk.example')).toEqual({ kind: 'refused', reason: 'answered 550' });
    expect(await to('never@desk.example')).toEqual({ kind: 'again', reason: 'answered 450' });
    const part = await to('a@desk.example,no@desk.example');
    expect(part).toEqual({ kind: 'refused', reason: '1 of 2 receivers were refused' });
    await until(() => server.messages.length === 1);
  });

  it('waits in its channel while the server says later, and arrives once', async () => {
    const clock = new ManualClock();
    const settings = channelSettings.parse({ name: 'mail', kind: 'email', allowsPrivate: true });
    const notifier = new Notifier({
      clock,
      post: () => Promise.reject(new Error('no POST')),
      mail: (letter, options) => systemMail(letter, { ...options, ca: server.ca }),
      secrets: {
        get: () => Promise.resolve(secretOf(address('starttls'), 'later@desk.example').join('\n')),
        delete: () => Promise.resolve(true),
      },
      channels: [settings],
      save: () => Promise.resolve(),
    });
    notifier.notify([NOTICE]);
    await until(() => clock.pending === 1);
    expect(server.messages).toEqual([]);
    clock.advanceMs(2_000);
    await until(() => notifier.counts()[0]?.sent === 1 && server.messages.length > 0);
    expect(server.messages).toHaveLength(1);
  });

  it('shows no password to a server without TLS or with a certificate that does not hold', async () => {
    expect(await send(secretOf(address('relay')))).toEqual({
      kind: 'refused',
      reason: 'the server offers no TLS that can be trusted',
    });
    for (const place of [address('smtps', 'smtps'), address('starttls')]) {
      const sent = await send(secretOf(place), {}, { ca: undefined });
      expect(sent).toEqual({ kind: 'again', reason: 'its certificate is not trusted' });
      const named = place.replace('localhost', '127.0.0.1');
      expect(await send(secretOf(named))).toMatchObject({ reason: 'its certificate is not trusted' });
    }
    expect([server.logins, server.messages]).toEqual([[], []]);
  });
});

describe('a mail server', () => {
  it('that says nothing or is not there costs its time, and one of this machine is called where that is allowed', async () => {
    // Reads, so that it sees its clients go.
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const send = (url: string, options: Partial<MailOptions> = {}) =>
      systemMail(letterOf(secretOf(url), NOTICE), { allowsPrivate: true, timeoutMs: 50, ...options });
    for (const scheme of ['smtp', 'smtps']) {
      const reason = 'no answer within 0.05 s';
      expect(await send(`${scheme}://localhost:${port}`)).toEqual({ kind: 'again', reason });
    }
    for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]']) {
      expect(await send(`smtp://${host}:${port}`, { allowsPrivate: false, timeoutMs: 10_000 })).toEqual({
        kind: 'refused',
        reason: 'the address is of this machine or its network, which this channel does not allow',
      });
    }
    silent.close();
    await new Promise((resolve) => silent.once('close', resolve));
    expect(await send(`smtp://127.0.0.1:${port}`, { timeoutMs: 10_000 })).toEqual({
      kind: 'again',
      reason: 'the connection failed (ECONNREFUSED)',
    });
  });

  it.each([
    ['smtps://mail.example', { host: 'mail.example', port: 465, isSecure: true }],
    ['smtp://mail.example', { host: 'mail.example', port: 587, isSecure: false }],
    ['SMTP://[2001:db8::1]:25/', { host: '2001:db8::1', port: 25, isSecure: false }],
    ['mail.example:465', undefined],
    ['https://mail.example', undefined],
    ['smtp://user:password@mail.example', undefined],
    ['smtp://mail.example:0', undefined],
    ['smtp://mail..example', undefined],
    ['smtp://-mail.example', undefined],
    ['smtp://300.0.0.1', undefined],
    ['smtp://10.0.0.5:25', { host: '10.0.0.5', port: 25, isSecure: false }],
    ['smtp://mail.example:70000', undefined],
    ['smtp://mail.example/path', undefined],
    ['smtp://mail.example?x', undefined],
    ['smtp://[not.an.ip]', undefined],
    ['smtp://mail .example', undefined],
  ])('is read from %s', (text, expected) => {
    expect(mailServer(text)).toEqual(expected);
  });

  it.each([
    ['a@desk.example', true],
    ["o'neil+alerts@desk.example", true],
    ['root@localhost', true],
    ['a', false],
    ['a@', false],
    ['Desk <a@desk.example>', false],
    ['a@desk.example\r\nBcc: b@desk.example', false],
    ['a@desk.example>,<b@desk.example', false],
    ['"a b"@desk.example', false],
    ['a@desk.example (comment)', false],
    ['a..b@desk.example', false],
    ['a@b..c', false],
    ['a@.desk.example', false],
    ['a@desk-.example', false],
    ['a@desk.example.', false],
    ['a@10.0.0.5', false],
    ['a@desk.5', false],
    [`${'a'.repeat(65)}@desk.example`, false],
    ['-', false],
    [`${'a'.repeat(250)}@desk.example`, false],
  ])('takes %j for an address: %s', (text, expected) => {
    expect(isMailAddress(text)).toBe(expected);
    expect(receiversOf(`x@desk.example, ${text}`) !== undefined).toBe(expected);
  });

  it('sends to a few and no more', () => {
    expect(receiversOf(Array.from({ length: 5 }, (_, n) => `a${n}@x.example`).join(','))).toHaveLength(5);
    expect(receiversOf(Array.from({ length: 6 }, (_, n) => `a${n}@x.example`).join(','))).toBeUndefined();
    expect(receiversOf('')).toBeUndefined();
  });
});
