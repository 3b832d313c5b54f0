/** Notes on executions and runs, as the engine has them. Other windows and programs write them too: the engine says when they are to be read again. */
import { useEffect } from 'react';
import { create } from 'zustand';
import {
  MAX_NOTES,
  type Note,
  type NoteAbout,
  noteAbout,
} from '../../../src-engine/contract/note-operations.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useSession } from '../../engine/use-session.ts';

/** After a failure. */
const AGAIN_MS = 5_000;

type Notes = {
  readonly byKey: ReadonlyMap<string, Note>;
  /** In use, the most frequent first. */
  readonly tags: readonly string[];
};

export const noteKey = (about: NoteAbout, id: string): string => `${about} ${id}`;

export const useNoteStore = create<Notes>()(() => ({ byKey: new Map(), tags: [] }));

/** Puts what was written in the place of what was known; null: it is gone. */
export function takeNote(about: NoteAbout, id: string, note: Note | null): void {
  useNoteStore.setState(({ byKey }) => {
    const next = new Map(byKey);
    if (note === null) next.delete(noteKey(about, id));
    else next.set(noteKey(about, id), note);
    return { byKey: next };
  });
}

let users = 0;
/** As the engine last named it, and that of the notes that are here. */
let revision = '';
let readRevision: string | undefined;
let isReading = false;
let retry: ReturnType<typeof setTimeout> | undefined;

/** All notes, read once while a component uses them, and again when the engine says that one was changed. */
export function useNotes(): Notes['byKey'] {
  const { client } = useSession();
  useEffect(() => beginReading(client), [client]);
  return useNoteStore((store) => store.byKey);
}

function beginReading(client: EngineClient): () => void {
  users++;
  const end = client.subscribe('notes', {}, (view) => {
    revision = view.revision;
    void readNotes(client);
  });
  return () => {
    end();
    if (--users > 0) return;
    clearTimeout(retry);
    // Changes are not followed any longer.
    readRevision = undefined;
  };
}

/** Reads them where they are not those of the revision. @param again whatever the revision is. */
export async function readNotes(client: EngineClient, again = false): Promise<void> {
  if (isReading || users === 0 || (!again && readRevision === revision)) return;
  isReading = true;
  clearTimeout(retry);
  const asked = revision;
  try {
    const { notes, tags } = await allNotes(client);
    useNoteStore.setState({
      byKey: new Map(notes.map((note) => [noteKey(note.about, note.id), note])),
      tags: tags.map(({ tag }) => tag),
    });
    readRevision = asked;
  } catch {
    // The banners say why the engine does not answer.
    retry = setTimeout(() => void readNotes(client), AGAIN_MS);
    return;
  } finally {
    isReading = false;
  }
  // One was changed meanwhile.
  if (readRevision !== revision) void readNotes(client);
}

/** Those on executions and those on runs: of each there may be as many as one answer has. */
async function allNotes(client: EngineClient): Promise<OperationOutput<'listNotes'>> {
  const all = await client.call('listNotes', { limit: MAX_NOTES });
  if (all.notes.length < MAX_NOTES) return all;
  const each = await Promise.all(
    noteAbout.options.map((about) => client.call('listNotes', { about, limit: MAX_NOTES })),
  );
  return { notes: each.flatMap(({ notes }) => notes), tags: all.tags };
}

/** As it stands in a table, in its filter and in its file. */
export function noteText(note: Note | undefined): string {
  if (note === undefined) return '';
  return [...note.tags.map((tag) => `#${tag}`), note.text].filter((part) => part !== '').join(' ');
}

/** Tags as they are typed: with or without #, between spaces or commas, each once. */
export function tagsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^#+/, ''));
  return [...new Set(words.filter((word) => word !== ''))];
}
