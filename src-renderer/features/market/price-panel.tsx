import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  BAR_SPAN_US,
  type Bar,
  type BarSpan,
  KEPT_BARS,
  type RegimeSpan,
} from '../../../src-engine/contract/market-records.ts';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { FillRecord } from '../../../src-engine/domain/event.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Segments } from '../../components/segments.tsx';
import { Panel } from '../../components/panel.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import type { EngineClient } from '../../engine/client.ts';
import { problemOf } from '../../engine/session.ts';
import { useAsked } from '../../engine/use-asked.ts';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { ABSENT, formatUnits, groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { formatSpread } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge, formatClock } from '../../lib/time-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { useLook } from '../lab/use-look.ts';
import { RegimeBand } from './regime-band.tsx';
import type { ChartView } from './regime-spans.ts';
import { barSpreadBps, fillMarks, mergeBars, withView } from './bar-series.ts';
import { type CandleChart, makeCandleChart } from './candle-chart.ts';

type Step = { readonly label: string; readonly span: BarSpan; readonly stepUs: number };
const STEPS: readonly Step[] = [
  { label: '1 s', span: '1s', stepUs: 1_000_000 },
  { label: '5 s', span: '1s', stepUs: 5_000_000 },
  { label: '15 s', span: '1s', stepUs: 15_000_000 },
  { label: '1 m', span: '1m', stepUs: 60_000_000 },
  { label: '5 m', span: '1m', stepUs: 300_000_000 },
];
const FIRST: Step = { label: '1 s', span: '1s', stepUs: 1_000_000 };
const NO_SPANS: readonly RegimeSpan[] = [];
/** A regime changes after three bars at the earliest. */
const REGIMES_MS = 3_000;
const NO_FILLS: readonly FillRecord[] = [];

