/** Currencies in a circle, instruments as lines between them; the chosen cycle is drawn over it with its order. */
import { useMemo } from 'react';
import { formatBps } from '../../lib/figures.ts';
import type { Valued } from './triangles.ts';

const SIZE = 260;
const RADIUS = 104;
/** Currencies that are drawn: those of most triangles. */
const MAX_ASSETS = 18;

type Point = { readonly x: number; readonly y: number };

export function CurrencyGraph({
  valued,
  chosen,
}: {
  readonly valued: readonly Valued[];
  readonly chosen: Valued;
}) {
  const points = useMemo(() => placesOf(valued, chosen), [valued, chosen]);
  const lines = useMemo(() => linesOf(valued, points), [valued, points]);
  const { path } = chosen.triangle;
  const ends = path.map(
    (asset, k) => [points.get(asset), points.get(path[(k + 1) % path.length] ?? '')] as const,
  );
  const spoken = `${path.join(' to ')} and back: ${formatBps(chosen.netBps)} bps after fees`;
  return (
    <svg
      className="currency-graph"
      viewBox={`0 0 ${SIZE} ${SIZE}`}
      role="img"
      aria-label={`Currency graph. ${spoken}`}
    >
      {lines.map(({ key, from, to, old }) => (
        <line
          key={key}
          x1={from.x}
          y1={from.y}
          x2={to.x}
          y2={to.y}
          className={old ? 'edge edge-old' : 'edge'}
        />
      ))}
      {ends.map(([from, to], k) =>
        from === undefined || to === undefined ? null : (
          <g key={path[k]}>
            <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} className="edge-chosen" />
            <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2 - 4} className="edge-number">
              {k + 1}
            </text>
          </g>
        ),
      )}
      {[...points].map(([asset, { x, y }]) => (
        <g key={asset}>
          <circle
            cx={x}
            cy={y}
            r={path.includes(asset) ? 5 : 3}
            className={path.includes(asset) ? 'node-chosen' : 'node'}
          />
          <text
            x={SIZE / 2 + (x - SIZE / 2) * 1.14}
            y={SIZE / 2 + (y - SIZE / 2) * 1.14 + 3}
            className={path.includes(asset) ? 'node-name node-name-chosen' : 'node-name'}
          >
            {asset}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** Those of most triangles, the chosen ones always, in a fixed order so that the picture stands still. */
function placesOf(valued: readonly Valued[], { triangle }: Valued): Map<string, Point> {
  const counts = new Map<string, number>();
  for (const {
    triangle: { path },
  } of valued)
    for (const asset of path) counts.set(asset, (counts.get(asset) ?? 0) + 1);
  const most = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([asset]) => asset);
  const shown = [...new Set([...triangle.path, ...most])].slice(0, MAX_ASSETS).sort();
  return new Map(
    shown.map((asset, k) => {
      const angle = (k / shown.length) * 2 * Math.PI - Math.PI / 2;
      return [asset, { x: SIZE / 2 + RADIUS * Math.cos(angle), y: SIZE / 2 + RADIUS * Math.sin(angle) }];
    }),
  );
}

/** A book is drawn as a dashed line when it last changed longer ago than this. */
const OLD_MS = 3_000;

function linesOf(valued: readonly Valued[], points: ReadonlyMap<string, Point>) {
  const lines = new Map<string, { key: string; from: Point; to: Point; old: boolean }>();
  for (const { triangle, oldestMs } of valued) {
    for (const { instrument } of triangle.legs) {
      const from = points.get(instrument.base);
      const to = points.get(instrument.quote);
      if (from === undefined || to === undefined) continue;
      const before = lines.get(instrument.symbol);
      // A triangle is as old as its oldest book: an instrument is as young as the youngest triangle that it is part of.
      const old = oldestMs === null || oldestMs > OLD_MS;
      lines.set(instrument.symbol, { key: instrument.symbol, from, to, old: old && (before?.old ?? true) });
    }
  }
  return [...lines.values()];
}
