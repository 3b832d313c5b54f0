/** Currencies in a circle, instruments as lines between them; the chosen cycle is drawn over it with its order. */
import { useMemo } from 'react';
import { formatBps } from '../../lib/figures.ts';
import { formatAge } from '../../lib/time-text.ts';
import { codeOf, placeText, venueOf } from '../../lib/venue-asset-text.ts';
import {
  AGE_WORDS,
  type EdgeAge,
  type EdgeWorth,
  edgesOf,
  type GraphEdge,
  WORTH_WORDS,
} from './graph-edges.ts';
import { shortVenueTitle } from '../../../src-engine/domain/venue-titles.ts';
import type { Valued } from './triangles.ts';

const SIZE = 260;
const RADIUS = 104;
/** Room beside the circle for names of coins with their venues. */
const SIDE = 90;
/** Where names stand, in radii. */
const OUTSIDE = 1.1;
/** Currencies that are drawn: those of most triangles. */
const MAX_ASSETS = 18;
/** Lines whose worth is written on them; more could not be read. */
const MAX_LABELS = 6;

type Point = { readonly x: number; readonly y: number };

export function CurrencyGraph({
  valued,
  chosen,
}: {
  readonly valued: readonly Valued[];
  readonly chosen: Valued;
}) {
  const points = useMemo(() => placesOf(valued, chosen), [valued, chosen]);
  const edges = useMemo(
    () => edgesOf(valued).filter(({ base, quote }) => points.has(base) && points.has(quote)),
    [valued, points],
  );
  const labelled = new Set(
    edges
      .filter(({ worth }) => worth === 'pays')
      .slice(-MAX_LABELS)
      .map(({ symbol }) => symbol),
  );
  const side = [...points.keys()].some((asset) => venueOf(asset) !== '') ? SIDE : 0;
  const { path } = chosen.triangle;
  const ends = path.map(
    (asset, k) => [points.get(asset), points.get(path[(k + 1) % path.length] ?? '')] as const,
  );
  const paying = edges.filter(({ worth }) => worth === 'pays').length;
  const spoken = `${path.map(placeText).join(' to ')} and back: ${formatBps(chosen.netBps)} bps after fees. ${paying} of ${edges.length} instruments are part of a profitable cycle`;
  return (
    <figure className="graph-figure">
      <svg
        className="currency-graph"
        viewBox={`${-side} 0 ${SIZE + 2 * side} ${SIZE}`}
        role="img"
        aria-label={`Currency graph. ${spoken}`}
      >
        {edges.map((edge) => (
          <Edge key={edge.symbol} edge={edge} points={points} isLabelled={labelled.has(edge.symbol)} />
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
              x={SIZE / 2 + (x - SIZE / 2) * OUTSIDE}
              y={SIZE / 2 + (y - SIZE / 2) * OUTSIDE + 3}
              textAnchor={anchorAt(x)}
              className={path.includes(asset) ? 'node-name node-name-chosen' : 'node-name'}
            >
              {venueOf(asset) === '' ? asset : `${codeOf(asset)} ${shortVenueTitle(venueOf(asset))}`}
            </text>
          </g>
        ))}
      </svg>
      <Legend />
    </figure>
  );
}

/** Names begin or end at their points, away from the circle, so that long ones lie beside each other. */
function anchorAt(x: number): 'start' | 'middle' | 'end' {
  const aside = x - SIZE / 2;
  return Math.abs(aside) < 8 ? 'middle' : aside > 0 ? 'start' : 'end';
}

function Edge({
  edge: { symbol, base, quote, age, ageMs, bestBps, worth },
  points,
  isLabelled,
}: {
  readonly edge: GraphEdge;
  readonly points: ReadonlyMap<string, Point>;
  readonly isLabelled: boolean;
}) {
  const [from, to] = [points.get(base), points.get(quote)];
  if (from === undefined || to === undefined) return null;
  const says = `${symbol}: changed ${formatAge(ageMs === null ? null : ageMs * 1_000)} ago, best cycle through it ${formatBps(bestBps)} bps after fees`;
  return (
    <g>
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} className={`edge edge-${worth} edge-age-${age}`}>
        <title>{says}</title>
      </line>
      {isLabelled && (
        // A third of the way along: the middle of the circle is where all lines meet.
        <text x={from.x + (to.x - from.x) / 3} y={from.y + (to.y - from.y) / 3 - 2} className="edge-worth">
          {formatBps(bestBps, 1)}
        </text>
      )}
    </g>
  );
}

const AGES: readonly EdgeAge[] = ['fresh', 'ageing', 'old'];
const WORTHS: readonly EdgeWorth[] = ['pays', 'near', 'far'];

/** What the lines say: width and colour for the edge, the dash for the age. */
function Legend() {
  return (
    <figcaption className="graph-legend">
      {WORTHS.map((worth) => (
        <span key={worth}>
          <Sample look={`edge-${worth} edge-age-fresh`} /> {WORTH_WORDS[worth]}
        </span>
      ))}
      {AGES.map((age) => (
        <span key={age}>
          <Sample look={`edge-near edge-age-${age}`} /> {AGE_WORDS[age]}
        </span>
      ))}
    </figcaption>
  );
}

function Sample({ look }: { readonly look: string }) {
  return (
    <svg className="currency-graph-sample" viewBox="0 0 26 6" aria-hidden="true">
      <line x1={0} y1={3} x2={26} y2={3} className={`edge ${look}`} />
    </svg>
  );
}

/** Those of most triangles, the chosen ones always, in a fixed order so that the picture does not move. */
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
