import { useEffect, useMemo, useState } from 'react';
import type { SweepReview } from '../../../src-engine/contract/lab-records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { useSession } from '../../engine/use-session.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatDuration, formatFull } from '../../lib/time-text.ts';
import { settingLabel, settingText } from './lab-fields.ts';
import { useLab } from './lab-store.ts';
import { SweepRanking } from './sweep-ranking.tsx';
import { SweepVerdict } from './sweep-verdict.tsx';
import { TrialHeatmaps } from './trial-heatmap.tsx';
import { TrialParallel } from './trial-parallel.tsx';
import { DamagedNotice } from './damaged-notice.tsx';
import { varied } from './trial-points.ts';
import { useAnswer } from './use-answer.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useEndedJobs } from './use-jobs.ts';

/** A sweep: whether to believe it, its trials over their settings, and their ranking by test. */
export function LabSweeps() {
  const zone = usePrefs((prefs) => prefs.zone);
  const { data: list } = useAnswer('listSweeps', {}, useEndedJobs());
  const sweepId = useLab((lab) => lab.sweepId);
  const reviewSweep = useLab((lab) => lab.reviewSweep);
  const sweeps = list?.sweeps ?? [];
  const damaged = <DamagedNotice kind="sweep" names={list?.damaged ?? []} />;
  const newestId = sweeps[0]?.sweepId;
  useEffect(() => {
    if (sweepId === null && newestId !== undefined) reviewSweep(newestId);
  }, [sweepId, newestId, reviewSweep]);
  const { data: answer, problem } = useAnswer('getSweep', sweepId === null ? null : { sweepId });
  const data = useMemo(() => (answer === undefined ? undefined : readable(answer)), [answer]);
  if (list !== undefined && sweeps.length === 0) {
    return (
      <Panel title="Sweeps">
        {damaged}
        <EmptyState title="No sweep yet">
          Choose a recording in the Backtest lab panel, switch to Sweep, name the settings to vary, and press
          Run sweep.
        </EmptyState>
      </Panel>
    );
  }
  const picker = (
    <select
      className="input lab-picker"
      aria-label="Sweep"
      value={sweepId ?? ''}
      onChange={(event) => reviewSweep(event.target.value)}
    >
      {sweeps.map((sweep) => (
        <option key={sweep.sweepId} value={sweep.sweepId}>
          {`${recordingTitle(sweep.name)} · ${formatFull(sweep.createdUs, zone).slice(5, 16)} · ${sweep.trials} trials · ${sweep.flagged ? 'flagged' : 'not flagged'}`}
        </option>
      ))}
    </select>
  );
  return (
    <Panel title="Sweeps" note={picker}>
      {damaged}
      {problem !== null && <ProblemNotice title="The sweep could not be read" problem={problem} />}
      {data !== undefined && <Sweep key={data.sweepId} review={data} />}
    </Panel>
  );
}

/** Settings by their labels and in the units of these. */
function readable(review: SweepReview): SweepReview {
  const ranking = review.ranking.map((trial) => ({
    ...trial,
    params: Object.fromEntries(
      Object.entries(trial.params).map(([name, value]) => [settingLabel(name), settingText(name, value)]),
    ),
  }));
  return { ...review, ranking };
}

function Sweep({ review }: { readonly review: SweepReview }) {
  const { ranking, overfit, periods, periodUs, rankBy, failed, failures, recordings } = review;
  const trialId = useLab((lab) => lab.trialId);
  const reviewTrial = useLab((lab) => lab.reviewTrial);
  const chosenId = trialId ?? ranking[0]?.trialId ?? null;
  return (
    <div className="lab-scroll lab-sweep">
      <p className="dim">
        Over {recordings.join(' + ')}; {rankBy === 'sharpe' ? 'Sharpe ratio' : 'mean return'} of a period of{' '}
        {formatDuration(periodUs)}, {periods} periods. Train: mean over the folds. Test: all tests together.
      </p>
      <SweepVerdict evidence={overfit} />
      {failed > 0 && (
        <p className="field-error">
          {failed} trials failed; the first: {failures[0]?.message}
        </p>
      )}
      <Pictures review={review} chosenId={chosenId} onChoose={reviewTrial} />
      <SweepRanking
        review={review}
        chosenId={chosenId}
        onChoose={reviewTrial}
        actions={<OpenTrial review={review} trialId={chosenId} />}
      />
    </div>
  );
}

type PicturesProps = {
  readonly review: SweepReview;
  readonly chosenId: string | null;
  readonly onChoose: (trialId: string) => void;
};

function Pictures({ review, chosenId, onChoose }: PicturesProps) {
  const trials = review.ranking;
  const names = useMemo(() => varied(trials), [trials]);
  const [picked, setPicked] = useState<readonly [string | null, string | null]>([null, null]);
  const x = picked[0] ?? names[0];
  const y = picked[1] ?? names.find((name) => name !== x);
  if (x === undefined) return null;
  const axis = (side: 0 | 1, value: string, label: string) => (
    <label>
      {label}{' '}
      <select
        className="input lab-picker"
        value={value}
        onChange={(event) =>
          setPicked(side === 0 ? [event.target.value, y ?? null] : [x, event.target.value])
        }
      >
        {names.map((name) => (
          <option key={name} value={name} disabled={name === (side === 0 ? y : x)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <>
      {y !== undefined && (
        <section aria-label="Heatmaps">
          <div className="lab-row">
            <h3>Train beside test</h3>
            {axis(0, x, 'X axis')}
            {axis(1, y, 'Y axis')}
          </div>
          <TrialHeatmaps trials={trials} x={x} y={y} chosenId={chosenId} onChoose={onChoose} />
        </section>
      )}
      <section aria-label="Parallel coordinates">
        <h3>Every trial with its settings, train and test</h3>
        <TrialParallel trials={trials} chosenId={chosenId} onChoose={onChoose} />
      </section>
    </>
  );
}

type OpenTrialProps = { readonly review: SweepReview; readonly trialId: string | null };

/** Runs the selected trial as a backtest that is kept, so that its trades can be reviewed. */
function OpenTrial({ review, trialId }: OpenTrialProps) {
  const session = useSession();
  const show = useLab((lab) => lab.show);
  const open = async () => {
    if (trialId === null) return;
    const { sweepId } = review;
    const job = await session.run('The trial was not opened', 'openTrial', { sweepId, trialId });
    if (job !== undefined) show('jobs');
  };
  return (
    <button type="button" className="bar-button" disabled={trialId === null} onClick={() => void open()}>
      Open trial as a run
    </button>
  );
}
