import { RotateCw } from 'lucide-react';
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { CancelButton, ProgressBar } from '../../components/progress.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { fixedText, formatCount, sizeText } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { importWords } from './import-fields.ts';
import { useLab } from './lab-store.ts';
import { JOB_WORDS } from './lab-words.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useJobs } from './use-jobs.ts';

/** Long work: how far it is, how long it takes, and the button that ends it. */
export function LabJobs() {
  const jobs = useJobs();
  const going = jobs.filter(({ finishedUs }) => finishedUs === null).length;
  return (
    <Panel title="Jobs" note={going === 0 ? undefined : `${going} open`}>
      {jobs.length === 0 ? (
        <EmptyState title="No job yet">
          Backtests, sweeps, imports and trainings that you start are listed here, with their progress and a
          button to cancel them.
        </EmptyState>
      ) : (
        <ul className="lab-jobs" aria-label="Jobs">
          {jobs.map((job) => (
            <Job key={job.jobId} job={job} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Job({ job }: { readonly job: JobRecord }) {
  const session = useSession();
  const { label, tone } = JOB_WORDS[job.state];
  const isGoing = job.finishedUs === null;
  const resume = () => void session.run('The job was not resumed', 'resumeJob', { jobId: job.jobId });
  const cancel = () => void session.run('The job was not canceled', 'cancelJob', { jobId: job.jobId });
  return (
    <li className="lab-job" aria-label={`${job.kind} ${job.name}`}>
      <div className="lab-row">
        <Word
          tone={tone}
          label={label}
          {...(job.state === 'queued'
            ? { icon: 'clock' as const }
            : job.state === 'canceled'
              ? { icon: 'ban' as const }
              : {})}
        />
        <span className="lab-job-name" title={job.name}>
          <span className="dim">{job.kind}</span> {recordingTitle(job.name)}
        </span>
        <JobResult job={job} />
        {!isGoing && job.state !== 'done' && (
          <button type="button" className="bar-button" onClick={resume}>
            <RotateCw size={11} aria-hidden="true" />{' '}
            {job.kind === 'sweep' || job.kind === 'training' ? 'Resume' : 'Run again'}
          </button>
        )}
        {isGoing && <CancelButton onCancel={cancel} />}
      </div>
      {isGoing && (
        <ProgressBar label={`Progress of ${job.name}`} share={job.total > 0 ? job.done / job.total : null} />
      )}
      <p className="dim num">{progressText(job)}</p>
      {job.problem !== null && <ProblemNotice title="The job did not finish" problem={problemIn(job)} />}
      {job.kind === 'import' && <ImportRemarks job={job} />}
      {job.model !== null && <p>{job.model.text}</p>}
    </li>
  );
}

/** Messages of an import name options of the command line, of which the form has fields. */
function problemIn({ kind, problem }: JobRecord): Problem {
  const { code, message } = problem ?? { code: '', message: '' };
  return { code, message: kind === 'import' ? importWords(message) : message };
}

/** What may make an imported recording inaccurate, and details of the import. */
function ImportRemarks({ job: { warnings, notes } }: { readonly job: JobRecord }) {
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className="lab-job-warning">
          Warning: {importWords(warning)}
        </p>
      ))}
      {notes.length > 0 && (
        <details className="lab-details">
          <summary>Import details</summary>
          <ul className="lab-notes">
            {notes.map((note) => (
              <li key={note}>{importWords(note)}</li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** Opens the result of a job. */
function JobResult({ job }: { readonly job: JobRecord }) {
  const reviewRun = useLab((lab) => lab.reviewRun);
  const reviewSweep = useLab((lab) => lab.reviewSweep);
  const show = useLab((lab) => lab.show);
  const choose = useLab((lab) => lab.chooseRecordings);
  const { runId, sweepId, recording } = job;
  if (recording !== null) {
    return (
      <button type="button" className="bar-button" title={recording} onClick={() => choose([recording])}>
        Choose
      </button>
    );
  }
  if (runId !== null) {
    const open = () => {
      reviewRun(runId);
      show('review');
    };
    return (
      <button type="button" className="bar-button" onClick={open}>
        Review
      </button>
    );
  }
  if (sweepId === null) return null;
  const open = () => {
    reviewSweep(sweepId);
    show('sweeps');
  };
  return (
    <button type="button" className="bar-button" onClick={open}>
      Show
    </button>
  );
}

function shareText(done: number, total: number, unit: string): string {
  if (unit === 'bytes')
    return `${sizeText(done)} of ${sizeText(total)} (${fixedText((done * 100) / total, 0)} %)`;
  return `${formatCount(done)} of ${formatCount(total)} ${unit}`;
}

export function progressText(job: JobRecord): string {
  const { state, phase, done, total, unit, etaUs, startedUs, finishedUs } = job;
  if (state === 'queued') return 'waits for the previous job';
  const took =
    startedUs === null || finishedUs === null ? '' : `took ${formatDuration(finishedUs - startedUs)}`;
  if (state === 'done') return total === 0 ? took : `${formatCount(total)} ${unit}, ${took}`;
  if (state !== 'running') return took;
  const share = total === 0 ? '' : ` ${shareText(done, total, unit)}`;
  const left = etaUs === null ? '' : `, about ${formatDuration(etaUs)} left`;
  return `${phase}${share}${left}`;
}
