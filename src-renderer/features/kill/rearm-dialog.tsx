import { type FormEvent, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';

const WORD = 'REARM';

/** Releases the kill switch, only for the typed word. */
export function RearmDialog({ onClose }: { readonly onClose: () => void }) {
  const session = useSession();
  const openOrders = useReplica(({ status }) => status.killVerifiedOpenOrders) ?? null;
  const areSeveral = useReplica(({ status }) => status.killVenues.length > 1) ?? false;
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed !== WORD || busy) return;
    setBusy(true);
    session.rearm().then(onClose, (error: unknown) => {
      setProblem(problemOf(error));
      setBusy(false);
    });
  };

  return (
    <Dialog title="Re-arm trading" kind="box" onClose={onClose}>
      <form onSubmit={submit} className="form">
        <p>
          {openOrders === 0
            ? `${areSeveral ? 'Every venue' : 'The venue'} shows no open order. Re-arming lets the engine trade again.`
            : 'The cancels are NOT verified yet. Re-arming lets the engine trade again nevertheless.'}
        </p>
        <label className="field">
          <span>
            Type <strong className="num">{WORD}</strong> to release the kill switch
          </span>
          <input
            className="input num"
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        {problem !== null && <ProblemNotice title="Not re-armed" problem={problem} />}
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            Stay killed
          </button>
          <button type="submit" className="button button-danger" disabled={typed !== WORD || busy}>
            {busy ? 'Re-arming…' : 'Re-arm'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
