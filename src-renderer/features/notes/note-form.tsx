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
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { noteKey, noteText, takeNote, tagsOf, useNotes, useNoteStore } from './use-notes.ts';

type Subject = { readonly about: NoteAbout; readonly id: string };

/** Folded until there is one, or until it is wanted. */
export function NoteSection({ about, id }: Subject) {
  const note = useNotes().get(noteKey(about, id));
  const isViewer = useIsViewer();
  if (isViewer) return note === undefined ? null : <p className="field-help">{noteText(note)}</p>;
  return (
    <details className="lab-details note-section">
      <summary>{note === undefined ? 'Add a note or tags' : `Note: ${noteText(note).slice(0, 120)}`}</summary>
      <NoteForm key={`${about} ${id} ${note?.changedUs ?? 0}`} about={about} id={id} note={note} />
    </details>
  );
}

/** @param onDone once it is stored. */
export function NoteForm({
  about,
  id,
  note,
  onDone,
}: Subject & { readonly note: Note | undefined; readonly onDone?: () => void }) {
  const session = useSession();
  const known = useNoteStore((store) => store.tags);
  const baseId = useId();
  const [text, setText] = useState(note?.text ?? '');
  const [tagText, setTagText] = useState(note?.tags.join(' ') ?? '');
  const tags = tagsOf(tagText);
  const problem = tagProblem(tags);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (problem !== '') return;
    const answer = await session.run('The note was not saved', 'setNote', { about, id, text, tags });
    if (answer === undefined) return;
    takeNote(about, id, answer.note);
    onDone?.();
  };
  return (
    <form className="stack note-form" onSubmit={(event) => void submit(event)}>
      <label htmlFor={`${baseId}-text`}>Note</label>
      <textarea
        id={`${baseId}-text`}
        className="input"
        rows={3}
        maxLength={MAX_NOTE_TEXT}
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
      <div className="dialog-actions">
        <button type="submit" className="button button-primary" disabled={problem !== ''}>
          Save note
        </button>
      </div>
    </form>
  );
}

function tagProblem(tags: readonly string[]): string {
  if (tags.length > MAX_TAGS) return `A note has at most ${MAX_TAGS} tags; these are ${tags.length}.`;
  const bad = tags.find((tag) => !noteTag.safeParse(tag).success);
  if (bad === undefined) return '';
  return `“${bad.slice(0, 40)}” is no tag: letters, digits, - and _, at most ${MAX_TAG} of them.`;
}
