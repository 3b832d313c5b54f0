/** Sets a strategy: which, on what, how large, and with which parameters. */
import { type FormEvent, useEffect, useState } from 'react';
import type { KnownStrategy } from '../../../src-engine/contract/strategy-records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { notAFigure, typedFigure } from '../../lib/typed-figure.ts';
import { withVenueTitles } from '../../../src-engine/domain/venue-titles.ts';
import { MODE_HELP } from './strategy-words.ts';

const WAYS = ['shadow', 'paper'] as const;
const BARS = ['1', '5', '15', '60', '300', '900', '3600'] as const;
const NO_STRATEGIES: readonly KnownStrategy[] = [];

type Values = {
  readonly market: string;
  readonly second: string;
  readonly mode: (typeof WAYS)[number];
  readonly bar: (typeof BARS)[number];
  readonly stake: string;
  readonly slippage: string;
};

export function StrategyForm({
  hasPaper,
  initial = '',
  onClose,
}: {
  readonly hasPaper: boolean;
  /** The strategy that is chosen at first; empty: the first one. */
  readonly initial?: string;
  readonly onClose: () => void;
}) {
  const { client } = useSession();
  const instruments = useReplica((replica) => replica.instruments) ?? [];
  const markets = instruments.map(({ symbol, venue }) => `${symbol}@${venue}`);
  const [known, setKnown] = useState(NO_STRATEGIES);
  const [name, setName] = useState(initial);
  const [values, setValues] = useState<Values>({
    market: markets[0] ?? '',
    second: markets[1] ?? markets[0] ?? '',
    mode: 'shadow',
    bar: '5',
    stake: '100',
    slippage: '20',
  });
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useEffect(() => {
    let isGone = false;
    client.call('listStrategies', {}).then(
      (found) => {
        if (isGone) return;
        // A portfolio is set in its own panel.
        const offered = found.known.filter(({ mostMarkets }) => mostMarkets === null);
        setKnown(offered);
        setName((chosen) => (chosen === '' ? (offered[0]?.name ?? '') : chosen));
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
    return () => {
      isGone = true;
    };
  }, [client]);
  const chosen = known.find((one) => one.name === name);
  const set = (change: Partial<Values>) => setValues({ ...values, ...change });
  const run = (work: Promise<unknown>, done: (answer: unknown) => void) => {
    setBusy(true);
    setProblem(null);
    work.then(done, (error: unknown) => setProblem(problemOf(error))).finally(() => setBusy(false));
  };
  const load = () =>
    run(
      client
        .call('loadStrategy', { name })
        .then((loaded) => setKnown((all) => all.map((one) => (one.name === loaded.name ? loaded : one)))),
      () => undefined,
    );
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (busy || chosen === undefined) return;
    const maxSlippageBps = typedFigure(values.slippage);
    if (Number.isNaN(maxSlippageBps)) return setProblem(notAFigure('maxSlippageBps', values.slippage));
    const parameters = Object.fromEntries(
      chosen.parameters.flatMap(({ name: parameter }) => {
        const text = typed[parameter]?.trim() ?? '';
        return text === '' ? [] : [[parameter, plainFigure(text)]];
      }),
    );
    run(
      client.call('setStrategy', {
        name,
        markets: chosen.markets === 2 ? [values.market, values.second] : [values.market],
        mode: values.mode,
        // A model runs on the bars that it was trained on, whichever these are.
        ...(chosen.place === 'model' ? {} : { barSeconds: Number(values.bar) }),
        stake: plainFigure(values.stake.trim()),
        maxSlippageBps,
        parameters,
      }),
      onClose,
    );
  };
  const errorOf = (field: string): string => (problem?.field === field ? problem.message : '');
  const quote = values.market.split('@')[0]?.split('/')[1] ?? '';
  return (
    <Dialog title="Set a strategy" kind="box" onClose={onClose}>
      <form className="form rule-form" aria-label="Set a strategy" onSubmit={send} noValidate>
        <Choice label="Strategy" value={name} values={known.map((one) => one.name)} onChoose={setName} />
        <p className="field-help">{aboutOf(chosen)}</p>
        <Choice
          label={chosen?.markets === 2 ? 'First market' : 'Market'}
          value={values.market}
          values={markets}
          text={withVenueTitles}
          onChoose={(market) => set({ market })}
        />
        {chosen?.markets === 2 && (
          <Choice
            label="Second market"
            value={values.second}
            values={markets}
            text={withVenueTitles}
            onChoose={(second) => set({ second })}
          />
        )}
        <Choice
          label="Mode"
          value={values.mode}
          values={hasPaper && chosen?.may !== 'signal' ? WAYS : WAYS.slice(0, 1)}
          onChoose={(mode) => set({ mode })}
        />
        <p className="field-help">{MODE_HELP[values.mode]}</p>
        {chosen?.place === 'model' ? (
          <p className="field-help">Bars: as long as those that it was trained on.</p>
        ) : (
          <Choice
            label="Bars"
            value={values.bar}
            values={BARS}
            text={(seconds) => `${seconds} s`}
            onChoose={(bar) => set({ bar })}
          />
        )}
        <FigureField
          label="Stake"
          unit={quote}
          help="What a position of 1 is worth."
          error={errorOf('stake')}
          value={values.stake}
          onChange={(stake) => set({ stake })}
        />
        <FigureField
          label="Max. slippage"
          unit="bps"
          help="Furthest that a fill may be from the best price."
          error={errorOf('maxSlippageBps')}
          value={values.slippage}
          onChange={(slippage) => set({ slippage })}
        />
        {(chosen?.parameters ?? []).map(({ name: parameter, usual, range }) => (
          <FigureField
            key={`${name} ${parameter}`}
            label={parameter}
            unit=""
            help={[`usually ${shownUsual(usual)}`, range].filter((text) => text !== '').join('; ')}
            error={errorOf(`parameters.${parameter}`)}
            value={typed[parameter] ?? shownUsual(usual)}
            onChange={(text) => setTyped({ ...typed, [parameter]: text })}
          />
        ))}
        {problem !== null && <ProblemNotice title="Not accepted" problem={problem} />}
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          {chosen !== undefined && !chosen.isLoaded && chosen.fault === '' ? (
            <button type="button" className="button button-primary" disabled={busy} onClick={load}>
              Load it
            </button>
          ) : (
            <button
              type="submit"
              className="button button-primary"
              disabled={busy || chosen === undefined || chosen.fault !== ''}
            >
              {busy ? 'Sending…' : 'Set strategy'}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** A figure as the window writes it; a word stays. */
const shownUsual = (usual: KnownStrategy['parameters'][number]['usual']): string =>
  typeof usual === 'number' ? withPoint(String(usual)) : String(usual);

function aboutOf(chosen: KnownStrategy | undefined): string {
  if (chosen === undefined) return '';
  if (chosen.fault !== '') return `It cannot be used: ${chosen.fault}.`;
  if (!chosen.isLoaded && chosen.place === 'model')
    return 'A model of the registry. Loading verifies its file and its stored answers.';
  if (!chosen.isLoaded)
    return `Your own, in ${chosen.file}. Loading runs its code with all rights of the engine: load only what you trust.`;
  return chosen.summary;
}
