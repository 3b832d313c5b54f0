/** Channels that bring alerts to people outside the window; part of operations.ts. Addresses and tokens of a channel are secrets: a command sets them. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

export const CHANNEL_KINDS = ['webhook', 'telegram', 'discord', 'slack', 'teams', 'email'] as const;
export const channelKind = z.enum(CHANNEL_KINDS);
export type ChannelKind = z.infer<typeof channelKind>;
export const channelName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name such as "desk" (letters, digits and hyphens)');
/** Minutes of a day in UTC, such as 22:30. */
const dayTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of the day in UTC such as "22:30"');

export const channelSettings = z.strictObject({
  name: channelName,
  kind: channelKind,
  isOn: z.boolean().default(true),
  /** Alerts of this severity and worse. */
  severity: z.enum(['critical', 'warning', 'info']).default('warning'),
  /** From one time to the other, over midnight too, only critical alerts are sent; null: never. */
  quiet: z.strictObject({ from: dayTime, to: dayTime }).nullable().default(null),
  /** Addresses within this machine or its network may be called. */
  allowsPrivate: z.boolean().default(false),
});
export type ChannelSettings = z.infer<typeof channelSettings>;

export const MAX_CHANNELS = 10;

export const channelStanding = channelSettings.extend({
  /** `unreadable`: the keychain cannot be asked, or what it holds does not fit the kind. */
  secret: z.enum(['present', 'absent', 'unreadable']),
  problem: z.string(),
  setWith: z.string(),
  /** Since the engine started. */
  sent: z.number().int(),
  failed: z.number().int(),
  waiting: z.number().int(),
  /** Why the last one did not arrive; empty: it did, or none was sent. */
  lastError: z.string(),
  lastSentUs: timeUs.nullable(),
});
export type ChannelStanding = z.infer<typeof channelStanding>;

const channels = z.object({ channels: z.array(channelStanding) });

export const channelOperations = {
  listChannels: {
    summary: 'Channels of notifications and how each stands; never a part of an address or token.',
    input: z.strictObject({}),
    output: channels,
    role: 'operator',
    changes: false,
  },
  saveChannel: {
    summary: 'Adds a channel of notifications, or replaces the settings of the one of that name.',
    input: channelSettings,
    output: channels,
    role: 'operator',
    changes: true,
  },
  removeChannel: {
    summary: 'Removes a channel of notifications and its secret.',
    input: z.strictObject({ name: channelName }),
    output: channels,
    role: 'operator',
    changes: true,
  },
  testChannel: {
    summary: 'Sends a test by a channel at once and waits for its answer, in quiet hours too.',
    input: z.strictObject({ name: channelName }),
    output: z.object({ delivered: z.boolean(), detail: z.string() }),
    role: 'operator',
    changes: true,
  },
} as const;
