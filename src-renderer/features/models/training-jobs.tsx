/** Trainings that wait, run, or ended last, above the registry: the whole list is in the lab's panel Jobs. */
import type { JobRecord } from '../../../src-engine/contract/lab-records.ts';
import { CancelButton, ProgressBar } from '../../components/progress.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { Word } from '../../components/word.tsx';
import { useSession } from '../../engine/use-session.ts';
import { progressText } from '../lab/lab-jobs.tsx';
import { JOB_WORDS } from '../lab/lab-words.ts';

export function TrainingJobs({ jobs }: { readonly jobs: readonly JobRecord[] }) {
  const session = useSession();
  const going = jobs.filter(({ finishedUs }) => finishedUs === null);
  // The newest that ended stays until another one begins.
  const shown = going.length > 0 ? going : jobs.slice(0, 1);
  if (shown.length === 0) return null;
  return (
    <ul className="lab-jobs training-jobs" aria-label="Trainings">
      {shown.map((job) => (
        <li key={job.jobId} className="lab-job" aria-label={`training ${job.name}`}>
          <div className="lab-row">
            <Word {...JOB_WORDS[job.state]} />
            <span className="lab-job-name" title={job.name}>
              <span className="dim">training</span> {job.name}
            </span>
            {job.finishedUs === null ? (
              <CancelButton
                onCancel={() =>
                  void session.run('The training was not canceled', 'cancelJob', { jobId: job.jobId })
                }
              />
            ) : (
              job.state !== 'done' && (
                <button
                  type="button"
                  className="bar-button"
                  title="Goes on from the folds that are done"
                  onClick={() =>
                    void session.run('The training was not resumed', 'resumeJob', { jobId: job.jobId })
                  }
                >
                  Resume
                </button>
              )
            )}
          </div>
          {job.finishedUs === null && (
            <ProgressBar
              label={`Progress of ${job.name}`}
              share={job.total > 0 ? job.done / job.total : null}
            />
          )}
          <p className="dim num">{progressText(job)}</p>
          {job.model !== null && <p>{job.model.text}</p>}
          {job.problem !== null && (
            <ProblemNotice title="The training did not finish" problem={job.problem} />
          )}
        </li>
      ))}
    </ul>
  );
}
