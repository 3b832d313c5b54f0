/** What an operator may do about a history that was found altered. */
import type { OperationOutput } from '../../contract/operations.ts';
import { UserError } from '../../domain/errors.ts';
import { findingText } from '../../storage/chain/verify.ts';
import type { EngineControls } from '../controls.ts';
import { invocation } from '../../lib/invocation.ts';

/** Under which name calls are audited while no profile is chosen. */
export const LOOSE_PROFILE = 'none';

/** Seals the histories as they stand. Trading stays halted until it is resumed. */
export async function acknowledgeHistory({
  journals,
  intents,
}: EngineControls): Promise<OperationOutput<'acknowledgeHistory'>> {
  const acknowledged: string[] = [];
  for (const journal of journals) acknowledged.push(...(await journal.acknowledge()).map(findingText));
  acknowledged.push(...(await intents.acknowledge()));
  return { acknowledged };
}

/** @throws UserError while a finding is not acknowledged. */
export function demandWholeHistory({ journals, intents }: EngineControls): void {
  if (intents.damage !== '') {
    throw new UserError({
      code: 'intents-damaged',
      field: 'intent journal',
      message: `was found damaged: ${intents.damage}`,
      remedy: `Check the orders at the venue, then run ${invocation()} audit acknowledge.`,
    });
  }
  const [found] = journals.flatMap(({ broken }) => broken);
  if (found === undefined) return;
  throw new UserError({
    code: 'history-altered',
    field: `${found.chain} of ${found.profile}`,
    value: `row ${found.id}`,
    message: `was changed: ${found.detail}`,
    remedy: `Check it with ${invocation()} audit verify, then run ${invocation()} audit acknowledge.`,
  });
}
