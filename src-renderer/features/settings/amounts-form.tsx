import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer } from '../../engine/use-session.ts';
import { amountsText, readAmounts } from './amounts-text.ts';
import { ChangeQuestion } from './change-question.tsx';
import { looserQuantities } from './loosening.ts';
import { useFits } from './settings-search.ts';

type AmountsFormProps = {
  readonly row: { readonly label: string; readonly unit: string; readonly hint: string };
  readonly field: 'maxOrderQty' | 'pegBands';
  readonly schema: z.ZodType;
  readonly current: Readonly<Record<string, string>>;
  readonly onSave: (amounts: Readonly<Record<string, string>>) => Promise<void>;
};

const EXAMPLE = { USDC: '0.5', USDT: '1' };

/** A setting of amounts by coin, as one line; what lets more through is asked about. */
export function AmountsForm({ row, field, schema, current, onSave }: AmountsFormProps) {
  const [typed, setTyped] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const isViewer = useIsViewer();
  const before = amountsText(current);
  const text = typed ?? before;
  const answer = readAmounts(text, schema);
  const isChanged = answer.ok && amountsText(answer.value) !== before;
  const looser = answer.ok ? looserQuantities(current, answer.value, field) : [];
  const fits = useFits(row.label, row.hint, field);
  const save = (): void => {
    if (!answer.ok) return;
    setBusy(true);
    setProblem(null);
    onSave(answer.value)
      .then(
        () => setTyped(undefined),
        (error: unknown) => setProblem(problemOf(error)),
      )
      .finally(() => {
        setBusy(false);
        setAsking(false);
      });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isChanged || isViewer || isBusy) return;
    if (looser.length > 0) setAsking(true);
    else save();
  };
  // What was typed and not saved stays in sight.
  if (!fits && typed === undefined) return null;
  return (
    <form className="form" onSubmit={submit} aria-label={row.label} noValidate>
      <FigureField
        label={row.label}
        unit={row.unit}
        help={`${row.hint} Written as ${amountsText(EXAMPLE)}.`}
        error={answer.ok ? '' : answer.error}
        value={text}
        isReadOnly={isViewer}
        isList
        onChange={(value) => {
          setAsking(false);
          setTyped(value);
        }}
      />
      {problem !== null && <ProblemNotice title="Not saved" problem={problem} />}
      {isAsking && looser.length > 0 && (
        <ChangeQuestion changes={looser} isBusy={isBusy} onConfirm={save} onCancel={() => setAsking(false)} />
      )}
      <div className="form-actions">
        <button
          type="button"
          className="button"
          disabled={typed === undefined}
          onClick={() => setTyped(undefined)}
        >
          Undo
        </button>
        <button type="submit" className="button button-primary" disabled={!isChanged || isViewer || isBusy}>
          {isBusy ? 'Saving…' : 'Save'}
        </button>
      </div>
    </form>
  );
}
