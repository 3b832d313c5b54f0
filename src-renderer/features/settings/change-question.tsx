import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { shownValue } from '../../lib/decimal-text.ts';
import type { SettingChange } from './loosening.ts';

type ChangeQuestionProps = {
  readonly changes: readonly SettingChange[];
  /** Where the changes are no limits: what they are, and what the button does. */
  readonly words?: { readonly name: string; readonly lead: string; readonly confirm: string } | undefined;
  /** What is asked, before the changes. */
  readonly question?: string | undefined;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
};

/** Asks before settings change, with their old and new values and which of them let more through. Enter alone keeps what was. */
export function ChangeQuestion({
  changes,
  words,
  question,
  isBusy,
  onConfirm,
  onCancel,
}: ChangeQuestionProps) {
  const isLooser = changes.some((change) => change.isLooser);
  const isMixed = isLooser && changes.some((change) => !change.isLooser);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => cancel.current?.focus(), []);
  return (
    <div
      role="alertdialog"
      aria-label={words?.name ?? (isLooser ? 'Looser limits' : 'Tighter limits')}
      className="looser-question"
    >
      <p>
        <TriangleAlert size={14} aria-hidden="true" />{' '}
        {question !== undefined && <strong>{question} </strong>}
        {words?.lead ??
          (isLooser ? 'These changes allow more than before:' : 'These changes allow less than before:')}
      </p>
      <ul>
        {changes.map(({ key, label, unit, from, to, isLooser: isOneLooser }) => (
          <li key={key}>
            {label}:{' '}
            <span className="num">
              {shownValue(from)} → <strong>{shownValue(to)}</strong>
            </span>{' '}
            {unit}
            {isMixed && (isOneLooser ? ' (looser)' : ' (tighter)')}
          </li>
        ))}
      </ul>
      <div className="form-actions">
        <button ref={cancel} type="button" className="button" disabled={isBusy} onClick={onCancel}>
          Keep the old values
        </button>
        <button type="button" className="button button-danger" disabled={isBusy} onClick={onConfirm}>
          {isBusy ? 'Saving…' : (words?.confirm ?? (isLooser ? 'Save looser limits' : 'Save tighter limits'))}
        </button>
      </div>
    </div>
  );
}
