/** What the weekly training needs of its engine. */
import type { OperationHandlers } from '../../contract/operations.ts';
import type { AuditEntry } from '../../contract/records.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RegisteredTraining } from './newest-recording.ts';
import type { StoredRetraining } from './stored.ts';

export type RetrainingParts = {
  readonly clock: Clock;
  readonly stored: readonly StoredRetraining[];
  /** Durable when it resolves. */
  readonly save: (all: readonly StoredRetraining[]) => Promise<void>;
  readonly handlers: () => Pick<
    OperationHandlers,
    'startTraining' | 'resumeJob' | 'listRecordings' | 'listJobs'
  >;
  /** @throws UserError where none was recorded. */
  readonly trainingOf: (name: string, file: string) => Promise<RegisteredTraining>;
  /** Why a long work must wait now; empty: it need not. */
  readonly busy: () => string;
  /** Runs a version in shadow in the session. @throws UserError where it cannot. */
  readonly shadow: (asked: ShadowAsked) => Promise<Shadow>;
  /** Takes strategies out of the session that run in shadow. @returns those that it could not take away yet. */
  readonly retire: (strategies: readonly string[]) => Promise<readonly string[]>;
  readonly audit: (entry: AuditEntry) => Promise<unknown>;
  readonly note: (text: string) => void;
};

export type ShadowAsked = {
  readonly name: string;
  readonly sha256: string;
  readonly market: string;
  /** Those that a schedule set: of this name, and of the version before or not taken away yet. */
  readonly own: readonly string[];
  /** One of this version that runs already was set by a schedule, whose engine ended before it had noted that. */
  readonly isClaimed: boolean;
  /** Called before one is set; durable when it resolves. */
  readonly claim: () => Promise<void>;
};
export type Shadow = {
  readonly strategy: string;
  /** By a schedule: what a person set is theirs, and no training ends it. */
  readonly isOwn: boolean;
};
