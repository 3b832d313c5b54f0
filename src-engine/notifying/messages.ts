/**
 * A notice in the form of each channel. Every text is escaped for its channel, so that a symbol, a venue's reason or a name never
 * becomes a link, a mention or markup there, and is cut to what the channel takes. Pure.
 */
import { createHmac } from 'node:crypto';
import type { ChannelKind } from '../contract/channel-operations.ts';
import type { Notice } from './notice.ts';

/** Those that take a POST: the rest is e-mail. */
export type PostKind = Exclude<ChannelKind, 'email'>;

export type Message = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** Telegram takes 4,096 characters, Discord 2,000, Slack 3,000 a block, Teams 28 KB a card. */
const MAX_TEXT = 1_500;
const TELEGRAM = 'https://api.telegram.org';
/** Bytes of the signed webhook's form: another form gets another number. */
const WEBHOOK_VERSION = 1;

const MARKS = { critical: '🔴', warning: '🟠', info: '🔵' } as const;

/** @param values the lines of the channel's secret. @param nowUs of the signature. */
export function messageOf(
  kind: PostKind,
  values: readonly string[],
  notice: Notice,
  nowUs: number,
  telegram: string = TELEGRAM,
): Message {
  const [first = '', second = ''] = values;
  switch (kind) {
    case 'webhook':
      return webhook(first, second, notice, nowUs);
    case 'telegram':
      return json(`${telegram}/bot${first}/sendMessage`, {
        chat_id: second,
        text: `<b>${angled(headOf(notice))}</b>\n${angled(bodyOf(notice))}`,
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
      });
    case 'discord':
      return json(first, {
        content: `**${markedWithin(headOf(notice), 300)}**\n${markedWithin(bodyOf(notice), MAX_TEXT)}`,
        // No text of ours calls anybody.
        allowed_mentions: { parse: [] },
      });
    case 'slack':
      return json(first, {
        text: angled(headOf(notice)),
        blocks: [headOf(notice), bodyOf(notice)].map((text) => ({
          type: 'section',
          // Plain text is not read for markup.
          text: { type: 'plain_text', text, emoji: false },
        })),
      });
    case 'teams':
      return json(first, teamsCard(notice));
  }
}

export function headOf({ severity, title, isSimulated }: Notice): string {
  return cut(`${MARKS[severity]} ${title}${isSimulated ? ' (simulated market)' : ''}`, 200);
}

export function bodyOf({ detail, venue, symbol, profile, atUs }: Notice): string {
  const where = [profile, venue, symbol].filter((part) => part !== '').join(', ');
  return cut(
    [detail, `${where} · ${new Date(atUs / 1_000).toISOString()}`].filter(Boolean).join('\n'),
    MAX_TEXT,
  );
}

function json(url: string, body: object): Message {
  return { url, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Signed over the time and the bytes: a receiver refuses what is too old or not ours. */
function webhook(url: string, secret: string, notice: Notice, nowUs: number): Message {
  const body = JSON.stringify({ version: WEBHOOK_VERSION, ...notice });
  const seconds = String(Math.floor(nowUs / 1_000_000));
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return {
    url,
    headers: {
      'content-type': 'application/json',
      'x-parallax-timestamp': seconds,
      'x-parallax-signature': `sha256=${signature}`,
      'x-parallax-id': notice.id,
    },
    body,
  };
}

function teamsCard(notice: Notice): object {
  const block = (text: string, extra: object): object => ({
    type: 'TextBlock',
    text: marked(text),
    wrap: true,
    ...extra,
  });
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [block(headOf(notice), { weight: 'Bolder' }), block(bodyOf(notice), {})],
        },
      },
    ],
  };
}

/** HTML of Telegram, and Slack's own form. */
function angled(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Markdown of Discord and of cards: each of its signs is shown as it is. */
function marked(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]()#+\-.!|>~<@]/g, String.raw`\$&`);
}

/** Each sign may become two. */
function markedWithin(text: string, length: number): string {
  const whole = marked(text);
  return whole.length <= length ? whole : marked(cut(text, Math.floor(length / 2)));
}

function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // No sign of two units is cut in the middle.
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
