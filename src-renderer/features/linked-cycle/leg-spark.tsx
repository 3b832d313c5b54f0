/** The mid price of one leg over the last minutes. Painted as bars come: no render, no state. */
import { useEffect, useRef } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { Bar } from '../../../src-engine/contract/market-records.ts';
import { useSession } from '../../engine/use-session.ts';
import { withView } from '../market/bar-series.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { paintSpark } from './spark-painter.ts';

const BARS = 180;

export function LegSpark({ instrument }: { readonly instrument: InstrumentRecord }) {
  const { client } = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    let bars: readonly Bar[] = [];
    let isLoading = false;
    let hasAll = false;
    let isOver = false;
    const draw = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio;
      const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
      if (element.width !== wide) element.width = wide;
      if (element.height !== high) element.height = high;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const tokens = getComputedStyle(element);
      paintSpark(context, { width, height }, bars, {
        line: tokens.getPropertyValue('--text-dim').trim(),
        last: tokens.getPropertyValue('--accent').trim(),
      });
    };
    const input = { instrumentId: instrument.id, span: '1s' } as const;
    const load = async (): Promise<void> => {
      isLoading = true;
      try {
        const all = await client.call('listBars', { ...input, limit: BARS });
        if (isOver) return;
        bars = all.bars;
        hasAll = true;
        draw();
      } catch {
        // The line begins with the next bars; the ladder beside it says what the book is.
        hasAll = true;
      } finally {
        isLoading = false;
      }
    };
    const end = client.subscribe('bars', input, (view) => {
      if (isLoading) return;
      const joined = hasAll ? withView(bars, view.bars, BARS) : false;
      if (joined === false) return void load();
      bars = joined;
      draw();
    });
    const observer = new ResizeObserver(draw);
    observer.observe(element);
    return () => {
      isOver = true;
      observer.disconnect();
      end();
    };
  }, [client, instrument]);
  return (
    <canvas
      ref={canvas}
      className="leg-spark"
      role="img"
      aria-label={`Mid price of ${instrument.symbol} at ${venueTitle(instrument.venue)} over the last 3 minutes`}
    />
  );
}
