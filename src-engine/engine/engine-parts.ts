/** What an engine is made of: the composition root brings it. */
import type { KeyStanding } from '../contract/key-operations.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from '../storage/database-types.ts';
import type { EngineLease } from '../storage/lease/engine-lease.ts';
import type { ChosenProfile, EngineControls, PlanControls } from './controls.ts';
import type { EngineLog } from './history/engine-log.ts';
import type { FactLog } from './history/fact-log.ts';
import type { CancelAccounts } from './kill/kill-without-session.ts';
import type { OutsiderParts } from './outsiders.ts';
import type { CancelScope } from './kill/cancel-scope.ts';
import type { LeaseStanding } from './status.ts';
import type { TradingSession } from './trading-session.ts';

export type EngineParts = {
  readonly database: Database;
  readonly clock: Clock;
  readonly recordingsDir: string;
  readonly commandLine: EngineControls['commandLine'];
  readonly intents: EngineControls['intents'];
  /** Builds the session of a profile; its market is reached by then. */
  assemble(chosen: ChosenProfile, facts: FactLog, killed: boolean): Promise<TradingSession>;
  /** Cancels what a profile's accounts have open at their venues, where no session of it could. */
  readonly cancelAccounts: CancelAccounts;
  readonly knownVenues: EngineControls['knownVenues'];
  readonly plans: PlanControls;
  readonly secrets: OutsiderParts['secrets'];
  /** On a database that other engines can reach. */
  readonly lease: (LeaseStanding & Pick<EngineLease, 'onLost' | 'onDoubt' | 'takenBy'>) | undefined;
  /** How far a cancel of everything reaches. */
  readonly scope: CancelScope;
  /** Which keys the keychain holds; what they may do is the session's to know. */
  readonly keys: () => Promise<KeyStanding[]>;
  readonly log: EngineLog;
};
