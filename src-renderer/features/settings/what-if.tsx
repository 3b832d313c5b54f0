/** What a change of limits or detection would have done: the last recording replayed under the settings of now, and under the new ones. */
import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { RecordingRecord } from '../../../src-engine/contract/library-operations.ts';
import type { RunHead } from '../../../src-engine/contract/lab-records.ts';
import type { OperationInput } from '../../../src-engine/contract/operations.ts';
import { Decimal, type DecimalText, decimal } from '../../../src-engine/domain/decimal.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { venuesNamed } from '../../../src-engine/domain/venue-asset.ts';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { problemOf } from '../../engine/session.ts';
import { ColumnHead } from '../../components/term.tsx';
import { Signed } from '../../components/exact.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { formatAmount, signOf } from '../../lib/decimal-text.ts';
import { formatCount } from '../../lib/figures.ts';
import { isSameFile } from '../lab/same-file.ts';
import { useJobs } from '../lab/use-jobs.ts';
import { useAnswer } from '../lab/use-answer.ts';

type Settings = NonNullable<OperationInput<'startBacktest'>['settings']>;
/** What a backtest takes of the settings. */
export type WhatIfPart = 'limits' | 'detection';
type WhatIfProps = {
  readonly part: WhatIfPart;
  /** What was typed, as far as it differs. */
  readonly values: Readonly<Record<string, unknown>>;
};
type Asked = {
  readonly recording: string;
  readonly before: string;
  readonly after: string;
  /** What both runs start with, in one sentence. */
  readonly capital: string;
};

/** The list reads the head of each recording: on a busy machine that takes its time. */
const LIST_MS = 60_000;
/** Of a backtest's capital, which may be counted in BTC; what is cut off is too little to change a trade. */
const CAPITAL_PLACES = 8;

/**
 * The recording with the newest market. One that was just stopped counts too: its times are not known before it has been
 * read whole, so that of its file stands in for them. The one that is still being written is left out.
 */
export function lastRecording(
  recordings: readonly RecordingRecord[],
  open: string | null,
): RecordingRecord | undefined {
  const endOf = ({ toUs, modifiedUs }: RecordingRecord) => toUs ?? modifiedUs;
  return recordings
    .filter(({ fault, name }) => fault === '' && !isSameFile(open, name))
    .toSorted((one, other) => endOf(other) - endOf(one))[0];
}

/** A backtest gives each venue of its recording the whole capital: an equal share of the equity, never rounded up. */
function shareOf(equity: DecimalText, venues: number): DecimalText {
  return decimal(equity)
    .div(Math.max(1, venues))
    .toDecimalPlaces(CAPITAL_PLACES, Decimal.ROUND_DOWN)
    .toFixed();
}

export function WhatIf({ part, values }: WhatIfProps) {
  const session = useSession();
  const limits = useReplica((replica) => replica.limits);
  const detection = useReplica((replica) => replica.detection);
  const home = useReplica((replica) => replica.homeAsset) ?? 'USD';
  const equity = useReplica((replica) => replica.equity?.equity) ?? undefined;
  const open = useReplica(({ status }) => status.recording) ?? null;
  const [asked, setAsked] = useState<Asked | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [none, setNone] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  if (limits === undefined || detection === undefined) return null;
  const { maxLegs, ...assumed } = detection;
  const ask = async () => {
    setBusy(true);
    setNone('');
    setProblem(null);
    try {
      setAsked(await startBoth());
    } catch (error) {
      // In place: the window’s own notices lie behind this dialog.
      setProblem(problemOf(error));
    }
    setBusy(false);
  };
  const startBoth = async (): Promise<Asked | null> => {
    const { recordings } = await session.client.call('listRecordings', {}, LIST_MS);
    const recording = lastRecording(recordings, open);
    if (recording === undefined) {
      setNone(
        open === null
          ? 'There is no recording yet: press Record in the status bar, and stop it after some minutes.'
          : 'The only recording is still being written: press Stop recording in the status bar first.',
      );
      return null;
    }
    const { name: file, venue } = recording;
    const venues = venuesNamed(venue).length;
    const share = equity === undefined ? '0' : shareOf(equity, venues);
    const isShare = signOf(share) > 0;
    const now: Settings = {
      limits,
      detection: assumed,
      legs: maxLegs,
      ...(isShare && { capital: { [home]: share } }),
    };
    const then: Settings = { ...now, [part]: { ...now[part], ...values } };
    const start = (settings: Settings, name: string) =>
      session.client.call('startBacktest', { recordings: [file], name, settings });
    const before = await start(now, `${file}: settings of now`);
    const after = await start(then, `${file}: changed settings`);
    const capital = isShare ? `${formatAmount(share, 2)} ${home}` : 'the default amount';
    return {
      recording: file,
      before: before.jobId,
      after: after.jobId,
      capital:
        venues > 1 ? `Each of the ${venues} venues starts with ${capital}.` : `It starts with ${capital}.`,
    };
  };
  return (
    <section className="what-if" aria-label="What would this have done?">
      <button type="button" className="button" disabled={isBusy} onClick={() => void ask()}>
        <FlaskConical size={14} aria-hidden="true" /> What would this have done?
      </button>
      {problem !== null && <ProblemNotice title="The change was not tried" problem={problem} />}
      {(isBusy || none !== '') && (
        <p className="field-help" role="status">
          {isBusy ? 'Looking for the last recording…' : none}
        </p>
      )}
      {asked !== null && !isBusy && <Comparison asked={asked} />}
    </section>
  );
}

function Comparison({ asked: { recording, before, after, capital } }: { readonly asked: Asked }) {
  const jobs = useJobs().filter(({ jobId }) => jobId === before || jobId === after);
  const failed = jobs.find(({ problem }) => problem !== null);
  const runs = useAnswer('listRuns', {}, jobs.filter(({ finishedUs }) => finishedUs !== null).length).data
    ?.runs;
  const runOf = (jobId: string): RunHead | undefined => {
    const runId = jobs.find((job) => job.jobId === jobId)?.runId;
    return runs?.find((run) => run.runId === runId);
  };
  const [now, then] = [runOf(before), runOf(after)];
  if (failed !== undefined)
    return <p className="field-problem">The change could not be tried: {failed.problem?.message}</p>;
  if (now === undefined || then === undefined)
    return (
      <p className="field-help" role="status">
        Replaying {recording} under both settings…
      </p>
    );
  return (
    <>
      <table className="plain-table">
        <thead>
          <tr>
            <ColumnHead title="The recording that was replayed">On {recording}</ColumnHead>
            <ColumnHead title="Under the settings of now">Now</ColumnHead>
            <ColumnHead title="Under the settings as typed">Changed</ColumnHead>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Profit {now.homeAsset}</th>
            <td>
              <Signed text={now.netPnl} places={4} />
            </td>
            <td>
              <Signed text={then.netPnl} places={4} />
            </td>
          </tr>
          <tr>
            <th scope="row">Trades</th>
            <td className="num">{formatCount(now.trades)}</td>
            <td className="num">{formatCount(then.trades)}</td>
          </tr>
        </tbody>
      </table>
      <p className="field-help">
        {now.digest === then.digest ? 'Both runs are the same, event by event. ' : ''}
        {capital} One recording proves little: both runs are in the panel Review, and Compare sets them side
        by side.
      </p>
    </>
  );
}
