/** What the thread that trades and the one that writes say to each other. */
import type { ChainAmendment, JournalCommit, KeptSetting } from '../chain/chain-store.ts';
import type { ChainState, SettingState } from '../chain/heads.ts';
import type { WriteQuery } from '../put-rows.ts';

export type WriteWork =
  /** All of the queries as one transaction. */
  | { readonly kind: 'queries'; readonly queries: readonly WriteQuery[] }
  | { readonly kind: 'commit'; readonly commit: JournalCommit }
  | { readonly kind: 'put'; readonly states: readonly (ChainState | SettingState)[] }
  | { readonly kind: 'keep'; readonly setting: KeptSetting }
  | { readonly kind: 'settle'; readonly profile: string }
  | { readonly kind: 'amend'; readonly amendment: ChainAmendment };

export type WriteRequest = { readonly id: number; readonly work: WriteWork };

export type WriteAnswer = {
  readonly id: number;
  /** Of a commit the number of the last fact, of a settlement the ends. */
  readonly value?: unknown;
  /** What the database or the file system said when it refused: nothing of the request was written then. */
  readonly error?: { readonly code: string; readonly message: string };
};
