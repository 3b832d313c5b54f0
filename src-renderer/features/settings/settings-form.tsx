import { type FormEvent, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer } from '../../engine/use-session.ts';
import { ChangeQuestion } from './change-question.tsx';
import { checkField, type Field } from './fields.ts';
import { looserChanges } from './loosening.ts';

type SettingsFormProps<K extends string> = {
  readonly title: string;
  readonly fields: readonly Field<K>[];
  readonly current: Readonly<Record<K, string | number>>;
  readonly homeAsset: string;
  /** Sends what has changed; a CallError is shown in the form. */
  readonly onSave: (changed: Partial<Record<K, string | number>>) => Promise<void>;
};

/** One group of settings, checked where you type; only what has changed is sent, and what lets more through is asked about. */
export function SettingsForm<K extends string>(props: SettingsFormProps<K>) {
  const { title, fields, current, homeAsset, onSave } = props;
  const [typed, setTyped] = useState<Partial<Record<K, string>>>({});
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const checks = fields.map((field) => {
    const text = typed[field.key] ?? String(current[field.key]);
    return { field, text, check: checkField(field, text) };
  });
  const changed = checks.filter(({ field, check }) => !check.ok || check.value !== current[field.key]);
  const isViewer = useIsViewer();
  const sendable = !isViewer && changed.length > 0 && changed.every(({ check }) => check.ok) && !busy;

  const values: Partial<Record<K, string | number>> = {};
  for (const { field, check } of changed) if (check.ok) values[field.key] = check.value;
  const looser = looserChanges(fields, current, values, homeAsset);

  const save = () => {
    setBusy(true);
    setProblem(null);
    onSave(values)
      .then(
        () => {
          setTyped({});
          setSaved(true);
        },
        (error: unknown) => setProblem(problemOf(error)),
      )
      .finally(() => {
        setBusy(false);
        setAsking(false);
      });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!sendable) return;
    if (looser.length > 0) setAsking(true);
    else save();
  };

  return (
    <form className="form" onSubmit={submit} aria-label={title} noValidate>
      <h3>{title}</h3>
      {checks.map(({ field, text, check }) => (
        <FigureField
          key={field.key}
          label={field.label}
          unit={field.unit === 'home' ? homeAsset : field.unit}
          help={field.help}
          error={check.ok ? '' : check.error}
          value={text}
          isReadOnly={isViewer}
          isText={field.kind === 'text'}
          onChange={(value) => {
            setSaved(false);
            setAsking(false);
            setTyped({ ...typed, [field.key]: value });
          }}
        />
      ))}
      {problem !== null && <ProblemNotice title="Not saved" problem={problem} />}
      {isAsking && looser.length > 0 && (
        <ChangeQuestion changes={looser} isBusy={busy} onConfirm={save} onCancel={() => setAsking(false)} />
      )}
      <div className="form-actions">
        <span role="status" className="dim">
          {saved ? 'Saved.' : ''}
        </span>
        <button type="button" className="button" disabled={changed.length === 0} onClick={() => setTyped({})}>
          Undo
        </button>
        <button type="submit" className="button button-primary" disabled={!sendable}>
          {busy ? 'Saving…' : 'Save'}
        </button>
      </div>
    </form>
  );
}
