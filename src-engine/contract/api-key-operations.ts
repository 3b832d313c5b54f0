/** Keys of the API, without ever a part of one: whoever makes a key keeps it, and the engine its SHA-256; part of operations.ts. */
import { z } from 'zod';
import { timeUs } from '../domain/value-schemas.ts';

const scope = z.enum(['read', 'stop', 'trade', 'admin']);
export type KeyScope = z.infer<typeof scope>;
export const apiKeyName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a name such as "research" (letters, digits and hyphens)');

export const apiKey = z.object({
  name: apiKeyName,
  scope,
  createdUs: timeUs,
  /** Null: until it is revoked. */
  expiresUs: timeUs.nullable(),
  revokedUs: timeUs.nullable(),
  /** Since the engine started; null: not since then. */
  lastUsedUs: timeUs.nullable(),
});
export type ApiKey = z.infer<typeof apiKey>;

/** Keys that are valid at the same time. */
export const MAX_API_KEYS = 50;

const keys = z.object({ keys: z.array(apiKey) });

export const apiKeyOperations = {
  listApiKeys: {
    summary: 'Keys of the API with their scopes, the revoked ones as well; never a part of a key.',
    input: z.strictObject({}),
    output: keys,
    role: 'operator',
    changes: false,
  },
  addApiKey: {
    summary:
      'Adds a key of the API by the SHA-256 of its text, so that the key itself stays with whoever made it.',
    input: z.strictObject({
      name: apiKeyName,
      scope,
      digest: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of the key in hexadecimal digits'),
      expiresUs: timeUs.optional(),
    }),
    output: keys,
    role: 'operator',
    changes: true,
  },
  revokeApiKey: {
    summary: 'Revokes a key of the API at once; its streams end.',
    input: z.strictObject({ name: apiKeyName }),
    output: keys,
    role: 'operator',
    changes: true,
  },
} as const;
