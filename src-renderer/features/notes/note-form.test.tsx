// @vitest-environment happy-dom
/** Nothing that a trader types into a note is lost to an answer that comes later, or to what others wrote. */
import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Note } from '../../../src-engine/contract/note-operations.ts';
import { CallError, type EngineClient } from '../../engine/client.ts';
import type { Session } from '../../engine/session.ts';
import { SessionContext } from '../../engine/use-session.ts';
import { bothTexts, NoteForm } from './note-form.tsx';
import { noteKey, useNotes, useNoteStore } from './use-notes.ts';

beforeEach(() => vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true));
afterEach(() => vi.unstubAllGlobals());

const noteOf = (text: string, changedUs: number, id = 'e1'): Note => ({
  about: 'execution',
  id,
  text,
  tags: [],
  changedUs,
  actor: 'operator via window',
});

function shown(call: (operation: string, input: { about?: string }) => Promise<unknown>) {
  useNoteStore.setState({ byKey: new Map(), tags: [] });
  const showProblem = vi.fn<(title: string, problem: unknown) => void>();
  const client = { call, subscribe: () => () => undefined } as unknown as EngineClient;
  function Form() {
    const note = useNotes().get(noteKey('execution', 'e1'));
    return <NoteForm about="execution" id="e1" note={note} />;
  }
  const root = createRoot(document.body);
  act(() =>
    root.render(
      <SessionContext value={{ client, showProblem } as unknown as Session}>
        <Form />
      </SessionContext>,
    ),
  );
  const field = () => {
    const area = document.querySelector('textarea');
    if (area === null) throw new Error('the field is not shown');
    return area;
  };
  const type = (text: string): void =>
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set?.call(field(), text);
      field().dispatchEvent(new Event('input', { bubbles: true }));
    });
  const save = (): Promise<void> =>
    act(async () => {
      document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    });
  return { field, type, save, showProblem, end: () => act(() => root.unmount()) };
}

it('what is typed while a note is saved stays, and one’s own note is not announced as another window’s', async () => {
  const saved = noteOf('thin book', 7);
  const answer = Promise.withResolvers<unknown>();
  const form = shown(() => answer.promise);
  form.type('thin book');
  await form.save();
  // The list that has it already comes before the answer.
  act(() => useNoteStore.setState({ byKey: new Map([[noteKey('execution', 'e1'), saved]]) }));
  expect(document.querySelector('[role=alert]')).toBeNull();
  form.type('thin book, three more words');
  await act(async () => answer.resolve({ note: saved }));
  expect(form.field().value).toBe('thin book, three more words');
  expect(document.querySelector('[role=alert]')).toBeNull();
  form.end();
});

it('a note that is refused, and cannot be read, says why', async () => {
  const problem = { code: 'note-changed', message: 'is not the note on e1' };
  const form = shown(async (operation) => {
    if (operation === 'setNote') throw new CallError(problem);
    throw new Error('no answer');
  });
  form.type('mine');
  await form.save();
  expect(form.showProblem).toHaveBeenCalledTimes(1);
  expect(form.field().value).toBe('mine');
  form.end();
});

it('notes beyond one answer are read too: those on executions and those on runs', async () => {
  const old = noteOf('the oldest', 1);
  const many = Array.from({ length: 5_000 }, (_, n) => noteOf('', n + 2, `r${n}`));
  const form = shown(async (operation, { about }) => {
    if (operation === 'setNote') throw new CallError({ code: 'note-changed' } as CallError['problem']);
    return { notes: about === 'execution' ? [old] : many, tags: [] };
  });
  form.type('mine');
  await form.save();
  expect(document.querySelector('.note-theirs')?.textContent).toBe('the oldest');
  expect(form.showProblem).not.toHaveBeenCalled();
  form.end();
});

it('both notes are put together by whole lines', () => {
  expect(bothTexts('1.5', 'fee was 11.5')).toBe('fee was 11.5\n\n1.5');
  expect(bothTexts('fee\n1.5', '1.5')).toBe('fee\n1.5');
  expect(bothTexts('1.5', '1.5\nfee')).toBe('1.5\nfee');
  expect(bothTexts('mine', '')).toBe('mine');
  expect(bothTexts('', 'theirs')).toBe('theirs');
});
