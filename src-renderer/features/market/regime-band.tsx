/** The regime of each bar as a band under a chart, in step with what the chart shows: words and patterns, no colour of its own. */
import { useEffect, useState } from 'react';
import type { RegimeSpan } from '../../../src-engine/contract/market-records.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatClock } from '../../lib/time-text.ts';
import { regimeText } from '../strategies/ensemble-words.ts';
import { type ChartView, shownSpans } from './regime-spans.ts';

/** Room of a letter in px: a word that does not fit is left to the pattern and the tooltip. */
const LETTER = 5.5;

type RegimeBandProps = { readonly spans: readonly RegimeSpan[]; readonly view: ChartView | null };

export function RegimeBand({ spans, view }: RegimeBandProps) {
  const zone = usePrefs((prefs) => prefs.zone);
  const [, setMoves] = useState(0);
  useEffect(() => view?.onChange(() => setMoves((before) => before + 1)), [view]);
  const last = spans.at(-1);
  if (last === undefined) {
    return <p className="regime-none dim">Regime: known after 20 bars</p>;
  }
  const shown = view === null ? [] : shownSpans(spans, view);
  return (
    <div
      className="regime-band"
      role="group"
      aria-label={`Regime by bar, as the ensemble’s filter has it; the last one: ${regimeText(last.regime)} since ${formatClock(last.fromUs, zone)}`}
    >
      {shown.map(({ span, left, width }) => (
        <span
          key={span.fromUs}
          className="regime"
          data-regime={span.regime}
          style={{ left, width }}
          title={`${regimeText(span.regime)}, ${formatClock(span.fromUs, zone)} to ${formatClock(span.toUs, zone)}: of each bar only what was known at its end`}
        >
          {width >= regimeText(span.regime).length * LETTER + 10 && (
            <span className="regime-word">{regimeText(span.regime)}</span>
          )}
        </span>
      ))}
    </div>
  );
}
