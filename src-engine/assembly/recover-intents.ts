/** What a run before has sent, in the database before anything reads its history: plans, venues, a kill without a session. */
import type { Database } from '../storage/database-types.ts';
import type { IntentJournal } from '../storage/intents/intent-journal.ts';

/** @throws UserError when the database or the folder refuses; nothing is lost then, and it may be tried again. */
export async function recoverIntents(
  intents: IntentJournal,
  database: Database,
  note: (text: string, level?: 'warn' | 'error') => void,
): Promise<void> {
  const { replayed, torn, damage } = await intents.recover(database);
  if (replayed > 0)
    note(`${replayed} orders of the run before were in the intent journal alone; they are stored now`);
  if (torn > 0) note(`${torn} writes of the intent journal were interrupted and are dropped`);
  if (damage !== undefined) note(`the intent journal is damaged: ${damage.detail}`, 'error');
}
