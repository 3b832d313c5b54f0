/** Bots of a chat by which listed people look at an engine and stop it; part of operations.ts. Their tokens are secrets: a command sets them. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';
import { channelName } from './channel-operations.ts';

export const BOT_KINDS = ['telegram', 'slack'] as const;
export const botKind = z.enum(BOT_KINDS);
export type BotKind = z.infer<typeof botKind>;
export const MAX_BOTS = 4;
export const MAX_PEOPLE = 20;

/** As each service gives it: a number at Telegram, U or W and letters at Slack. It never changes, as a name may. */
const personId = z
  .string()
  .regex(
    /^(?:[1-9]\d{0,15}|[UW][A-Z0-9]{2,20})$/,
    'must be an id such as 123456789 (Telegram) or U012ABCDEF (Slack)',
  );
const ID_OF: Readonly<Record<BotKind, RegExp>> = { telegram: /^\d/, slack: /^[UW]/ };

export const botPerson = z.strictObject({
  id: personId,
  /** In the audit trail, beside the id. */
  name: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} .'-]{0,39}$/u, 'must be a name such as "Ann"'),
});
export type BotPerson = z.infer<typeof botPerson>;

export const botSettings = z
  .strictObject({
    name: channelName,
    kind: botKind,
    isOn: z.boolean().default(true),
    /** Others get no answer. */
    people: z.array(botPerson).max(MAX_PEOPLE).default([]),
    /** Of Slack alone: the slash command of the app that is the bot's. Others of the app are ignored. */
    command: z
      .string()
      .regex(/^\/[a-z0-9_-]{1,31}$/, 'must be a slash command such as /parallax')
      .default('/parallax'),
  })
  .refine(({ kind, people }) => people.every(({ id }) => ID_OF[kind].test(id)), {
    path: ['people'],
    message: 'has an id of the other service: Telegram’s are numbers, Slack’s begin with U or W',
  })
  .refine(({ people }) => new Set(people.map(({ id }) => id)).size === people.length, {
    path: ['people'],
    message: 'names one id twice',
  });
export type BotSettings = z.infer<typeof botSettings>;

export const botStanding = z.object({
  ...botSettings.shape,
  secret: z.enum(['present', 'absent', 'unreadable']),
  setWith: z.string(),
  /** It hears the service at this moment. */
  isConnected: z.boolean(),
  /** Since its settings or token last changed: commands of listed people, and messages of others, which were not answered. */
  commands: z.number().int(),
  ignored: z.number().int(),
  /** Why the service was not reached last; empty: it was. */
  lastError: z.string(),
  lastCommandUs: timeUs.nullable(),
});
export type BotStanding = z.infer<typeof botStanding>;

const bots = z.object({ bots: z.array(botStanding) });

export const botOperations = {
  listBots: {
    summary: 'Bots of a chat and how each stands; never a part of a token.',
    input: z.strictObject({}),
    output: bots,
    role: 'operator',
    changes: false,
  },
  saveBot: {
    summary:
      'Adds a bot of a chat, or replaces the settings of the one of that name. Listed people may ask it, acknowledge, pause and kill.',
    input: botSettings,
    output: bots,
    role: 'operator',
    changes: true,
  },
  removeBot: {
    summary: 'Removes a bot of a chat and its token.',
    input: z.strictObject({ name: channelName }),
    output: bots,
    role: 'operator',
    changes: true,
  },
} as const;
