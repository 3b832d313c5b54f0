/** What a journal asks of its database's writer: commits in which both chains grow, and the lines about their ends. */
import type { AuditEntry } from '../../contract/records.ts';
import type { Scope } from '../projection.ts';
import type { WriteQuery } from '../put-rows.ts';
import type { ChainState, SettingState } from './heads.ts';
import type { ChainName } from './links.ts';

/** One transaction of a journal. */
export type JournalCommit = {
  readonly scope: Scope;
  /** Facts as JSON text: nothing else of them is needed on the way to another thread. */
  readonly facts: readonly string[];
  readonly audit: readonly AuditEntry[];
};

/** What an operator's acknowledgement changes. */
export type ChainAmendment = Pick<ChainState, 'anchor' | 'broken'> & {
  readonly profile: string;
  readonly chain: ChainName;
};

/** A setting as it is from now on, and what changes together with it. */
export type KeptSetting = {
  readonly key: string;
  readonly json: string;
  readonly query: WriteQuery;
  readonly also: readonly WriteQuery[];
};

export type ChainStore = {
  /**
   * All of it or nothing, durable when it resolves to the number of the profile's last fact. The ends before and after it
   * are noted outside of the database first. One commit of a profile at a time.
   * @throws UserError with what the database or the file system said.
   */
  commit(commit: JournalCommit): Promise<number>;
  /** The ends, or hashes of settings, from here on; on the disk when it resolves. */
  put(states: readonly (ChainState | SettingState)[]): Promise<void>;
  /** Durable when it resolves, all or nothing; what the row holds is noted outside of the database first. @throws UserError */
  keep(setting: KeptSetting): Promise<void>;
  /** The ends of a profile as they are now; on the disk when it resolves. */
  settle(profile: string): Promise<readonly ChainState[]>;
  amend(amendment: ChainAmendment): Promise<void>;
};
