/** Notes on executions and runs. Those on runs belong to no profile: a stored backtest is seen from all of them. */
import { MAX_NOTES, type Note, note, type NoteAbout } from '../../contract/note-operations.ts';
import type { OperationOutput, ParsedInput } from '../../contract/operations.ts';
import type { Database, Readable } from '../database-types.ts';

/** Under which name notes on runs are kept. */
const SHARED = '';

const shelfOf = (profile: string, about: NoteAbout): string => (about === 'run' ? SHARED : profile);

/** What of them fits, changed last first. A row that is not of this version's shape is left out. */
export async function listNotes(
  { db }: Readable,
  profile: string,
  asked: ParsedInput<'listNotes'>,
): Promise<OperationOutput<'listNotes'>> {
  const rows = await db
    .selectFrom('notes')
    .select('json')
    .where('profile', 'in', [profile, SHARED])
    .orderBy('changedUs', 'desc')
    .orderBy('id')
    .limit(2 * MAX_NOTES)
    .execute();
  const all = rows.flatMap(({ json }) => note.safeParse(JSON.parse(json)).data ?? []);
  const words = (asked.contains ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (one: Note): boolean =>
    (asked.about === undefined || one.about === asked.about) &&
    (asked.tag === undefined || one.tags.includes(asked.tag)) &&
    (asked.beforeUs === undefined || one.changedUs < asked.beforeUs) &&
    words.every((word) => `${one.text} ${one.tags.join(' ')}`.toLowerCase().includes(word));
  return { notes: all.filter(fits).slice(0, asked.limit), tags: tagsOf(all) };
}

function tagsOf(notes: readonly Note[]): OperationOutput<'listNotes'>['tags'] {
  const counts = new Map<string, number>();
  for (const { tags } of notes) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, notes: count }))
    .sort((a, b) => b.notes - a.notes || (a.tag < b.tag ? -1 : 1));
}

/** How many there are on what `about` names. */
export async function countNotes({ db }: Readable, profile: string, about: NoteAbout): Promise<number> {
  const { count } = await db
    .selectFrom('notes')
    .where('profile', '=', shelfOf(profile, about))
    .select((each) => each.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** The note on `id`: undefined where there is none. One that is not of this version's shape is known by its time alone. */
export async function findNote(
  { db }: Readable,
  profile: string,
  about: NoteAbout,
  id: string,
): Promise<Note | undefined> {
  const row = await db
    .selectFrom('notes')
    .select(['changedUs', 'json'])
    .where('profile', '=', shelfOf(profile, about))
    .where('about', '=', about)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { changedUs } = row;
  return (
    note.safeParse(JSON.parse(row.json)).data ?? {
      about,
      id,
      text: '',
      tags: [],
      changedUs,
      actor: 'another version',
    }
  );
}

/** True where the profile has an execution of this id. */
export async function hasExecution({ db }: Readable, profile: string, executionId: string): Promise<boolean> {
  const row = await db
    .selectFrom('executions')
    .select('executionId')
    .where('profile', '=', profile)
    .where('executionId', '=', executionId)
    .executeTakeFirst();
  return row !== undefined;
}

/** In place of the note before. */
export async function saveNote(database: Database, profile: string, written: Note): Promise<void> {
  const { about, id, changedUs } = written;
  const json = JSON.stringify(written);
  const query = database.db
    .insertInto('notes')
    .values({ profile: shelfOf(profile, about), about, id, changedUs, json })
    .onConflict((conflict) => conflict.columns(['profile', 'about', 'id']).doUpdateSet({ changedUs, json }));
  await database.writeAll([query.compile()]);
}

export async function removeNote(
  database: Database,
  profile: string,
  about: NoteAbout,
  id: string,
): Promise<void> {
  const query = database.db
    .deleteFrom('notes')
    .where('profile', '=', shelfOf(profile, about))
    .where('about', '=', about)
    .where('id', '=', id);
  await database.writeAll([query.compile()]);
}
