/** A backup is not made of a database that lacks an order which was sent: what the intent journal holds is in it first. */
import { UserError } from '../../domain/errors.ts';
import { readIntents } from './read-intents.ts';
import { filesIn, readSegment } from './segment-folder.ts';

/** A database that follows takes milliseconds; one that does not in this time has no engine, or is refused by its disk. */
const TRIES = 50;
const PAUSE_MS = 100;

export type KeptOrder = { readonly profile: string; readonly orderId: string };

/**
 * Resolves once the database has every order whose intent `folder` held when it was asked.
 * @param lacks which of them the database does not have.
 * @throws UserError that says how many it still lacks after five seconds.
 */
export async function awaitStored(
  folder: string,
  lacks: (orders: readonly KeptOrder[]) => Promise<readonly KeptOrder[]> | readonly KeptOrder[],
): Promise<void> {
  const files = filesIn(folder).map((name) => ({ name, bytes: readSegment(folder, name) }));
  let lacking: readonly KeptOrder[] = readIntents(files).kept.flatMap(({ profile, intents }) =>
    intents.flatMap((event) =>
      event.type === 'orderCreated' ? [{ profile, orderId: event.order.orderId }] : [],
    ),
  );
  for (let left = TRIES; left > 0 && lacking.length > 0; left--) {
    lacking = await lacks(lacking);
    if (lacking.length > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  if (lacking.length === 0) return;
  throw new UserError({
    code: 'intents-not-stored',
    field: 'intent journal',
    value: folder,
    message: `holds ${lacking.length} orders that the database does not have yet`,
    remedy: 'Start the engine on this data folder once: it stores them. Then make the backup.',
  });
}
