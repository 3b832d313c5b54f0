import type { CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export type StorageKind = 'sqlite' | 'postgres';

export type Database = {
  readonly kind: StorageKind;
  /** File path or URL for a person to read; a password is blotted out. */
  readonly location: string;
  /** For reading, and for what needs no transaction. */
  readonly db: Kysely<Schema>;
  /**
   * All of `queries` or none, durable when it resolves.
   * @throws UserError with what the database said; nothing of it was written then.
   */
  writeAll(queries: readonly CompiledQuery[]): Promise<void>;
  close(): Promise<void>;
};
