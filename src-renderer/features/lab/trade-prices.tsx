import { useMemo, useState } from 'react';
import type { RegimeSpan } from '../../../src-engine/contract/market-records.ts';
import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { placeText } from '../../lib/venue-asset-text.ts';
import { useLab } from './lab-store.ts';
import { useLook } from './use-look.ts';
import { PriceChart, type PriceMark } from './price-chart.tsx';
import { legSymbols } from './leg-symbols.ts';
import { useAnswer } from './use-answer.ts';

type TradePricesProps = {
  readonly runId: string;
  readonly trade: ExecutionRecord | undefined;
  readonly symbols: readonly string[];
};

/** How much of the run is shown around the chosen trade. */
const ZOOMS = [
  { label: 'All', aroundUs: null },
  { label: '±60 s', aroundUs: 60_000_000 },
  { label: '±5 s', aroundUs: 5_000_000 },
] as const;

/** Prices of the chosen trade's legs side by side, or of one instrument; a click at a mark chooses its trade. */
export function TradePrices({ runId, trade, symbols }: TradePricesProps) {
  const look = useLook();
  const [picked, setPicked] = useState<string | null>(null);
  const [zoom, setZoom] = useState<(typeof ZOOMS)[number]>(ZOOMS[2]);
  const legs = useMemo(() => legSymbols(trade?.path ?? [], symbols), [trade, symbols]);
  const own = legs.symbols;
  const single = picked !== null && symbols.includes(picked) ? picked : null;
  const shown = single !== null ? [single] : own.length > 0 ? own : symbols.slice(0, 1);
  const range = useMemo(
    () =>
      trade === undefined || zoom.aroundUs === null
        ? null
        : { fromUs: trade.startedUs - zoom.aroundUs, toUs: trade.finishedUs + zoom.aroundUs },
    [trade, zoom],
  );
  if (shown.length === 0) return null;
  return (
    <section className="lab-prices" aria-label="Prices">
      <div className="lab-row lab-prices-head">
        <Instruments own={own} others={symbols} single={single} onPick={setPicked} />
        <span className="lab-switch" role="radiogroup" aria-label="Zoom">
          {ZOOMS.map((each) => (
            <Choice
              key={each.label}
              group="lab-zoom"
              label={each.label}
              isOn={each === zoom}
              onChoose={() => setZoom(each)}
            />
          ))}
        </span>
      </div>
      {legs.missing.length > 0 && (
        <p className="lab-note">
          No prices were kept for {legs.missing.join(', ')}: only the most traded instruments have prices.
        </p>
      )}
      <div className={shown.length > 1 ? 'lab-charts lab-charts-many' : 'lab-charts'}>
        {shown.map((symbol) => (
          <InstrumentPrices
            key={`${symbol} ${look}`}
            runId={runId}
            symbol={symbol}
            hasTitle={shown.length > 1}
            range={range}
            chosenId={trade?.executionId ?? null}
          />
        ))}
      </div>
    </section>
  );
}

type InstrumentsProps = {
  /** Of the chosen trade, in the order of its legs. */
  readonly own: readonly string[];
  readonly others: readonly string[];
  /** The one that is shown alone; null: all legs. */
  readonly single: string | null;
  readonly onPick: (symbol: string | null) => void;
};

/** All legs of the trade together, each of them alone, or any other instrument of the run. */
function Instruments({ own, others, single, onPick }: InstrumentsProps) {
  const rest = others.filter((each) => !own.includes(each));
  return (
    <span className="lab-row">
      <span className="lab-switch" role="radiogroup" aria-label="Instrument">
        {own.length > 0 && (
          <Choice group="lab-symbol" label="All legs" isOn={single === null} onChoose={() => onPick(null)} />
        )}
        {own.map((symbol) => (
          <Choice
            key={symbol}
            group="lab-symbol"
            label={placeText(symbol)}
            isOn={symbol === single}
            onChoose={() => onPick(symbol)}
          />
        ))}
      </span>
      {rest.length > 0 && (
        <select
          className="input lab-picker"
          aria-label="Another instrument"
          value={single !== null && rest.includes(single) ? single : ''}
          onChange={(event) => onPick(event.target.value === '' ? null : event.target.value)}
        >
          <option value="">Another…</option>
          {rest.map((symbol) => (
            <option key={symbol} value={symbol}>
              {placeText(symbol)}
            </option>
          ))}
        </select>
      )}
    </span>
  );
}

type ChoiceProps = {
  readonly group: string;
  readonly label: string;
  readonly isOn: boolean;
  readonly onChoose: () => void;
};

function Choice({ group, label, isOn, onChoose }: ChoiceProps) {
  return (
    <label className={isOn ? 'lab-switch-on' : ''}>
      <input type="radio" name={group} className="visually-hidden" checked={isOn} onChange={onChoose} />
      {label}
    </label>
  );
}

type InstrumentPricesProps = {
  readonly runId: string;
  readonly symbol: string;
  readonly hasTitle: boolean;
  readonly range: { readonly fromUs: number; readonly toUs: number } | null;
  readonly chosenId: string | null;
};

function InstrumentPrices({ runId, symbol, hasTitle, range, chosenId }: InstrumentPricesProps) {
  const reviewTrade = useLab((lab) => lab.reviewTrade);
  const { data, problem } = useAnswer('getRunPrices', { runId, symbol });
  const marks = useMemo(() => (data?.marks ?? []).map(markOf), [data]);
  return (
    <div className="lab-chart-cell">
      {hasTitle && <h4 className="symbol">{placeText(symbol)}</h4>}
      {problem !== null && <p className="field-error">{problem.message}</p>}
      <PriceChart
        symbol={symbol}
        points={data?.points ?? NO_POINTS}
        marks={marks}
        regimes={data?.regimes ?? NO_REGIMES}
        range={range}
        chosenId={chosenId}
        onChoose={reviewTrade}
      />
    </div>
  );
}

const NO_REGIMES: readonly RegimeSpan[] = [];
const NO_POINTS: readonly {
  readonly atUs: number;
  readonly bid: number | null;
  readonly ask: number | null;
}[] = [];

type LegMark = {
  readonly executionId: string;
  readonly atUs: number;
  readonly side: 'buy' | 'sell';
  readonly leg: number;
  readonly legs: number;
  readonly isFilled: boolean;
};

function markOf({ executionId, atUs, side, leg, legs, isFilled }: LegMark): PriceMark {
  const place = leg === 1 ? 'entry' : leg === legs ? 'exit' : `leg ${leg}`;
  return { executionId, atUs, side, text: isFilled ? place : `${place}: not filled`, failed: !isFilled };
}
