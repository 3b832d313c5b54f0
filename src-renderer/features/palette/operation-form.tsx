/** One operation of the engine: its fields, what is sent, and the engine's answer in its own words. */
import { ArrowLeft } from 'lucide-react';
import { type FormEvent, useId, useMemo, useState } from 'react';
import type { OperationInput, OperationName } from '../../../src-engine/contract/operations.ts';
import { operations } from '../../../src-engine/contract/operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { FigureInput } from '../../components/figure-input.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';
import { withPoint } from '../../lib/decimal-text.ts';
import { ChangeQuestion } from '../settings/change-question.tsx';
import { looserByCall } from '../settings/looser-calls.ts';
import type { SettingChange } from '../settings/loosening.ts';
import { operationTitle } from './palette-words.ts';
import { type Field, operationFields, readTyped, type Typed } from './operation-fields.ts';

/** Characters of an answer that are shown; all of it can be copied. */
const SHOWN = 20_000;

type State =
  | { readonly phase: 'typing' }
  | { readonly phase: 'asking' }
  /** It lets more through than before: done only once that is confirmed. */
  | { readonly phase: 'looser'; readonly changes: readonly SettingChange[]; readonly input: unknown }
  | { readonly phase: 'answered'; readonly text: string }
  | { readonly phase: 'refused'; readonly problem: Problem };

export function OperationForm({ op, onBack }: { readonly op: OperationName; readonly onBack: () => void }) {
  const session = useSession();
  const fields = useMemo(() => operationFields(op), [op]);
  const [typed, setTyped] = useState<Typed>({});
  const [state, setState] = useState<State>({ phase: 'typing' });
  const { summary, changes } = operations[op];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readTyped(op, fields, typed);
    if ('problem' in read) {
      const problem = {
        code: 'bad-input',
        field: read.field,
        value: typed[read.field],
        message: read.problem,
      };
      setState({ phase: 'refused', problem });
      return;
    }
    setState({ phase: 'asking' });
    const ask = {
      execution: () => session.client.call('getExecutionSettings', {}),
      durability: () => session.client.call('getDurability', {}),
    };
    const { replica } = session.store.getState();
    const looser = replica === null ? Promise.resolve([]) : looserByCall(op, read.input, replica, ask);
    looser.then(
      (found) => {
        if (found.length === 0) send(read.input);
        else setState({ phase: 'looser', changes: found, input: read.input });
      },
      (error: unknown) => setState({ phase: 'refused', problem: problemOf(error) }),
    );
  };
  const send = (input: unknown): void => {
    setState({ phase: 'asking' });
    session.client.call(op, input as OperationInput<typeof op>, 60_000).then(
      (answer) => setState({ phase: 'answered', text: JSON.stringify(answer, null, 2) }),
      (error: unknown) => setState({ phase: 'refused', problem: problemOf(error) }),
    );
  };
  return (
    <form className="stack" onSubmit={submit}>
      <p className="dim">{summary}</p>
      {fields.map((field) => (
        <FieldRow
          key={field.name}
          field={field}
          value={typed[field.name] ?? ''}
          onChange={(value) => setTyped({ ...typed, [field.name]: value })}
        />
      ))}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onBack}>
          <ArrowLeft size={13} aria-hidden="true" /> Back
        </button>
        <button
          type="submit"
          className={`button ${changes ? 'button-danger' : 'button-primary'}`}
          disabled={state.phase === 'asking'}
        >
          {state.phase === 'asking' ? 'Running…' : changes ? operationTitle(op) : 'Run'}
        </button>
      </div>
      {state.phase === 'looser' && (
        <ChangeQuestion
          changes={state.changes}
          isBusy={false}
          onConfirm={() => send(state.input)}
          onCancel={() => setState({ phase: 'typing' })}
        />
      )}
      {state.phase === 'refused' && (
        <ProblemNotice title={`${operationTitle(op)}: failed`} problem={state.problem} />
      )}
      {state.phase === 'answered' && <Answer text={state.text} />}
    </form>
  );
}

function Answer({ text }: { readonly text: string }) {
  return (
    <section aria-label="Answer" className="stack">
      <div className="dialog-actions">
        <CopyButton label="Copy the answer" text={text} />
      </div>
      <pre className="answer num" tabIndex={0}>
        {text.length > SHOWN ? `${text.slice(0, SHOWN)}\n…` : text}
      </pre>
    </section>
  );
}

function FieldRow({
  field: { name, kind, choices, isRequired, preset },
  value,
  onChange,
}: {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const id = useId();
  const options = kind === 'boolean' ? ['true', 'false'] : choices;
  return (
    <div className="field-row">
      <label htmlFor={id}>
        {name}
        {!isRequired && <span className="dim"> (optional)</span>}
      </label>
      {options.length > 0 ? (
        <select id={id} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">{preset === '' ? '—' : preset}</option>
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : kind === 'number' || kind === 'decimal' ? (
        <FigureInput id={id} value={value} placeholder={withPoint(preset)} onChange={onChange} />
      ) : (
        <input
          id={id}
          className="input num"
          value={value}
          placeholder={kind === 'json' ? '{ }' : preset}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </div>
  );
}
