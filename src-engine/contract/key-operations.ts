/** What is known of API keys, without ever a part of one; part of the table in operations.ts. */
import { z } from 'zod';

export const keyStanding = z.object({
  /** Name of the entry in the keychain. */
  entry: z.string(),
  /** Whose protocol it is for, and whether it is for a local exchange in its place. */
  venue: z.string(),
  isLocal: z.boolean(),
  title: z.string(),
  /** `unreadable`: the keychain cannot be asked, or what it holds is not a key. */
  state: z.enum(['present', 'absent', 'unreadable']),
  /** Why it is unreadable, and what to do; empty otherwise. */
  problem: z.string(),
  /** What the venue said of it when its profile began: null while no session uses it. */
  permissions: z.array(z.string()).readonly().nullable(),
  /** A key never goes through a window: these commands set, check and delete it. */
  setWith: z.string(),
  checkWith: z.string(),
  deleteWith: z.string(),
});
export type KeyStanding = z.infer<typeof keyStanding>;

export const keyOperations = {
  getKeys: {
    summary: 'API keys in the keychain and their permissions; never a part of a key.',
    input: z.strictObject({}),
    output: z.object({ keys: z.array(keyStanding) }),
    // The keychain may prompt its owner: a read-only client must not cause that.
    role: 'operator',
    changes: false,
  },
} as const;
