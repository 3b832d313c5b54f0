import { type FormEvent, useContext, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer } from '../../engine/use-session.ts';
import { plainFigure, shownValue, withPoint } from '../../lib/decimal-text.ts';
import { ChangeQuestion } from './change-question.tsx';
import { checkField, type Field, fieldFits } from './fields.ts';
import { changesBetween, type SettingChange } from './loosening.ts';
import { SettingsSearch } from './settings-search.ts';
import { WhatIf, type WhatIfPart } from './what-if.tsx';

type SettingsFormProps<K extends string> = {
  readonly title: string;
  readonly fields: readonly Field<K>[];
  readonly current: Readonly<Record<K, string | number>>;
  readonly homeAsset: string;
  /** Sends what has changed; a CallError is shown in the form. */
  readonly onSave: (changed: Partial<Record<K, string | number>>) => Promise<void>;
  /** What the change would have done, where that can be tried. */
  readonly tries?: WhatIfPart | undefined;
};

/** One group of settings, checked where you type; only what has changed is sent, and what lets more through is asked about. */
export function SettingsForm<K extends string>(props: SettingsFormProps<K>) {
  const { title, fields, current, homeAsset, onSave, tries } = props;
  const search = useContext(SettingsSearch);
  const [typed, setTyped] = useState<Partial<Record<K, string>>>({});
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const checks = fields.map((field) => {
    const now = String(current[field.key]);
    const isText = field.kind === 'text';
    const own = typed[field.key];
    const check = checkField(field, own === undefined ? now : isText ? own : plainFigure(own.trim()));
    return { field, text: own ?? (isText ? now : withPoint(now)), check };
  });
  const changed = checks.filter(({ field, check }) => !check.ok || check.value !== current[field.key]);
  const isViewer = useIsViewer();
  const sendable = !isViewer && changed.length > 0 && changed.every(({ check }) => check.ok) && !busy;

  const values: Partial<Record<K, string | number>> = {};
  for (const { field, check } of changed) if (check.ok) values[field.key] = check.value;
  const changes = changesBetween(fields, current, values, homeAsset);
  const looser = changes.filter(({ isLooser }) => isLooser);
  // What was changed stays in sight: it is saved too, or keeps the rest from it.
  const shown = checks.filter(
    (one) => search === '' || fieldFits(one.field, search) || changed.includes(one),
  );

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

  if (shown.length === 0) return null;
  return (
    <form className="form" onSubmit={submit} aria-label={title} noValidate>
      <h3>{title}</h3>
      {shown.map(({ field, text, check }) => (
        <FigureField
          key={field.key}
          label={field.label}
          unit={field.unit === 'home' ? homeAsset : field.unit}
          help={field.help}
          facts={field.facts}
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
      {changes.length > 0 && !isAsking && <Changes changes={changes} />}
      {/* Anew for other values: what was tried is what stands above. */}
      {changes.length > 0 && changed.every(({ check }) => check.ok) && tries !== undefined && (
        <WhatIf key={JSON.stringify(values)} part={tries} values={values} />
      )}
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

/** What saving would change: old and new values, and which of them lets more through. */
function Changes({ changes }: { readonly changes: readonly SettingChange[] }) {
  return (
    <ul className="setting-changes" aria-label="Changes that are not saved">
      {changes.map(({ key, label, unit, from, to, isLooser }) => (
        <li key={key}>
          {label}:{' '}
          <span className="num">
            {from === '' ? 'empty' : shownValue(from)} →{' '}
            <strong>{to === '' ? 'empty' : shownValue(to)}</strong>
          </span>{' '}
          {unit} {isLooser ? '(looser)' : '(tighter)'}
        </li>
      ))}
    </ul>
  );
}
