import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { LooserChange } from './loosening.ts';

type LooserQuestionProps = {
  readonly changes: readonly LooserChange[];
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
};

/** Asks before a limit is loosened, with its old and its new value. Enter alone keeps what was. */
export function LooserQuestion({ changes, isBusy, onConfirm, onCancel }: LooserQuestionProps) {
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => cancel.current?.focus(), []);
  return (
    <div role="alertdialog" aria-label="Looser limits" className="looser-question">
      <p>
        <TriangleAlert size={14} aria-hidden="true" /> This lets more through than before:
      </p>
      <ul>
        {changes.map(({ key, label, unit, from, to }) => (
          <li key={key}>
            {label}:{' '}
            <span className="num">
              {from} → <strong>{to}</strong>
            </span>{' '}
            {unit}
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <button ref={cancel} type="button" className="button" disabled={isBusy} onClick={onCancel}>
          Keep as it was
        </button>
        <button type="button" className="button button-danger" disabled={isBusy} onClick={onConfirm}>
          {isBusy ? 'Saving…' : 'Save looser limits'}
        </button>
      </div>
    </div>
  );
}
