/** Starts a training: on which market, which kind of model, from which features, for which label. */
import { type FormEvent, useEffect, useState } from 'react';
import type { OperationInput, OperationOutput } from '../../../src-engine/contract/operations.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useSession } from '../../engine/use-session.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { notAFigure, typedFigure } from '../../lib/typed-figure.ts';
import { BARS, KINDS, nameFor, usualBar } from './training-words.ts';

type Sources = OperationOutput<'listTrainingSources'>;
type Source = Sources['sources'][number];
type Input = OperationInput<'startTraining'>;
type Kind = Input['kind'];

const FIGURES = [
  {
    name: 'horizonBars',
    label: 'Label',
    unit: 'bars',
    usual: '5',
    help: 'Whether the price is higher so many bars after the next close.',
  },
  {
    name: 'costBps',
    label: 'Costs',
    unit: 'bps',
    usual: '10',
    help: 'Of each fill: fee, half the spread, slippage.',
  },
  {
    name: 'folds',
    label: 'Folds',
    unit: '',
    usual: '4',
    help: 'Pieces of the newer half that are judged, each by a model that knows nothing of it.',
  },
  {
    name: 'seed',
    label: 'Seed',
    unit: '',
    usual: '1',
    help: 'The same inputs and seed give the same model, byte for byte.',
  },
] as const;
type FigureName = (typeof FIGURES)[number]['name'];

export function TrainingForm({ onClose }: { readonly onClose: () => void }) {
  const { client } = useSession();
  const [sources, setSources] = useState<Sources>();
  const [place, setPlace] = useState('');
  const [symbol, setSymbol] = useState('');
  const [kind, setKind] = useState<Kind>('logistic');
  const [bar, setBar] = useState('');
  const [features, setFeatures] = useState('');
  const [name, setName] = useState('');
  const [typed, setTyped] = useState<Partial<Record<FigureName, string>>>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let isGone = false;
    client.call('listTrainingSources', {}).then(
      (found) => {
        if (!isGone) setSources(found);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  const all = sources?.sources ?? [];
  const source = all.find((one) => keyOf(one) === place) ?? all[0];
  const market = source?.markets.includes(symbol) === true ? symbol : (source?.markets[0] ?? '');
  const usual = usualBar(source?.seconds ?? null);
  const seconds = bar === '' ? usual : bar;
  const sets = KINDS[kind].features ?? sources?.featureSets.map((set) => set.name) ?? [];
  const chosenSet = sets.includes(features) ? features : (sets[0] ?? '');
  const suggested = nameFor(market === '' ? (source?.file ?? '') : market, kind);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (busy || source === undefined) return;
    const figures: Partial<Record<FigureName, number>> = {};
    for (const { name: each, usual: preset } of FIGURES) {
      const text = typed[each] ?? preset;
      const figure = typedFigure(text);
      if (Number.isNaN(figure)) return setProblem(notAFigure(each, text));
      figures[each] = figure;
    }
    setBusy(true);
    setProblem(null);
    client
      .call('startTraining', {
        place: source.place,
        file: source.file,
        name: name.trim() === '' ? suggested : name.trim(),
        kind,
        ...(market === '' ? {} : { symbol: market }),
        ...(source.place === 'imports' ? {} : { barSeconds: Number(seconds) }),
        features: chosenSet.split(' '),
        ...figures,
      })
      .then(onClose, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const errorOf = (field: string): string => (problem?.field === field ? problem.message : '');
  return (
    <Dialog title="Train a model" kind="box" onClose={onClose}>
      <form className="form rule-form" aria-label="Train a model" onSubmit={send} noValidate>
        {sources !== undefined && source === undefined && (
          <p className="field-help">
            There is nothing to learn from yet. Record a session (panel Lab: recordings), or put a CSV file of
            bars into the imports folder.
          </p>
        )}
        {source !== undefined && (
          <>
            <Choice
              label="Learn from"
              value={keyOf(source)}
              values={all.map(keyOf)}
              text={(key) => sourceText(all.find((one) => keyOf(one) === key))}
              onChoose={setPlace}
            />
            {source.markets.length > 0 && (
              <Choice label="Market" value={market} values={source.markets} onChoose={setSymbol} />
            )}
            {source.place === 'recordings' && (
              <Choice
                label="Bars"
                value={seconds}
                values={BARS}
                text={(one) => `${one} s`}
                onChoose={setBar}
              />
            )}
            <p className="field-help">{rowsText(source, Number(seconds))}</p>
            <Choice
              label="Kind"
              value={kind}
              values={Object.keys(KINDS) as Kind[]}
              text={(one) => KINDS[one].label}
              onChoose={setKind}
            />
            <p className="field-help">{KINDS[kind].about}</p>
            <Choice
              label="Features"
              value={chosenSet}
              values={sets}
              text={(one) => featureText(sources, one)}
              onChoose={setFeatures}
            />
            {FIGURES.map(({ name: each, label, unit, usual: preset, help }) => (
              <FigureField
                key={each}
                label={label}
                unit={unit}
                help={help}
                error={errorOf(each)}
                value={typed[each] ?? preset}
                onChange={(text) => setTyped({ ...typed, [each]: text })}
              />
            ))}
            <FigureField
              label="Name"
              unit=""
              isText
              help="Lower case with hyphens. A model of this name gets a new version."
              error={errorOf('name')}
              value={name === '' ? suggested : name}
              onChange={setName}
            />
          </>
        )}
        {problem !== null && <ProblemNotice title="Not started" problem={problem} />}
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={busy || source === undefined}>
            {busy ? 'Starting…' : 'Train'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const keyOf = ({ place, file }: Source): string => `${place}/${file}`;

function sourceText(source: Source | undefined): string {
  if (source === undefined) return '';
  if (source.place === 'imports') return `${source.file} (bars)`;
  return source.seconds === null ? source.file : `${source.file} (${formatDuration(source.seconds * 1e6)})`;
}

function rowsText({ place, seconds }: Source, bar: number): string {
  if (place === 'imports') return 'Bars of the file itself.';
  if (seconds === null) return 'How long it is is not known yet.';
  const bars = Math.floor(seconds / bar);
  return `About ${bars} bars. ${bars < 500 ? 'Fewer than some 500 decide nothing: record longer, or take shorter bars.' : ''}`;
}

function featureText(sources: Sources | undefined, name: string): string {
  const set = sources?.featureSets.find((one) => one.name === name);
  return set === undefined ? name : `${name} (${set.features.length})`;
}
