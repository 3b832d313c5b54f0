/** When the secret of a bus or bot is read again. A keychain may ask its owner each time, and an open window lists them every few seconds. */
import { type DurationUs, type TimeUs, US_PER_SECOND } from './time.ts';

/** Secrets are read again this often: one that was set or changed holds without a restart. */
export const SECRET_LOOK_US: DurationUs = 30 * US_PER_SECOND;

/** What the last look found: it is there, there is none, or it could not be read or used. */
export type SecretState = 'present' | 'absent' | 'unreadable';

export type LookedAt = {
  readonly secret: SecretState;
  readonly lookedUs: TimeUs;
  /** It is to run, and it does, with the secret that was read last. */
  readonly isWanted: boolean;
  readonly isRunning: boolean;
};

/** Whether a list reads it now. One that was not given, or cannot be used, is not asked for again before its time. */
export function isLookDue({ secret, lookedUs, isWanted, isRunning }: LookedAt, nowUs: TimeUs): boolean {
  if (secret === 'absent' || lookedUs < nowUs - SECRET_LOOK_US) return true;
  return secret === 'present' && isWanted !== isRunning;
}
