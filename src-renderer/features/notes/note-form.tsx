/** The note on one execution or run: read by everybody, written by operators. */
import { type FormEvent, useId, useState } from 'react';
import {
  MAX_NOTE_TEXT,
  MAX_TAG,
  MAX_TAGS,
  type Note,
  type NoteAbout,
  noteTag,
} from '../../../src-engine/contract/note-operations.ts';
import { Time } from '../../components/time.tsx';
import { CallError } from '../../engine/client.ts';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { noteKey, noteText, readNotes, takeNote, tagsOf, useNotes, useNoteStore } from './use-notes.ts';

type Subject = { readonly about: NoteAbout; readonly id: string };

/** Folded until there is one, or until it is wanted. */
export function NoteSection({ about, id }: Subject) {
  const note = useNotes().get(noteKey(about, id));
  const isViewer = useIsViewer();
  if (isViewer) return note === undefined ? null : <p className="field-help">{noteText(note)}</p>;
  return (
    <details className="lab-details note-section">
      <summary>{note === undefined ? 'Add a note or tags' : `Note: ${noteText(note).slice(0, 120)}`}</summary>
      <NoteForm key={`${about} ${id}`} about={about} id={id} note={note} />
    </details>
  );
}

/** What is typed is kept whatever others write meanwhile: both are shown then, and the trader decides. */
export function NoteForm({ about, id, note }: Subject & { readonly note: Note | undefined }) {
  const session = useSession();
  const known = useNoteStore((store) => store.tags);
  const baseId = useId();
  /** The note that the text was begun upon. */
  const [base, setBase] = useState(note);
  const [text, setText] = useState(note?.text ?? '');
  const [tagText, setTagText] = useState(tagTextOf(note));
  const [isSaving, setIsSaving] = useState(false);
  const tags = tagsOf(tagText);
  const isOther = note?.changedUs !== base?.changedUs;
  const isTyped = text !== (base?.text ?? '') || tagText !== tagTextOf(base);
  const take = (next: Note | undefined, nextText: string, nextTags: string): void => {
    setBase(next);
    setText(nextText);
    setTagText(nextTags);
  };
  // Nothing was typed: the form shows what there is.
  if (isOther && !isTyped) take(note, note?.text ?? '', tagTextOf(note));
  const problem = noteProblem(text, tags);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (problem !== '' || isOther || isSaving) return;
    const basedOnUs = base?.changedUs ?? null;
    setIsSaving(true);
    try {
      const { note: saved } = await session.client.call('setNote', { about, id, text, tags, basedOnUs });
      takeNote(about, id, saved);
      setBase(saved ?? undefined);
      // What was typed since it was sent stays.
      setText((now) => (now === text ? (saved?.text ?? '') : now));
      setTagText((now) => (now === tagText ? tagTextOf(saved ?? undefined) : now));
    } catch (error) {
      // Another window was first: its note is read, and shown beside this one.
      const isChanged = error instanceof CallError && error.problem.code === 'note-changed';
      if (isChanged) await readNotes(session.client, true);
      const read = useNoteStore.getState().byKey.get(noteKey(about, id));
      // Where it could not be read, there is nothing to show beside it.
      if (!isChanged || read?.changedUs === base?.changedUs)
        session.showProblem('The note was not saved', problemOf(error));
    } finally {
      setIsSaving(false);
    }
  };
  return (
    <form className="stack note-form" onSubmit={(event) => void submit(event)}>
      <label htmlFor={`${baseId}-text`}>Note</label>
      <textarea
        id={`${baseId}-text`}
        className="input"
        rows={3}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <label htmlFor={`${baseId}-tags`}>Tags</label>
      <input
        id={`${baseId}-tags`}
        className="input"
        value={tagText}
        placeholder="thin-book late-fill"
        aria-invalid={problem !== ''}
        aria-describedby={`${baseId}-help`}
        onChange={(event) => setTagText(event.target.value)}
      />
      <p id={`${baseId}-help`} className={problem === '' ? 'field-help' : 'field-problem'} role="status">
        {problem !== ''
          ? problem
          : known.length === 0
            ? 'Between spaces. The filter of a table finds them as #tag.'
            : `In use: ${known.slice(0, 12).join(', ')}`}
      </p>
      {isOther && isTyped && !isSaving && (
        <Meanwhile
          note={note}
          onTheirs={() => take(note, note?.text ?? '', tagTextOf(note))}
          onBoth={() => take(note, bothTexts(text, note?.text ?? ''), bothTags(tags, note?.tags ?? []))}
          onMine={() => setBase(note)}
        />
      )}
      <div className="dialog-actions">
        <button
          type="submit"
          className="button button-primary"
          disabled={problem !== '' || isOther || isSaving}
        >
          Save note
        </button>
      </div>
    </form>
  );
}

type MeanwhileProps = {
  readonly note: Note | undefined;
  readonly onTheirs: () => void;
  readonly onBoth: () => void;
  readonly onMine: () => void;
};

/** Nothing is stored by these buttons: what is chosen stands in the form until it is saved. */
function Meanwhile({ note, onTheirs, onBoth, onMine }: MeanwhileProps) {
  return (
    <div className="note-meanwhile" role="alert">
      <p>
        <strong>
          {note === undefined ? 'The note was removed meanwhile' : `Changed meanwhile by ${note.actor}`}
        </strong>{' '}
        {note !== undefined && <Time atUs={note.changedUs} />}
      </p>
      {note !== undefined && <p className="note-theirs">{noteText(note)}</p>}
      <div className="form-actions">
        {note !== undefined && (
          <button type="button" className="button" onClick={onBoth}>
            Put both together
          </button>
        )}
        <button type="button" className="button" onClick={onMine}>
          Keep mine
        </button>
        <button type="button" className="button" onClick={onTheirs}>
          {note === undefined ? 'Discard mine' : 'Take theirs'}
        </button>
      </div>
    </div>
  );
}

function tagTextOf(note: Note | undefined): string {
  return note?.tags.join(' ') ?? '';
}

/** Theirs, then mine; one alone where the other has all of its lines already. */
export function bothTexts(mine: string, theirs: string): string {
  if (hasLines(mine, theirs)) return mine;
  return hasLines(theirs, mine) ? theirs : `${theirs}\n\n${mine}`;
}

function hasLines(whole: string, part: string): boolean {
  return part.trim() === '' || `\n${whole}\n`.includes(`\n${part}\n`);
}

function bothTags(mine: readonly string[], theirs: readonly string[]): string {
  return [...new Set([...theirs, ...mine])].join(' ');
}

function noteProblem(text: string, tags: readonly string[]): string {
  const { length } = text.trim();
  if (length > MAX_NOTE_TEXT)
    return `A note has at most ${formatCount(MAX_NOTE_TEXT)} characters; these are ${formatCount(length)}.`;
  return tagProblem(tags);
}

function tagProblem(tags: readonly string[]): string {
  if (tags.length > MAX_TAGS) return `A note has at most ${MAX_TAGS} tags; these are ${tags.length}.`;
  const bad = tags.find((tag) => !noteTag.safeParse(tag).success);
  if (bad === undefined) return '';
  return `“${bad.slice(0, 40)}” is no tag: letters, digits, - and _, at most ${MAX_TAG} of them.`;
}
