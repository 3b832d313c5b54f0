/** Event buses: the journal of every profile published to a broker; part of operations.ts. A broker's address is a secret: a command sets it. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';
import { channelName } from './channel-operations.ts';

export const BUS_KINDS = ['redis', 'rabbitmq'] as const;
export const busKind = z.enum(BUS_KINDS);
export type BusKind = z.infer<typeof busKind>;
export const MAX_BUSES = 4;

export const busSettings = z.strictObject({
  name: channelName,
  kind: busKind,
  isOn: z.boolean().default(true),
  /** The stream of Redis; exchange and queue of RabbitMQ. */
  topic: z
    .string()
    .regex(/^[A-Za-z][\w.:-]{0,99}$/, 'must be a name such as "parallax.events" (letters, digits, . : - _)')
    .default('parallax.events'),
  /** Messages that the broker keeps; older ones give way there. */
  keep: z.number().int().min(1_000).max(100_000_000).default(1_000_000),
});
export type BusSettings = z.infer<typeof busSettings>;

export const busStanding = busSettings.extend({
  secret: z.enum(['present', 'absent', 'unreadable']),
  setWith: z.string(),
  /** Facts since the engine started that the broker confirmed, and tries that failed. */
  published: z.number().int(),
  failed: z.number().int(),
  /** Facts of the journal that it has not confirmed yet. */
  backlog: z.number().int(),
  /** Why the last try failed; empty: it did not. */
  lastError: z.string(),
  lastPublishedUs: timeUs.nullable(),
});
export type BusStanding = z.infer<typeof busStanding>;

const buses = z.object({ buses: z.array(busStanding) });

export const busOperations = {
  listBuses: {
    summary: 'Event buses and how each stands; never a part of an address.',
    input: z.strictObject({}),
    output: buses,
    role: 'operator',
    changes: false,
  },
  saveBus: {
    summary:
      'Adds an event bus, which begins with what happens from now on, or replaces the settings of the one of that name.',
    input: busSettings,
    output: buses,
    role: 'operator',
    changes: true,
  },
  removeBus: {
    summary: 'Removes an event bus, its address and its place in the journal.',
    input: z.strictObject({ name: channelName }),
    output: buses,
    role: 'operator',
    changes: true,
  },
} as const;
