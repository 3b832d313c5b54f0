/** What is refused because the session has no such venue or account. */
import { UserError } from './errors.ts';
import type { VenueName } from './ids.ts';

/** @param field that named the venue, as the user wrote it. @param venues those of the session. */
export function unknownVenue(field: string, value: string, venues: readonly VenueName[]): UserError {
  return new UserError({
    code: 'unknown-venue',
    field,
    value,
    message: 'is not a venue of this session',
    remedy: `Use one of ${venues.join(', ')}.`,
  });
}

/** @param profile undefined where none was chosen. */
export function noAccount(profile: string | undefined): UserError {
  return new UserError({
    code: 'no-account',
    field: 'profile',
    value: profile ?? 'none',
    message: 'trades no account at a venue',
    remedy: 'Choose the live profile, or the rehearsal.',
  });
}
