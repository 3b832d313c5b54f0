import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHANNEL_KINDS } from '../contract/channel-operations.ts';
import { sentBy } from './answers.ts';
import { readSecret, SECRET_PARTS } from './channel-secret.ts';
import { messageOf, type PostKind } from './messages.ts';
import type { Notice } from './notice.ts';
import { isPrivate } from '../lib/own-network.ts';

const NOTICE: Notice = {
  id: 'demo-7',
  severity: 'critical',
  title: 'Killed <b>@everyone</b> *now*',
  detail: 'by [operator](https://evil.example) & others',
  venue: 'kraken',
  symbol: 'BTC/USD',
  atUs: 1_700_000_000_000_000,
  profile: 'demo',
  isSimulated: true,
};
const NOW_US = 1_700_000_100_000_000;
const TOKEN = `123456:${'a'.repeat(35)}`;
const SECRETS: Readonly<Record<(typeof CHANNEL_KINDS)[number], readonly string[]>> = {
  webhook: ['https://desk.example/hook', 'a-signing-secret-of-16'],
  telegram: [TOKEN, '-1001234'],
  discord: ['https://discord.example/api/webhooks/1/x'],
  slack: ['https://hooks.example/services/1/x'],
  teams: ['https://flow.example/1'],
  email: [
    'smtps://mail.example',
    'desk',
    'a password',
    'parallax@desk.example',
    'a@desk.example, b@desk.example',
  ],
};
const sent = (kind: PostKind, change: Partial<Notice> = {}) => {
  const message = messageOf(kind, SECRETS[kind], { ...NOTICE, ...change }, NOW_US);
  return { message, body: JSON.parse(message.body) as Record<string, unknown> };
};

describe('a message', () => {
  it('of the webhook is signed over its time and its bytes', () => {
    const { message, body } = sent('webhook');
    expect(body).toEqual({ version: 1, ...NOTICE });
    const { 'x-parallax-timestamp': time, 'x-parallax-signature': signature } = message.headers;
    expect(time).toBe('1700000100');
    const hash = createHmac('sha256', 'a-signing-secret-of-16')
      .update(`${time}.${message.body}`)
      .digest('hex');
    expect(signature).toBe(`sha256=${hash}`);
  });

  it('of each channel mentions no one and holds no markup or link of the text', () => {
    expect(sent('telegram').body['text']).toContain(
      'Killed &lt;b&gt;@everyone&lt;/b&gt; *now* (simulated market)',
    );
    expect(sent('telegram').message.url).toBe(`https://api.telegram.org/bot${TOKEN}/sendMessage`);
    const { body } = sent('discord');
    expect(body['allowed_mentions']).toEqual({ parse: [] });
    expect(body['content']).toContain(String.raw`\*now\*`);
    expect(body['content']).toContain(String.raw`\[operator\]\(https://evil\.example\)`);
    expect(sent('slack').message.body).toContain('"type":"plain_text"');
    expect(sent('slack').body['text']).not.toMatch(/<(?!\/?b&)/);
    expect(sent('teams').message.body).toContain(String.raw`\\[operator\\]`);
  });

  it('is cut to what its channel takes, whatever is in it', () => {
    const long = '*<&😀'.repeat(5_000);
    const lengthOf = (kind: PostKind, field: string): number =>
      String(sent(kind, { title: long, detail: long }).body[field]).length;
    expect(lengthOf('telegram', 'text')).toBeLessThanOrEqual(4_096 * 2);
    expect(lengthOf('discord', 'content')).toBeLessThanOrEqual(2_000);
    expect(Buffer.byteLength(sent('teams', { detail: long }).message.body)).toBeLessThan(28_000);
  });
});

describe('an answer', () => {
  const answer = (status: number, body = '', retryAfter?: string) => ({ status, body, retryAfter });
  it.each([
    ['discord', answer(204), { kind: 'delivered' }],
    ['teams', answer(202), { kind: 'delivered' }],
    ['slack', answer(200, 'ok'), { kind: 'delivered' }],
    ['slack', answer(200, '<html>'), { kind: 'refused' }],
    ['slack', answer(403, 'invalid_token'), { kind: 'refused', reason: 'answered 403' }],
    ['telegram', answer(200, '{"ok":true}'), { kind: 'delivered' }],
    ['telegram', answer(200, '{"ok":false}'), { kind: 'refused' }],
    [
      'telegram',
      answer(429, '{"ok":false,"parameters":{"retry_after":7}}'),
      { kind: 'again', afterMs: 7_000 },
    ],
    ['discord', answer(429, '{"retry_after":0.5}'), { kind: 'again', afterMs: 500 }],
    ['discord', answer(429, '{"retry_after":1e12}'), { kind: 'again', afterMs: 600_000 }],
    ['webhook', answer(503, '', '3'), { kind: 'again', afterMs: 3_000 }],
    ['webhook', answer(503, '', 'soon'), { kind: 'again', afterMs: undefined }],
    ['webhook', answer(302), { kind: 'refused' }],
    ['webhook', answer(404), { kind: 'refused' }],
  ] as const)('of %s, %j, means %j', (kind, given, expected) => {
    expect(sentBy(kind, given)).toMatchObject(expected);
  });
});

describe('a secret', () => {
  it.each(CHANNEL_KINDS)(
    'of %s is read line by line, and what does not fit is named without a part of it',
    (kind) => {
      expect(readSecret(kind, SECRETS[kind].join('\n'))).toEqual({ values: SECRETS[kind] });
      const wrong = readSecret(kind, 'my-secret-value');
      expect(wrong).toEqual({ problem: `needs the ${SECRET_PARTS[kind][0]?.title} on a line of its own` });
      expect(readSecret(kind, [...SECRETS[kind], 'more'].join('\n'))).toHaveProperty('problem');
    },
  );

  it.each(['https://hooks.example:0/x', 'https://hooks..example/x', 'ftp://hooks.example/x'])(
    'of a webhook is not %s',
    (text) => expect(readSecret('slack', text)).toHaveProperty('problem'),
  );
});

it.each([
  ['127.0.0.1', true],
  ['10.1.2.3', true],
  ['169.254.169.254', true],
  ['::1', true],
  ['::ffff:10.0.0.1', true],
  ['fd00::1', true],
  ['8.8.8.8', false],
  ['2606:4700::1111', false],
  ['no address', true],
])('the address %s is private: %s', (ip, expected) => {
  expect(isPrivate(ip)).toBe(expected);
});
