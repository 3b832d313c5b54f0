/** The book of one instrument over the last minutes: where quantity stood, came and went. */
import { useEffect, useRef, useState } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { BookView } from '../../../src-engine/contract/topics.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { ViewAge } from '../../components/view-age.tsx';
import { Panel } from '../../components/panel.tsx';
import { useSession } from '../../engine/use-session.ts';
import { formatUnits, groupThousands } from '../../lib/decimal-text.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { tokenOf } from '../lab/chart-style.ts';
import { DepthHistory, type Grid, gridOf } from './depth-history.ts';

const LEVELS = 100;
const SAMPLE_MS = 250;
const ROW_PX = 4;
const COLUMN_PX = 2;
const AXIS_PX = 76;
const SPANS = [0.002, 0.005, 0.01, 0.02] as const;

export function DepthPanel() {
  const { instrument } = useLinkedInstrument();
  const [span, setSpan] = useState<(typeof SPANS)[number]>(0.005);
  if (instrument === undefined) {
    return (
      <Panel title="Depth">
        <EmptyState title="No instrument yet">Choose one in the watchlist.</EmptyState>
      </Panel>
    );
  }
  return (
    <Panel
      title="Depth"
      note={
        <>
          <strong className="symbol">{instrument.symbol}</strong> bids and asks over time, from when the panel
          opened
        </>
      }
      actions={
        <>
          <span role="group" aria-label="Range of prices">
            {SPANS.map((one) => (
              <button
                key={one}
                type="button"
                className="layout-button"
                aria-pressed={one === span}
                onClick={() => setSpan(one)}
              >
                {`±${(one * 50).toLocaleString('en-US')} %`}
              </button>
            ))}
          </span>
          <ViewAge topic="book" params={{ instrumentId: instrument.id, levels: LEVELS }} />
        </>
      }
    >
      <Heatmap key={instrument.id} instrument={instrument} span={span} />
    </Panel>
  );
}

function Heatmap({ instrument, span }: { readonly instrument: InstrumentRecord; readonly span: number }) {
  const { client } = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const history = useRef(new DepthHistory());
  const latest = useRef<BookView | null>(null);
  useEffect(
    () =>
      client.subscribe('book', { instrumentId: instrument.id, levels: LEVELS }, (book) => {
        latest.current = book;
      }),
    [client, instrument.id],
  );
  useEffect(() => {
    const timer = setInterval(() => {
      const element = canvas.current;
      const book = latest.current;
      if (element === null || book === null) return;
      // A book that is not live has no quantities to show: it leaves a gap.
      history.current.add(performance.now(), book.state === 'live' ? book : { bids: [], asks: [] });
      paint(element, history.current, instrument, span);
    }, SAMPLE_MS);
    return () => clearInterval(timer);
  }, [instrument, span]);
  return (
    <canvas
      ref={canvas}
      className="depth-canvas"
      role="img"
      aria-label={`Depth of ${instrument.symbol} over time; the ladder has its figures`}
    />
  );
}

function paint(
  element: HTMLCanvasElement,
  history: DepthHistory,
  { priceDecimals, qtyDecimals, base }: InstrumentRecord,
  span: number,
): void {
  const { clientWidth, clientHeight } = element;
  const scale = globalThis.devicePixelRatio;
  if (
    element.width !== Math.round(clientWidth * scale) ||
    element.height !== Math.round(clientHeight * scale)
  ) {
    element.width = Math.round(clientWidth * scale);
    element.height = Math.round(clientHeight * scale);
  }
  const context = element.getContext('2d');
  if (context === null || clientWidth <= AXIS_PX) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, clientWidth, clientHeight);
  const columns = Math.floor((clientWidth - AXIS_PX) / COLUMN_PX);
  const rows = Math.max(1, Math.floor(clientHeight / ROW_PX));
  const grid = gridOf(history.moments, columns, rows, span);
  if (grid === undefined) return;
  const [bid, ask] = [tokenOf(element, '--bid'), tokenOf(element, '--ask')];
  const root = Math.log1p(grid.most);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const qty = grid.cells[column * rows + row] ?? 0;
      if (qty === 0) continue;
      context.globalAlpha = 0.1 + 0.9 * (Math.log1p(Math.abs(qty)) / root) ** 3;
      context.fillStyle = qty > 0 ? bid : ask;
      context.fillRect(column * COLUMN_PX, clientHeight - (row + 1) * ROW_PX, COLUMN_PX, ROW_PX);
    }
  }
  context.globalAlpha = 1;
  axis(context, element, grid, priceDecimals);
  context.textAlign = 'left';
  context.fillText(
    `strongest: ${groupThousands(formatUnits(Math.round(grid.most), qtyDecimals))} ${base}; log scale`,
    6,
    12,
  );
}

function axis(
  context: CanvasRenderingContext2D,
  element: HTMLCanvasElement,
  grid: Grid,
  priceDecimals: number,
): void {
  const { clientWidth, clientHeight } = element;
  context.fillStyle = tokenOf(element, '--text-dim');
  context.font = `10px ${tokenOf(element, '--font-mono')}`;
  context.textAlign = 'right';
  const every = Math.max(1, Math.round(grid.rows / 8));
  for (let row = every; row < grid.rows; row += every) {
    const price = Math.round(grid.low + row * grid.step);
    context.fillText(
      groupThousands(formatUnits(price, priceDecimals)),
      clientWidth - 4,
      clientHeight - row * ROW_PX + 3,
    );
  }
}
