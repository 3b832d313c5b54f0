import type { Kysely } from 'kysely';
import type { ChainStore } from './chain/chain-store.ts';
import type { ChainHeads } from './chain/heads.ts';
import type { WriteQuery } from './put-rows.ts';
import type { Schema } from './schema.ts';

export type StorageKind = 'sqlite' | 'postgres';

/** What queries need of a database: a connection that reads. */
export type Readable = { readonly db: Kysely<Schema> };

/** Where another connection to the same database is made. Never shown: an address holds a password. */
export type DatabaseSource =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }
  /** In memory: there is no other connection. */
  | { readonly kind: 'memory' };

export type Database = {
  readonly kind: StorageKind;
  /** File path or URL for a person to read; a password is blotted out. */
  readonly location: string;
  readonly source: DatabaseSource;
  /** For reading, and for what needs no transaction. */
  readonly db: Kysely<Schema>;
  /** The ends of its hash chains, kept outside of it; only read here. */
  readonly heads: ChainHeads;
  /** What a journal writes, on the thread that writes. */
  readonly chains: ChainStore;
  /**
   * All of `queries` or none, durable when it resolves.
   * @throws UserError with what the database said; nothing of it was written then.
   */
  writeAll(queries: readonly WriteQuery[]): Promise<void>;
  close(): Promise<void>;
};
