/** Names of the registry that scorers of opportunities have to themselves: a session asks the one of its profile, whatever else is stored under that name. */
import { UserError } from '../domain/errors.ts';

export const SCORER_PREFIX = 'scorer-';

/** What a profile's scorer is called in the registry: one of a demo says nothing of an account. */
export const scorerName = (profile: string): string => `${SCORER_PREFIX}${profile}`;

/** @param profile of a scorer; undefined: it is another model. @throws UserError for a scorer under another name than its profile's, and for another model under such a name. */
export function demandNameOf(name: string, profile: string | undefined): void {
  const isScorer = profile !== undefined;
  if (isScorer ? name === scorerName(profile) : !name.startsWith(SCORER_PREFIX)) return;
  throw new UserError({
    code: 'bad-model-name',
    field: 'model',
    value: name,
    message: isScorer
      ? `is a name of another model than the scorer of the profile ${profile}`
      : 'is a name of scorers alone, and this model is none',
    remedy: isScorer
      ? `Call it ${scorerName(profile)}.`
      : `Choose a name that does not begin with ${SCORER_PREFIX}.`,
  });
}
