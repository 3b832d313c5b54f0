/** The best net edges of a cycle's last opportunities as a line, the newest at the right; zero is drawn where it lies between them. */
import { fixedText } from '../../lib/figures.ts';
const WIDTH = 60;
const HEIGHT = 14;

export function EdgeSpark({ edges }: { readonly edges: readonly number[] }) {
  if (edges.length === 0) return null;
  const low = Math.min(0, ...edges);
  const high = Math.max(0, ...edges);
  const y = (bps: number): string =>
    (high === low ? HEIGHT / 2 : HEIGHT - 1 - ((bps - low) / (high - low)) * (HEIGHT - 2)).toFixed(1);
  const x = (k: number): string => ((k / Math.max(1, edges.length - 1)) * (WIDTH - 2) + 1).toFixed(1);
  const points = edges.length === 1 ? [edges[0], edges[0]] : edges;
  const newest = edges.at(-1) ?? 0;
  const title = `${edges.length} opportunities, the best net edge of the last ${fixedText(newest, 2)} bps, lowest ${fixedText(Math.min(...edges), 2)}, highest ${fixedText(Math.max(...edges), 2)}`;
  return (
    <svg className="edge-spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      <title>{title}</title>
      <line x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} className="edge-spark-zero" />
      <polyline
        className="edge-spark-line"
        points={points
          .map((bps, k) => `${points.length === 2 && edges.length === 1 ? k * WIDTH : x(k)},${y(bps ?? 0)}`)
          .join(' ')}
      />
    </svg>
  );
}
