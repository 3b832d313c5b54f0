import { RefreshCw } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { withPoint } from '../../lib/decimal-text.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { ChoiceField, TextField } from './form-fields.tsx';
import {
  checkImport,
  IMPORT_FIELDS,
  type ImportDraft,
  type ImportField,
  importProblem,
  MORE_FIELDS,
} from './import-fields.ts';
import { useLab } from './lab-store.ts';
import { sizeText } from '../../lib/figures.ts';
import { type Answer, useAnswer } from './use-answer.ts';
import type { OperationOutput } from '../../../src-engine/contract/operations.ts';

/** Between looks at the folder: files come and go by themselves. */
const LOOK_MS = 5_000;

type ImportList = OperationOutput<'listImports'>;
type Choice = { readonly value: string; readonly label: string };

/** From a file of prices to a recording. It is folded away, and the folder is looked at only while it is open. */
export function ImportSection() {
  const isViewer = useIsViewer();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="lab-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Import a file of prices or a capture</summary>
      {isOpen &&
        (isViewer ? (
          <p className="dim">This window is read-only: an operator imports files.</p>
        ) : (
          <ImportFiles />
        ))}
    </details>
  );
}

function ImportFiles() {
  const answer = useAnswer('listImports', {});
  const { data, problem, again } = answer;
  useEffect(() => {
    const timer = setInterval(again, LOOK_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (problem !== null) return <ProblemNotice title="The files could not be listed" problem={problem} />;
  if (data === undefined) return <p className="dim">Looking at the folder…</p>;
  if (data.files.length > 0) return <ImportForm data={data} again={again} />;
  return (
    <EmptyState title="No file to import">
      Put a CSV file (plain, gzip, zstd or zip) or a capture of a venue’s frames into{' '}
      <span className="num">{data.folder}</span> on the machine of the engine: it is listed here within
      seconds. {othersText(data)}
    </EmptyState>
  );
}

type ImportFormProps = { readonly data: ImportList; readonly again: Answer<ImportList>['again'] };

/** Checked where it is typed; what a file itself can say may stay empty. */
function ImportForm({ data, again }: ImportFormProps) {
  const { client } = useSession();
  const show = useLab((lab) => lab.show);
  const [draft, setDraft] = useState<ImportDraft>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [started, setStarted] = useState('');
  // A file that is gone is chosen no more.
  const file = data.files.some(({ name }) => name === draft.file) ? (draft.file ?? '') : '';
  const checked = checkImport({ ...draft, file });
  const type = (name: keyof ImportDraft, text: string): void => {
    setDraft({ ...draft, [name]: text });
    setStarted('');
  };
  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (busy || !checked.ok) return;
    setBusy(true);
    setProblem(null);
    try {
      const { recording } = await client.call('startImport', checked.input);
      setStarted(recording);
      show('jobs');
    } catch (error) {
      setProblem(importProblem(problemOf(error)));
    }
    setBusy(false);
  };
  const field = (each: ImportField) => (
    <Field
      key={each.name}
      field={each}
      data={data}
      value={draft[each.name] ?? ''}
      error={errorAt(checked, each.name, draft)}
      onType={(text) => type(each.name, text)}
    />
  );
  const files = data.files.map(({ name, bytes }) => ({ value: name, label: `${name} (${sizeText(bytes)})` }));
  const trouble = checked.ok ? '' : (Object.values(checked.errors)[0] ?? '');
  return (
    <form className="lab-import" aria-label="Import" noValidate onSubmit={(event) => void start(event)}>
      <div className="lab-row lab-import-file">
        <label>
          <span>File</span>
          <select className="input" value={file} onChange={(event) => type('file', event.target.value)}>
            {[{ value: '', label: 'Choose a file' }, ...files].map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="icon-button"
          aria-label="Look for files again"
          title="Look again"
          onClick={again}
        >
          <RefreshCw size={13} aria-hidden="true" />
        </button>
      </div>
      <p className="field-help">
        From <span className="num">{data.folder}</span>. {othersText(data)}
      </p>
      <div className="lab-fields">{IMPORT_FIELDS.map(field)}</div>
      <details className="lab-details">
        <summary>Columns, times and more</summary>
        <div className="lab-fields">{MORE_FIELDS.map(field)}</div>
      </details>
      {problem !== null && (
        <ProblemNotice title="Not imported" problem={problem} onDismiss={() => setProblem(null)} />
      )}
      <div className="lab-row lab-import-submit">
        <span className="dim">
          {started === '' ? trouble || `Makes a recording of ${file}.` : `Started: ${started}. See Jobs.`}
        </span>
        <button type="submit" className="button button-primary" disabled={busy || !checked.ok}>
          {busy ? 'Starting…' : 'Import'}
        </button>
      </div>
    </form>
  );
}

type FieldProps = {
  readonly field: ImportField;
  readonly data: ImportList;
  readonly value: string;
  readonly error: string;
  readonly onType: (text: string) => void;
};

function Field({ field, data, value, error, onType }: FieldProps) {
  const { label, help, kind, unit, placeholder } = field;
  if (kind === 'choice') {
    const choices = choicesOf(field, data);
    return <ChoiceField label={label} help={help} value={value} choices={choices} onChange={onType} />;
  }
  if (kind === 'switch') {
    return (
      <div className="lab-field">
        <label>
          <span>{label}</span>
          <input
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => onType(event.target.checked ? 'true' : '')}
          />
        </label>
        <p className="field-help">{help}</p>
      </div>
    );
  }
  const isFigure = kind === 'number' || kind === 'decimal';
  return (
    <TextField
      label={label}
      help={error === '' ? help : error}
      isBad={error !== ''}
      isWide={kind === 'pairs' || field.name === 'out'}
      isFigure={isFigure}
      value={value}
      onChange={onType}
      {...(unit === undefined ? {} : { unit })}
      {...(placeholder === undefined ? {} : { placeholder: isFigure ? withPoint(placeholder) : placeholder })}
    />
  );
}

function choicesOf({ name }: ImportField, { layouts, timeForms }: ImportList): readonly Choice[] {
  const plain = (values: readonly string[]): Choice[] => values.map((value) => ({ value, label: value }));
  const automatic = { value: '', label: 'Auto' };
  if (name === 'layout')
    return [automatic, ...layouts.map(({ name: value, what }) => ({ value, label: what }))];
  return [automatic, ...plain(name === 'time' ? timeForms : ['point', 'comma'])];
}

/** What is still empty is said beside the button, and not as a fault at its field. */
function errorAt(checked: ReturnType<typeof checkImport>, name: string, draft: ImportDraft): string {
  const typed = (draft[name as keyof ImportDraft] ?? '').trim();
  return checked.ok || typed === '' ? '' : (checked.errors[name] ?? '');
}

function othersText({ leftOut, isCut }: ImportList): string {
  const others = leftOut === 1 ? 'One other entry is' : `${leftOut} other entries are`;
  return [
    ...(leftOut === 0 ? [] : [`${others} never read: links, folders, pipes and hidden files.`]),
    ...(isCut ? ['The folder has more entries than are listed.'] : []),
  ].join(' ');
}
