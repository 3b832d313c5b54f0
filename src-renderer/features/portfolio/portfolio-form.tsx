/** Sets a portfolio: its coins with shares and bands, its capital, and what signals may change. */
import { type FormEvent, useState } from 'react';
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { Choice } from '../../components/choice.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { FigureField } from '../../components/figure-field.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { plainFigure, withPoint } from '../../lib/decimal-text.ts';
import { notAFigure, typedFigure } from '../../lib/typed-figure.ts';
import { MODE_HELP } from '../strategies/strategy-words.ts';
import { PortfolioCoins } from './portfolio-coins.tsx';
import { type CoinField, quoteOf } from './portfolio-words.ts';

const WAYS = ['shadow', 'paper'] as const;
const ANSWERS = ['yes', 'no'] as const;

const FIGURES = {
  capital: { label: 'Capital', unit: '', help: 'What it has to invest.', usual: '1000' },
  cash: { label: 'Cash', unit: '%', help: 'At least so much of it stays cash.', usual: '2' },
  barSeconds: { label: 'Judged each', unit: 's', help: 'Length of its bars.', usual: '60' },
  horizonDays: {
    label: 'Horizon',
    unit: 'days',
    help: 'For how long a deviation would last. The longer, the more a trade is worth.',
    usual: '90',
  },
  maxTilt: {
    label: 'Max. tilt',
    unit: '%',
    help: 'By so much of the portfolio signals move a target at most.',
    usual: '10',
  },
  maxSlippageBps: {
    label: 'Max. slippage',
    unit: 'bps',
    help: 'Furthest that a fill may be from the best price.',
    usual: '20',
  },
} as const;
type FigureName = keyof typeof FIGURES;
const NAMES = Object.keys(FIGURES) as readonly FigureName[];

export function PortfolioForm({
  row,
  hasPaper,
  onClose,
}: {
  /** As it is set; undefined: none is. */
  readonly row: StrategyRow | undefined;
  readonly hasPaper: boolean;
  readonly onClose: () => void;
}) {
  const { client } = useSession();
  const instruments = useReplica((replica) => replica.instruments) ?? [];
  const markets = instruments.map(({ symbol, venue }) => `${symbol}@${venue}`);
  const [coins, setCoins] = useState<readonly CoinField[]>(() => coinsOf(row, markets));
  const [figures, setFigures] = useState<Readonly<Record<FigureName, string>>>(() => figuresOf(row));
  const [mode, setMode] = useState<(typeof WAYS)[number]>('shadow');
  const [signals, setSignals] = useState<(typeof ANSWERS)[number]>(
    row?.parameters['signals'] === false ? 'no' : 'yes',
  );
  // One that trades is switched where its modes stand: other targets are no reason to leave the mode that it has.
  const isModeAsked = row === undefined || row.mode === 'off';
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const numbers = Object.fromEntries(
      NAMES.filter((name) => name !== 'capital').map((name) => [name, typedFigure(figures[name])]),
    );
    const unread = NAMES.find((name) => Number.isNaN(numbers[name] ?? 0));
    if (unread !== undefined) return setProblem(notAFigure(unread, figures[unread]));
    const typed = coins.map((coin) => ({
      market: coin.market,
      weight: typedFigure(coin.weight),
      band: typedFigure(coin.band),
    }));
    const bad = coins.find(({ weight, band }) =>
      [weight, band].some((text) => Number.isNaN(typedFigure(text))),
    );
    if (bad !== undefined) {
      const { market, weight, band } = bad;
      return setProblem(notAFigure(market, Number.isNaN(typedFigure(weight)) ? weight : band));
    }
    setBusy(true);
    setProblem(null);
    client
      .call('setPortfolio', {
        coins: typed,
        ...(isModeAsked ? { mode } : {}),
        capital: plainFigure(figures.capital.trim()),
        ...numbers,
        // Of these the form has no field: they stay as they were set.
        ...(typeof row?.parameters['kelly'] === 'number' ? { kelly: row.parameters['kelly'] } : {}),
        ...(typeof row?.parameters['toEdge'] === 'boolean' ? { toEdge: row.parameters['toEdge'] } : {}),
        signals: signals === 'yes',
      })
      .then(onClose, (error: unknown) => setProblem(problemOf(error)))
      .finally(() => setBusy(false));
  };
  const title = row === undefined ? 'Set a portfolio' : 'Change the portfolio';
  return (
    <Dialog title={title} kind="box" onClose={onClose}>
      <form className="form rule-form" aria-label={title} onSubmit={send} noValidate>
        <PortfolioCoins
          coins={coins}
          markets={markets}
          cash={figures.cash}
          wrong={problem?.field ?? ''}
          onChange={setCoins}
        />
        {isModeAsked && (
          <>
            <Choice
              label="Mode"
              value={mode}
              values={hasPaper ? WAYS : WAYS.slice(0, 1)}
              onChoose={setMode}
            />
            <p className="field-help">{MODE_HELP[mode]}</p>
          </>
        )}
        {NAMES.map((name) => (
          <FigureField
            key={name}
            label={FIGURES[name].label}
            unit={name === 'capital' ? quoteOf(coins) : FIGURES[name].unit}
            help={FIGURES[name].help}
            error={problem?.field === name ? problem.message : ''}
            value={figures[name]}
            onChange={(text) => setFigures({ ...figures, [name]: text })}
          />
        ))}
        <Choice label="Signals move targets" value={signals} values={ANSWERS} onChoose={setSignals} />
        {problem !== null && <ProblemNotice title="Not accepted" problem={problem} />}
        <div className="form-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary" disabled={busy || coins.length === 0}>
            {busy ? 'Sending…' : row === undefined ? 'Set portfolio' : 'Save targets'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** As they are set; of none the first two markets of one quote currency. */
function coinsOf(row: StrategyRow | undefined, markets: readonly string[]): readonly CoinField[] {
  if (row === undefined) {
    const quote = quoteOf(markets.map((market) => ({ market })));
    return markets
      .filter((market) => quoteOf([{ market }]) === quote)
      .slice(0, 2)
      .map((market, at) => ({ id: at + 1, market, weight: '40', band: '5' }));
  }
  const weights = String(row.parameters['weights'] ?? '').split(',');
  const bands = String(row.parameters['bands'] ?? '').split(',');
  return row.markets.map(({ symbol, venue }, at) => ({
    id: at + 1,
    market: `${symbol}@${venue}`,
    weight: withPoint(weights[at] ?? '0'),
    band: withPoint(bands[at] ?? bands[0] ?? '5'),
  }));
}

function figuresOf(row: StrategyRow | undefined): Readonly<Record<FigureName, string>> {
  const set: Partial<Record<FigureName, string | number | boolean | undefined>> =
    row === undefined
      ? {}
      : {
          capital: row.stake,
          barSeconds: row.barSeconds,
          maxSlippageBps: row.maxSlippageBps,
          cash: row.parameters['cash'],
          horizonDays: row.parameters['horizonDays'],
          maxTilt: row.parameters['maxTilt'],
        };
  return Object.fromEntries(
    NAMES.map((name) => [name, withPoint(String(set[name] ?? FIGURES[name].usual))]),
  ) as Record<FigureName, string>;
}
