/** Candles of one instrument's mid price, with our own fills marked. */
import {
  CandlestickSeries,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { TopicView } from '../../../src-engine/contract/topics.ts';
import type { FillRecord } from '../../../src-engine/domain/event.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { makeLabChart, tellTimes, tokenOf } from '../lab/chart-style.ts';
import { candlesOf } from './candles.ts';

const STEPS = [1, 5, 15, 60] as const;
const NONE: readonly FillRecord[] = [];

export function ChartPanel() {
  const { instrument } = useLinkedInstrument();
  const [seconds, setSeconds] = useState<(typeof STEPS)[number]>(5);
  if (instrument === undefined) {
    return (
      <Panel title="Chart">
        <EmptyState title="No instrument yet">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="Chart"
      note={
        <>
          <strong className="symbol">{instrument.symbol}</strong> mid price, sampled each second, last half
          hour
        </>
      }
      actions={
        <>
          <span role="group" aria-label="Length of a candle">
            {STEPS.map((step) => (
              <button
                key={step}
                type="button"
                className="layout-button"
                aria-pressed={step === seconds}
                onClick={() => setSeconds(step)}
              >
                {step < 60 ? `${step} s` : `${step / 60} m`}
              </button>
            ))}
          </span>
          <ViewAge topic="mids" params={{ instrumentId: instrument.id }} />
        </>
      }
    >
      <Candles key={instrument.id} instrument={instrument} seconds={seconds} />
    </Panel>
  );
}

type Made = {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<'Candlestick'>;
  readonly markers: ISeriesMarkersPluginApi<Time>;
};

function Candles({
  instrument,
  seconds,
}: {
  readonly instrument: InstrumentRecord;
  readonly seconds: number;
}) {
  const { client } = useSession();
  const fills = useReplica((replica) => replica.fills) ?? NONE;
  const zone = usePrefs((prefs) => prefs.zone);
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<Made | null>(null);
  const [view, setView] = useState<TopicView<'mids'> | null>(null);
  const { id, venue, symbol, priceDecimals } = instrument;

  useEffect(() => client.subscribe('mids', { instrumentId: id }, setView), [client, id]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const chart = makeLabChart(element);
    const [up, down] = [tokenOf(element, '--gain'), tokenOf(element, '--loss')];
    const series = chart.addSeries(CandlestickSeries, {
      upColor: up,
      borderUpColor: up,
      wickUpColor: up,
      // Hollow against full: a falling candle is told without its colour too.
      downColor: 'transparent',
      borderDownColor: down,
      wickDownColor: down,
      priceFormat: { type: 'price', precision: priceDecimals, minMove: 10 ** -priceDecimals },
    });
    made.current = { chart, series, markers: createSeriesMarkers(series, []) };
    return () => {
      made.current = null;
      chart.remove();
    };
  }, [priceDecimals]);

  useEffect(() => {
    if (made.current !== null) tellTimes(made.current.chart, (time) => formatClock(time * 1_000_000, zone));
  }, [zone]);

  useEffect(() => {
    if (made.current === null || host.current === null || view === null) return;
    const candles = candlesOf(view.fromUs, view.mids, seconds, 10 ** -priceDecimals);
    made.current.series.setData(candles.map((candle) => ({ ...candle, time: candle.time as UTCTimestamp })));
    const own = fills.filter(
      (fill) => fill.venue === venue && fill.symbol === symbol && fill.atUs >= view.fromUs,
    );
    made.current.markers.setMarkers(marksOf(host.current, own, seconds));
  }, [view, fills, seconds, priceDecimals, venue, symbol]);

  const known = view?.mids.filter((mid) => mid !== null).length ?? 0;
  return (
    <div
      ref={host}
      className="lab-chart chart-fill"
      role="group"
      aria-label={`Candles of ${symbol}: ${known} seconds with a price of the last half hour`}
    />
  );
}

function marksOf(element: HTMLElement, fills: readonly FillRecord[], seconds: number): SeriesMarker<Time>[] {
  return fills.toReversed().map(({ atUs, side, qty, price }) => ({
    time: (Math.floor(atUs / 1_000_000 / seconds) * seconds) as UTCTimestamp,
    position: side === 'buy' ? 'belowBar' : 'aboveBar',
    shape: side === 'buy' ? 'arrowUp' : 'arrowDown',
    color: tokenOf(element, side === 'buy' ? '--bid' : '--ask'),
    text: fills.length <= 12 ? `${qty} at ${price}` : '',
  }));
}
