/** Gives the database the intents that it lacks, into its hash chain, as the journal of their run would have. */
import type { EngineEvent } from '../../domain/event.ts';
import type { Database } from '../database-types.ts';
import { Journal } from '../journal.ts';
import type { Scope } from '../projection.ts';
import type { KeptIntents } from './read-intents.ts';

/** Orders that are looked up by one query, and events that are appended at once. */
const AT_ONCE = 500;

/** @returns how many orders were lacking. @throws UserError when the database refuses. */
export async function replayIntents(database: Database, kept: readonly KeptIntents[]): Promise<number> {
  let replayed = 0;
  for (const { profile, runId, intents } of byRun(kept)) {
    const lacking = await lackingOf(database, profile, intents);
    if (lacking.length === 0) continue;
    const journal = await Journal.open(database, { profile, runId });
    for (let from = 0; from < lacking.length; from += AT_ONCE)
      await journal.append(lacking.slice(from, from + AT_ONCE));
    await journal.close();
    replayed += lacking.length;
  }
  return replayed;
}

/** Runs in the order of their first intent, each with all of its intents. */
function byRun(kept: readonly KeptIntents[]): (Scope & { readonly intents: EngineEvent[] })[] {
  const runs = new Map<string, Scope & { readonly intents: EngineEvent[] }>();
  for (const { profile, runId, intents } of kept) {
    const key = `${profile} ${runId}`;
    const run = runs.get(key) ?? { profile, runId, intents: [] };
    run.intents.push(...intents);
    runs.set(key, run);
  }
  return [...runs.values()];
}

/** Those of which the database has no order, each once. */
export async function lackingOf(
  { db }: Pick<Database, 'db'>,
  profile: string,
  intents: readonly EngineEvent[],
): Promise<EngineEvent[]> {
  const byId = new Map(
    intents.flatMap((event) =>
      event.type === 'orderCreated' ? [[event.order.orderId, event] as const] : [],
    ),
  );
  const ids = [...byId.keys()];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const found = await db
      .selectFrom('orders')
      .select('orderId')
      .where('profile', '=', profile)
      .where('orderId', 'in', ids.slice(from, from + AT_ONCE))
      .execute();
    for (const { orderId } of found) byId.delete(orderId);
  }
  return [...byId.values()];
}
