/** The folds of a walk-forward on one line of time: what was fitted, calibrated and judged, and what the judged piece gained. */
import type { ModelVersion } from '../../../src-engine/contract/model-records.ts';
import { fixedText } from '../../lib/figures.ts';

type Rolls = NonNullable<ModelVersion['judgement']>['rolls'];

export function WalkForwardStrip({ rolls }: { readonly rolls: Rolls }) {
  if (rolls.length === 0) return null;
  const most = Math.max(...rolls.map((roll) => roll.fitRows + roll.calibrateRows + roll.judgeRows));
  const share = (rows: number): string => `${(rows / most) * 100}%`;
  return (
    <section>
      <h3>Walk-forward: fitted, calibrated, judged</h3>
      <ol className="walk-forward" aria-label="Folds of the walk-forward">
        {rolls.map(({ fitRows, calibrateRows, judgeRows, judgeFrom, judgeTo, gain }) => (
          <li
            key={judgeFrom}
            title={`${fitRows} rows fitted, ${calibrateRows} calibrated, ${judgeRows} judged, ${judgeFrom.slice(0, 16)} to ${judgeTo.slice(0, 16)}`}
          >
            <span className="walk-track" aria-hidden="true">
              <span className="walk-fit" style={{ width: share(fitRows) }} />
              <span className="walk-calibrate" style={{ width: share(calibrateRows) }} />
              <span
                className={gain > 0 ? 'walk-judge walk-gain' : 'walk-judge'}
                style={{ width: share(judgeRows) }}
              />
            </span>
            <span className="num">
              {judgeFrom.slice(5, 16).replace('T', ' ')}: {gain > 0 ? '+' : ''}
              {fixedText(gain, Math.abs(gain) < 10 ? 4 : 1)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
