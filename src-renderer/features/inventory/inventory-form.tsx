/** A short form in a dialog: choices and figures, sent with Enter; what the engine refuses is said below its fields. */
import { type FormEvent, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';

export type FormField = {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  readonly help: string;
  /** Instead of a typed value. */
  readonly choices?: readonly string[];
  /** Typed as it is: a name and no figure. */
  readonly isText?: boolean;
};

type InventoryFormProps = {
  readonly title: string;
  /** What it is for, above the fields. */
  readonly about: string;
  readonly fields: readonly FormField[];
  /** Plain figures, as they are sent. */
  readonly start: Readonly<Record<string, string>>;
  readonly submit: string;
  readonly onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly onClose: () => void;
};

const isFigure = ({ choices, isText }: FormField): boolean => choices === undefined && isText !== true;

/** Figures as the window writes them, which is how they are read again. */
function shownAs(
  fields: readonly FormField[],
  start: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const shown = fields.flatMap((field) =>
    isFigure(field) ? [[field.key, withPoint(start[field.key] ?? '')]] : [],
  );
  return { ...start, ...Object.fromEntries(shown) };
}

export function InventoryForm({
  title,
  about,
  fields,
  start,
  submit,
  onSubmit,
  onClose,
}: InventoryFormProps) {
  const [values, setValues] = useState(() => shownAs(fields, start));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const set = (key: string, value: string) => setValues({ ...values, [key]: value });
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    const sent = fields.map((field) => {
      const typed = (values[field.key] ?? '').trim();
      return [field.key, isFigure(field) ? plainFigure(typed) : typed];
    });
    onSubmit(Object.fromEntries(sent))
      .then(onClose, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  return (
    <Dialog title={title} kind="box" onClose={onClose}>
      <form className="form rule-form" aria-label={title} onSubmit={send} noValidate>
        <p className="field-help">{about}</p>
        {fields.map(({ key, label, unit, help, choices, isText = false }) =>
          choices !== undefined ? (
            <Choice
              key={key}
              label={label}
              value={values[key] ?? ''}
              values={choices}
              text={venueTitle}
              onChoose={(value) => set(key, value)}
            />
          ) : (
            <FigureField
              key={key}
              label={label}
              unit={unit}
              help={help}
              isText={isText}
              error={problem?.field === key ? problem.message : ''}
              value={values[key] ?? ''}
              onChange={(value) => set(key, value)}
            />
          ),
        )}
        {problem !== null && <ProblemNotice title="Not accepted" problem={problem} />}
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={busy}>
            {busy ? 'Sending…' : submit}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
