/** Latencies as pictures, one a stage, over one scale. */
import { useCallback } from 'react';
import type { EngineHealth } from '../../../src-engine/contract/records.ts';
import { formatCount } from '../../lib/figures.ts';
import { formatLatency } from '../../lib/time-text.ts';
import { type Paint, useCanvas } from '../lab/use-canvas.ts';
import { LOOP_WORDS, STAGE_WORDS } from './health-words.ts';
import { type LatencyColours, type LatencyFigures, paintLatencies, paintScale } from './latency-painter.ts';

type CanvasColours = Parameters<Paint>[3];
const coloursOf = ({ accent, ground, line, text, dim, font }: CanvasColours): LatencyColours => ({
  bar: accent,
  ground,
  line,
  text,
  dim,
  font,
});

export function LatencyPictures({ health: { stages, loop } }: { readonly health: EngineHealth }) {
  const scale = useCanvas(
    useCallback((context, width, height, colours) => {
      paintScale(context, width, height, coloursOf(colours));
    }, []),
  );
  return (
    <section className="latencies" aria-label="Latency histograms, last minute">
      <h3>Histograms, last minute</h3>
      {stages.map(({ stage, recent }) => (
        <Picture key={stage} label={STAGE_WORDS[stage].label} figures={recent} />
      ))}
      <Picture label={LOOP_WORDS.label} figures={loop.recent} />
      <div className="latency-row">
        <span />
        <canvas ref={scale} className="latency-scale" aria-hidden="true" />
      </div>
      <p className="field-help">
        The height of a bar is the logarithm of its count, so that a single slow sample shows. p50 solid, p99
        dashed, p99.9 dotted.
      </p>
    </section>
  );
}

function Picture({ label, figures }: { readonly label: string; readonly figures: LatencyFigures }) {
  const paint: Paint = useCallback(
    (context, width, height, colours) => paintLatencies(context, width, height, coloursOf(colours), figures),
    [figures],
  );
  const canvas = useCanvas(paint);
  const { count, p50Us, p99Us, p999Us } = figures;
  const spoken =
    count === 0
      ? `${label}: no samples yet`
      : `${label}: ${formatCount(count)} samples, p50 ${formatLatency(p50Us)}, p99 ${formatLatency(p99Us)}, p99.9 ${formatLatency(p999Us)}`;
  return (
    <div className="latency-row">
      <span className="latency-label">{label}</span>
      <canvas ref={canvas} className="latency-canvas" role="img" aria-label={spoken} title={spoken} />
    </div>
  );
}