/** Candles of the linked instrument's mid price, its spread, and our fills. */
export function PricePanel() {
  const { instrument } = useLinkedInstrument();
  const [chosen, setChosen] = useState(0);
  const step = STEPS[chosen] ?? FIRST;
  // A chart takes its colours when it is made: other colours are another chart.
  const look = useLook();
  if (instrument === undefined) {
    return (
      <Panel title="Chart">
        <EmptyState title="No instrument selected">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="Chart"
      note={<strong className="symbol">{instrument.symbol}</strong>}
      actions={
        <>
          <Segments
            label="Length of a bar"
            values={STEPS.map(({ label }) => label)}
            chosen={step.label}
            onChoose={(label) => setChosen(STEPS.findIndex((one) => one.label === label))}
          />
          <ViewAge topic="bars" params={{ instrumentId: instrument.id, span: step.span }} />
        </>
      }
    >
      <Candles key={`${instrument.id} ${step.label} ${look}`} instrument={instrument} step={step} />
    </Panel>
  );
}

function Candles({ instrument, step }: { readonly instrument: InstrumentRecord; readonly step: Step }) {
  const { label, span, stepUs } = step;
  const session = useSession();
  const zone = usePrefs((prefs) => prefs.zone);
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<CandleChart | null>(null);
  const bars = useRef<readonly Bar[]>([]);
  const [count, setCount] = useState(0);
  const [fault, setFault] = useState('');
  const [view, setView] = useState<ChartView | null>(null);
  const barsAStep = stepUs / BAR_SPAN_US[span];
  const ask = useCallback(
    (client: EngineClient) => client.call('listRegimes', { instrumentId: instrument.id, span, barsAStep }),
    [instrument.id, span, barsAStep],
  );
  const [regimes] = useAsked(ask, Math.max(REGIMES_MS, stepUs / 5_000));
  const allFills = useReplica((replica) => replica.fills) ?? NO_FILLS;
  const fills = useMemo(
    () => allFills.filter(({ symbol, venue }) => symbol === instrument.symbol && venue === instrument.venue),
    [allFills, instrument],
  );

  const fillsNow = useRef(fills);
  const shownMarks = useRef('');
  const mark = useCallback(() => {
    const marks = fillMarks(fillsNow.current, mergeBars(bars.current, stepUs), stepUs);
    const text = JSON.stringify(marks);
    if (chart.current === null || text === shownMarks.current) return;
    shownMarks.current = text;
    chart.current.mark(marks);
  }, [stepUs]);
  useEffect(() => {
    fillsNow.current = fills;
    mark();
  }, [fills, mark]);

  useEffect(() => {
    if (host.current === null) return;
    const made = makeCandleChart(host.current, instrument.priceDecimals, instrument.qtyDecimals);
    made.show(mergeBars(bars.current, stepUs));
    chart.current = made;
    setView(made.view);
    shownMarks.current = '';
    return () => {
      chart.current = null;
      setView(null);
      made.remove();
    };
  }, [instrument, stepUs]);

  useEffect(() => {
    chart.current?.formatTimes((seconds) => formatClock(seconds * 1_000_000, zone));
  }, [zone]);

  useEffect(() => {
    const input = { instrumentId: instrument.id, span };
    let hasAll = false;
    let isLoading = false;
    let isOver = false;
    const load = async () => {
      isLoading = true;
      try {
        const all = (await session.client.call('listBars', input)).bars;
        if (isOver) return;
        bars.current = all;
        hasAll = true;
        chart.current?.show(mergeBars(all, stepUs));
        mark();
        setCount(all.length);
        setFault('');
      } catch (error) {
        if (!isOver) setFault(problemOf(error).message);
      } finally {
        isLoading = false;
      }
    };
    const end = session.client.subscribe('bars', input, (view) => {
      if (isLoading) return;
      const joined = hasAll ? withView(bars.current, view.bars, KEPT_BARS[span]) : false;
      if (joined === false) return void load();
      const lastUs = bars.current.at(-1)?.startUs ?? 0;
      bars.current = joined;
      const from = lastUs - (lastUs % stepUs);
      chart.current?.update(mergeBars(joined, stepUs).filter(({ startUs }) => startUs >= from));
      setCount(joined.length);
      // A mark needs its bar.
      if ((joined.at(-1)?.startUs ?? 0) > lastUs) mark();
    });
    return () => {
      isOver = true;
      end();
    };
  }, [session, instrument, span, stepUs, mark]);

  const figures = useTicking(() => barText(mergeBars(bars.current.slice(-300), stepUs).at(-1), instrument));
  const age = useTicking(() => {
    const atUs = bars.current.at(-1)?.startUs;
    return formatAge(atUs === undefined ? null : Math.max(0, session.nowUs() - atUs - BAR_SPAN_US[span]));
  });
  return (
    <>
      {count === 0 && (
        <EmptyState title={fault === '' ? 'No bars yet' : 'The bars could not be loaded'}>
          {fault === ''
            ? `The first bar starts when the book of ${instrument.symbol} is live.`
            : `${fault}. The window retries with the next price.`}
        </EmptyState>
      )}
      <div
        ref={host}
        className="price-chart"
        role="group"
        hidden={count === 0}
        aria-label={`Bars of ${label} of the mid price of ${instrument.symbol}, its spread in bps and traded quantity below; ${fills.length} of our fills loaded`}
      />
      {count > 0 && <RegimeBand spans={regimes?.spans ?? NO_SPANS} view={view} />}
      <p
        className="panel-foot num"
        hidden={count === 0}
        title="Mid (10 Hz), live books only; below: Spread (bps) as a line, traded quantity as columns, and the regime of each bar as the ensemble’s filter has it"
      >
        <span>{figures}</span>{' '}
        <span className="dim" title="Since the last bar with a sample ended">
          {age}
        </span>
        <span className="dim foot-note">Mid (10 Hz) · Spread (bps) · traded quantity · regime</span>
      </p>
    </>
  );
}

/** The current bar in exact figures: a mid price may lie half a unit between two prices. */
function barText(bar: Bar | undefined, { priceDecimals }: InstrumentRecord): string {
  if (bar === undefined) return ABSENT;
  const middle = (twice: number): string =>
    groupThousands(trimZeros(formatUnits(twice * 5, priceDecimals + 1)));
  return `O ${middle(bar.openTwice)}  H ${middle(bar.highTwice)}  L ${middle(bar.lowTwice)}  C ${middle(bar.closeTwice)}  spread ${formatSpread(barSpreadBps(bar))} bps`;
}
