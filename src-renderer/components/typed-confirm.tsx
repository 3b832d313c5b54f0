import { type FormEvent, useId, useState } from 'react';
import type { Problem } from '../../src-engine/domain/errors.ts';
import { useIsViewer } from '../engine/use-session.ts';
import { problemOf } from '../engine/session.ts';
import { ProblemNotice } from './problem-notice.tsx';

/** An action that waits for a typed word; what the engine says against it is shown right here. */
export function TypedConfirm({
  word,
  action,
  purpose,
  onConfirm,
}: {
  readonly word: string;
  readonly action: string;
  /** Goes on from `Type WORD`: "to …". */
  readonly purpose: string;
  /** A CallError is shown under the field. */
  readonly onConfirm: () => Promise<unknown>;
}) {
  const id = useId();
  const isViewer = useIsViewer();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== word || busy) return;
    setBusy(true);
    setProblem(null);
    onConfirm()
      .then(
        () => setTyped(''),
        (error: unknown) => setProblem(problemOf(error)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <form className="typed-confirm" onSubmit={submit}>
      <label htmlFor={id}>
        Type <strong className="num">{word}</strong> {purpose}
      </label>
      <input
        id={id}
        className="input num"
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button button-danger" disabled={typed !== word || busy || isViewer}>
        {busy ? 'Sending…' : action}
      </button>
      {problem !== null && <ProblemNotice title={`${action}: refused`} problem={problem} />}
    </form>
  );
}
