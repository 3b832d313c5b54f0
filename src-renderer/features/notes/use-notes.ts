/** Notes on executions and runs, as the engine has them. Other windows and programs write them too, so they are read again while they are shown. */
import { useEffect } from 'react';
import { create } from 'zustand';
import { MAX_NOTES, type Note, type NoteAbout } from '../../../src-engine/contract/note-operations.ts';
import type { EngineClient } from '../../engine/client.ts';
import { useSession } from '../../engine/use-session.ts';

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
let timer: ReturnType<typeof setTimeout> | undefined;

/** All notes, read again every few seconds while a component uses them. */
export function useNotes(): Notes['byKey'] {
  const { client } = useSession();
  useEffect(() => beginReading(client), [client]);
  return useNoteStore((store) => store.byKey);
}

function beginReading(client: EngineClient): () => void {
  if (++users === 1) void readAgain(client);
  return () => {
    if (--users === 0) clearTimeout(timer);
  };
}

async function readAgain(client: EngineClient): Promise<void> {
  try {
    const { notes, tags } = await client.call('listNotes', { limit: MAX_NOTES });
    const known = useNoteStore.getState().byKey;
    const isSame =
      known.size === notes.length &&
      notes.every((note) => known.get(noteKey(note.about, note.id))?.changedUs === note.changedUs);
    // The same object while nothing changed: tables are laid out anew with another.
    const byKey = isSame ? known : new Map(notes.map((note) => [noteKey(note.about, note.id), note]));
    useNoteStore.setState({ byKey, tags: tags.map(({ tag }) => tag) });
  } catch {
    // The banners say why the engine does not answer.
  }
  clearTimeout(timer);
  if (users > 0) timer = setTimeout(() => void readAgain(client), AGAIN_MS);
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
