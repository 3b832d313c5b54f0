/** What a model said beside what came: on the diagonal its probabilities are right. */
import type { RunningModel } from '../../../src-engine/contract/model-records.ts';

const SIZE = 120;

export function ReliabilityCurve({
  label,
  bins,
}: {
  readonly label: string;
  readonly bins: RunningModel['reliability'];
}) {
  if (bins.length === 0) return null;
  const most = Math.max(...bins.map(({ count }) => count));
  const x = (said: number): number => said * SIZE;
  const y = (came: number): number => (1 - came) * SIZE;
  const words = bins
    .map(({ said, came, count }) => `said ${percent(said)}, came ${percent(came)} of ${count}`)
    .join('; ');
  return (
    <figure className="reliability">
      <svg viewBox={`-4 -4 ${SIZE + 8} ${SIZE + 8}`} role="img" aria-label={`${label}: ${words}`}>
        <rect className="reliability-frame" width={SIZE} height={SIZE} />
        <line className="reliability-even" x1="0" y1={SIZE} x2={SIZE} y2="0" />
        <polyline
          className="reliability-line"
          points={bins.map(({ said, came }) => `${x(said)},${y(came)}`).join(' ')}
        />
        {bins.map(({ said, came, count }) => (
          <circle
            key={said}
            className="reliability-dot"
            cx={x(said)}
            cy={y(came)}
            r={1.5 + 2.5 * Math.sqrt(count / most)}
          />
        ))}
      </svg>
      <figcaption className="dim">
        {label}: across what was said, upwards the share that came; larger dots stand for more rows.
      </figcaption>
    </figure>
  );
}

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
