import { useMemo, useState } from 'react';
import type { ExecutionRecord } from '../../../src-engine/domain/event.ts';
import { useLab } from './lab-store.ts';
import { useLook } from './use-look.ts';
import { PriceChart, type PriceMark } from './price-chart.tsx';
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

/** Prices of one instrument over the run with every leg marked; a click at a mark chooses its trade. */
export function TradePrices({ runId, trade, symbols }: TradePricesProps) {
  const reviewTrade = useLab((lab) => lab.reviewTrade);
  const look = useLook();
  const [picked, setPicked] = useState<string | null>(null);
  const [zoom, setZoom] = useState<(typeof ZOOMS)[number]>(ZOOMS[2]);
  const own = useMemo(() => symbolsOf(trade, symbols), [trade, symbols]);
  const symbol = picked !== null && symbols.includes(picked) ? picked : (own[0] ?? symbols[0]);
  const { data } = useAnswer('getRunPrices', symbol === undefined ? null : { runId, symbol });
  const marks = useMemo(() => (data?.marks ?? []).map(markOf), [data]);
  const range =
    trade === undefined || zoom.aroundUs === null
      ? null
      : { fromUs: trade.startedUs - zoom.aroundUs, toUs: trade.finishedUs + zoom.aroundUs };
  const shown = [...own, ...symbols.filter((each) => !own.includes(each))];
  if (symbol === undefined) return null;
  return (
    <section className="lab-prices" aria-label="Prices">
      <div className="lab-row lab-prices-head">
        <span className="lab-switch" role="radiogroup" aria-label="Instrument">
          {shown.map((each) => (
            <label key={each} className={each === symbol ? 'lab-switch-on' : ''}>
              <input
                type="radio"
                name="lab-symbol"
                className="visually-hidden"
                checked={each === symbol}
                onChange={() => setPicked(each)}
              />
              {each}
              {own.includes(each) && <span title="Traded by the chosen trade"> •</span>}
            </label>
          ))}
        </span>
        <span className="lab-switch" role="radiogroup" aria-label="Zoom">
          {ZOOMS.map((each) => (
            <label key={each.label} className={each === zoom ? 'lab-switch-on' : ''}>
              <input
                type="radio"
                name="lab-zoom"
                className="visually-hidden"
                checked={each === zoom}
                onChange={() => setZoom(each)}
              />
              {each.label}
            </label>
          ))}
        </span>
      </div>
      <PriceChart
        key={look}
        symbol={symbol}
        points={data?.points ?? NO_POINTS}
        marks={marks}
        range={range}
        chosenId={trade?.executionId ?? null}
        onChoose={reviewTrade}
      />
    </section>
  );
}

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
  return { executionId, atUs, side, text: isFilled ? place : `${place}: nothing`, failed: !isFilled };
}

/** Instruments between the assets of a trade's cycle, in its order. */
function symbolsOf(trade: ExecutionRecord | undefined, symbols: readonly string[]): readonly string[] {
  if (trade === undefined) return [];
  const { path } = trade;
  return path.flatMap((asset, at) => {
    const next = path[(at + 1) % path.length];
    return symbols.filter((symbol) => symbol === `${asset}/${next}` || symbol === `${next}/${asset}`);
  });
}
