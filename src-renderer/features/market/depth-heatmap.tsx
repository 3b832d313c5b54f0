import { useEffect, useRef, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { BookView } from '../../../src-engine/contract/topics.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { Word } from '../../components/word.tsx';
import { useBookState, useSession } from '../../engine/use-session.ts';
import { formatUnits, groupThousands, roundText, trimZeros } from '../../lib/decimal-text.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { useTicking } from '../../lib/ticker.ts';
import { formatAge } from '../../lib/time-text.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { BOOK_WORDS } from '../../lib/words.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { DEPTH_LEVELS, DepthHistory } from './depth-history.ts';
import { type HeatColours, HeatPainter, legendSteps } from './heat-painter.ts';
import { isAnyVisible } from '../../lib/windows.ts';

/** Five minutes at two samples a second. */
const COLUMNS = 600;
const SAMPLE_MS = 500;

/** The depth of the linked instrument over the last five minutes that the panel was visible. */
export function DepthHeatmap() {
  const { instrument } = useLinkedInstrument();
  if (instrument === undefined) {
    return (
      <Panel title="Depth">
        <EmptyState title="No instrument selected">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return <Heatmap key={instrument.id} instrument={instrument} />;
}

function Heatmap({ instrument }: { readonly instrument: InstrumentRecord }) {
  const session = useSession();
  const zone = usePrefs((prefs) => prefs.zone);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [history] = useState(() => new DepthHistory(COLUMNS));
  const [most, setMost] = useState(0);
  const state = useBookState(instrument.id);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const painter = new HeatPainter(history);
    let latest: BookView | null = null;
    let colours = heatColours(element);
    const draw = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      const ratio = window.devicePixelRatio;
      if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
        element.width = Math.round(width * ratio);
        element.height = Math.round(height * ratio);
      }
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      setMost(twoDigits(painter.paint(context, { width, height }, colours, instrument, zone)));
    };
    const timer = setInterval(() => {
      if (latest === null || !isAnyVisible()) return;
      history.add(session.nowUs(), latest);
      draw();
    }, SAMPLE_MS);
    const end = session.client.subscribe(
      'book',
      { instrumentId: instrument.id, levels: DEPTH_LEVELS },
      (book) => {
        latest = book;
      },
    );
    const sizes = new ResizeObserver(draw);
    sizes.observe(element);
    const themes = new MutationObserver(() => {
      colours = heatColours(element);
      draw();
    });
    themes.observe(document.documentElement, { attributes: true });
    return () => {
      end();
      clearInterval(timer);
      sizes.disconnect();
      themes.disconnect();
    };
  }, [session, history, instrument, zone]);
  const { label, explain, tone } = BOOK_WORDS[state];
  return (
    <Panel
      title="Depth"
      note={<strong className="symbol">{instrument.symbol}</strong>}
      actions={
        <>
          <Age id={instrument.id} />
          <Word tone={tone} label={label} explain={explain} />
        </>
      }
    >
      <canvas
        ref={canvas}
        className={`heat ${state === 'live' ? '' : 'stale-value'}`}
        role="img"
        aria-label={`Depth of ${instrument.symbol}: ${DEPTH_LEVELS} levels a side over the last five minutes, with the best bid and ask as lines`}
      />
      {most === 0 ? (
        <p className="panel-foot">Sampled twice a second while this panel is visible.</p>
      ) : (
        <Legend most={most} instrument={instrument} />
      )}
    </Panel>
  );
}

function Legend({ most, instrument }: { readonly most: number; readonly instrument: InstrumentRecord }) {
  return (
    <div className="panel-foot heat-legend num">
      <span>Qty {codeOf(instrument.base)} a row</span>
      <span className="heat-scale" aria-hidden="true" />
      {legendSteps(most).map((units) => (
        <span key={units}>{shortQty(units, instrument.qtyDecimals)}</span>
      ))}
      <span className="bid">— bid</span>
      <span className="ask">— ask</span>
    </div>
  );
}

function Age({ id }: { readonly id: number }) {
  const { quotes } = useSession();
  const text = useTicking(() => formatAge(quotes.ageUs(id, performance.now())));
  return <span className="num dim age">{text}</span>;
}

/** Two digits are enough for a legend; it also keeps it from changing with every sample. */
function twoDigits(units: number): number {
  if (units <= 0) return 0;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(units)) - 1);
  return Math.ceil(units / power) * power;
}

function shortQty(units: number, decimals: number): string {
  const text = formatUnits(Math.round(units), decimals);
  return groupThousands(trimZeros(units >= 10 ** decimals ? roundText(text, 2) : text));
}

function heatColours(element: HTMLElement): HeatColours {
  const tokens = getComputedStyle(element);
  const token = (name: string): string => tokens.getPropertyValue(name).trim();
  return {
    bid: token('--bid'),
    ask: token('--ask'),
    heat: [token('--heat-low'), token('--heat-middle'), token('--heat-high')],
    dim: token('--text-dim'),
    line: token('--line'),
    text: token('--text-strong'),
    font: token('--font-mono'),
  };
}
