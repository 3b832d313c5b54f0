/** What a training saw after each epoch, on rows that it did not learn from: loss, and Sharpe ratio net of costs. */
import type { ModelEpoch } from '../../../src-engine/contract/model-records.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { fixedText } from '../../lib/figures.ts';

const WIDTH = 260;
const HEIGHT = 70;

export function EpochChart({ epochs }: { readonly epochs: readonly ModelEpoch[] }) {
  if (epochs.length < 2) return null;
  const losses = epochs.flatMap(({ loss, validationLoss }) => [loss, validationLoss]);
  return (
    <section>
      <h3>Epochs</h3>
      <div className="epoch-charts">
        {epochs.some(({ validationLoss }) => validationLoss !== null) && (
          <Chart
            label="Loss"
            more="solid: rows held back; dashed: fitted rows"
            epochs={epochs}
            spread={losses}
            lines={[
              { name: 'epoch-held', of: ({ validationLoss }) => validationLoss },
              { name: 'epoch-fitted', of: ({ loss }) => loss },
            ]}
          />
        )}
        <Chart
          label="Sharpe net of costs"
          more="of one return on rows held back, not annualised; no point: no trade"
          epochs={epochs}
          spread={[0, ...epochs.map(({ sharpe }) => sharpe)]}
          lines={[{ name: 'epoch-held', of: ({ sharpe }) => sharpe }]}
        />
      </div>
    </section>
  );
}

type Line = { readonly name: string; readonly of: (epoch: ModelEpoch) => number | null };

function Chart({
  label,
  more,
  epochs,
  spread,
  lines,
}: {
  readonly label: string;
  readonly more: string;
  readonly epochs: readonly ModelEpoch[];
  /** All values that must fit. */
  readonly spread: readonly (number | null)[];
  readonly lines: readonly Line[];
}) {
  const known = spread.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const first = epochs[0]?.epoch ?? 1;
  const last = epochs.at(-1)?.epoch ?? first + 1;
  const x = (epoch: number): number => ((epoch - first) / Math.max(1, last - first)) * WIDTH;
  const y = (value: number): number => (high > low ? (high - value) / (high - low) : 0.5) * HEIGHT;
  const [main] = lines;
  const words = epochs
    .map((each) => {
      const value = main?.of(each) ?? null;
      return `epoch ${each.epoch}: ${value === null ? 'none' : fixedText(value, 4)}`;
    })
    .join(', ');
  const best = main?.of(epochs.at(-1) as ModelEpoch) ?? null;
  return (
    <figure className="epoch-chart">
      <svg viewBox={`-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`} role="img" aria-label={`${label} by epoch: ${words}`}>
        <rect className="reliability-frame" width={WIDTH} height={HEIGHT} />
        {low < 0 && high > 0 && <line className="reliability-even" x1="0" x2={WIDTH} y1={y(0)} y2={y(0)} />}
        {lines.map(({ name, of }) => {
          const points = epochs.flatMap((each) => {
            const value = of(each);
            return value === null ? [] : [{ epoch: each.epoch, value }];
          });
          return (
            <g key={name} className={name}>
              <polyline points={points.map(({ epoch, value }) => `${x(epoch)},${y(value)}`).join(' ')} />
              {points.map(({ epoch, value }) => (
                <circle key={epoch} cx={x(epoch)} cy={y(value)} r="2">
                  <title>{`epoch ${epoch}: ${fixedText(value, 4)}`}</title>
                </circle>
              ))}
            </g>
          );
        })}
      </svg>
      <figcaption className="dim">
        {label}, epochs {first} to {last}: from {fixedText(low, 3)} to {fixedText(high, 3)}, last{' '}
        {best === null ? ABSENT : fixedText(best, 3)}; {more}.
      </figcaption>
    </figure>
  );
}
