import { codeOf } from '../../lib/venue-asset-text.ts';
import type { RunReview } from '../../../src-engine/contract/lab-records.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { formatCount } from '../../lib/figures.ts';
import { usePrefs } from '../../lib/prefs.ts';
import { formatDuration, formatFull } from '../../lib/time-text.ts';
import { NoteSection } from '../notes/note-form.tsx';
import { CaptureTable } from './capture-table.tsx';
import { CountTable, GroupTable } from './count-tables.tsx';
import { EquityCurve } from './equity-chart.tsx';
import type { EquityPoint } from './equity-series.ts';
import { ExportButtons } from './export-buttons.tsx';
import { useLab } from './lab-store.ts';
import { DamagedNotice } from './damaged-notice.tsx';
import { useLook } from './use-look.ts';
import { MetricList } from './metric-list.tsx';
import { EXCURSION_METRICS, RUN_METRICS, TRADE_METRICS } from './metric-words.ts';
import { RunPicker, useRuns, useRunUnderReview } from './run-picker.tsx';
import { settingRows } from './setting-rows.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useAnswer } from './use-answer.ts';

/** The first page of a run: what it was given and took for granted, and what came out. */
export function LabReview() {
  const stored = useRuns();
  const runs = stored?.runs;
  const damaged = <DamagedNotice kind="run" names={stored?.damaged ?? []} />;
  const reviewRun = useLab((lab) => lab.reviewRun);
  const runId = useRunUnderReview(runs);
  const { data, problem } = useAnswer('getRun', runId === null ? null : { runId });
  const equity = useAnswer('getRunEquity', runId === null ? null : { runId });
  if (runs !== undefined && runs.length === 0) {
    return (
      <Panel title="Review">
        {damaged}
        <EmptyState title="No run yet">
          Choose a recording in the Backtest lab panel and press Run backtest: its figures, trades and reasons
          are shown here.
        </EmptyState>
      </Panel>
    );
  }
  if (runs === undefined) {
    return (
      <Panel title="Review">
        <EmptyState title="Loading the runs…" />
      </Panel>
    );
  }
  return (
    <Panel
      title="Review"
      note={<RunPicker label="Run" runs={runs} runId={runId} onPick={reviewRun} />}
      actions={runId === null ? undefined : <ExportButtons runId={runId} />}
    >
      {damaged}
      {problem !== null && <ProblemNotice title="The run could not be read" problem={problem} />}
      {data !== undefined && <FirstPage review={data} samples={equity.data?.samples ?? NONE} />}
    </Panel>
  );
}

const NONE: readonly EquityPoint[] = [];

type FirstPageProps = {
  readonly review: RunReview;
  readonly samples: readonly EquityPoint[];
};

function FirstPage({ review, samples }: FirstPageProps) {
  const { figures } = review;
  const homeAsset = codeOf(review.homeAsset);
  const look = useLook();
  const valueOf = (key: string) => figures[key];
  return (
    <div className="lab-scroll lab-review">
      <Pinned review={review} />
      <div className="lab-review-figures">
        <MetricList title="Account" words={RUN_METRICS} valueOf={valueOf} home={homeAsset} />
        <MetricList title="Trades" words={TRADE_METRICS} valueOf={valueOf} home={homeAsset} />
        <MetricList title="Excursions" words={EXCURSION_METRICS} valueOf={valueOf} home={homeAsset} />
      </div>
      {review.remarks.length > 0 && (
        <ul className="lab-sentences lab-remarks" aria-label="Notes">
          {review.remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
      <section aria-label="Equity">
        <h3>Equity and drawdown</h3>
        <EquityCurve key={look} samples={samples} home={homeAsset} atUs={null} />
      </section>
      <CaptureTable review={review} />
      <section aria-label="What happened">
        <h3>What happened, and what limited it</h3>
        <ul className="lab-sentences">
          {review.explain.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>
      <CountTable title="Reasons not to trade" counts={review.decisions} kind="decision" />
      <CountTable title="Denied by risk" counts={review.denials} kind="denial" />
      <CountTable title="Rejected by the venue" counts={review.rejections} kind="plain" />
      <GroupTable title="By cycle" rows="Cycle" groups={review.byCycle} home={homeAsset} />
      {review.byVenue.length > 1 && (
        <GroupTable title="By venue" rows="Venue" groups={review.byVenue} home={homeAsset} />
      )}
      <GroupTable title="By hour (UTC)" rows="Hour" groups={review.byHour} home={homeAsset} />
      <details className="lab-details">
        <summary>All settings of this run</summary>
        <dl className="lab-settings">
          {settingRows(review.settings).map(({ name, text }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="num">{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    </div>
  );
}

/** Which run this is; its assumptions, and data and settings by their hashes, are folded: the figures come first. */
function Pinned({ review }: { readonly review: RunReview }) {
  const zone = usePrefs((prefs) => prefs.zone);
  const { name, fromUs, toUs, events } = review;
  return (
    <section className="lab-pinned" aria-label="Settings and data of this run">
      <p className="lab-pinned-head">
        <strong className="symbol" title={name}>
          {recordingTitle(name)}
        </strong>
        <span className="num dim">
          {formatFull(fromUs, zone).slice(0, 19)} · {formatDuration(toUs - fromUs)} · {formatCount(events)}{' '}
          events
        </span>
      </p>
      <Assumptions review={review} />
      <NoteSection about="run" id={review.runId} />
    </section>
  );
}

function Assumptions({ review }: { readonly review: RunReview }) {
  const { runId, settingsHash, dataHash, digest, engineVersion, assumptions } = review;
  return (
    <details className="lab-details">
      <summary>Assumptions ({assumptions.length}) and hashes</summary>
      <dl className="lab-hashes">
        <Hash
          label="Run"
          text={runId}
          explain="Derived from its settings, its data and the engine’s version."
        />
        <Hash
          label="Data"
          text={dataHash}
          explain={review.data.map((each) => `${each.name}: ${each.sha256}`).join('\n')}
        />
        <Hash
          label="Settings"
          text={settingsHash}
          explain="SHA-256 over every setting; all of them are listed below."
        />
        <Hash
          label="Events"
          text={digest}
          explain="SHA-256 over every event: the same settings, data and engine give the same."
        />
        <Hash label="Engine" text={engineVersion} explain="Version of the engine that ran it." />
      </dl>
      <h3>Assumptions</h3>
      <ul className="lab-sentences">
        {assumptions.map((assumption) => (
          <li key={assumption}>{assumption}</li>
        ))}
      </ul>
    </details>
  );
}

type HashProps = { readonly label: string; readonly text: string; readonly explain: string };

function Hash({ label, text, explain }: HashProps) {
  const short = text.length > 20 ? `${text.slice(0, 16)}…` : text;
  return (
    <div title={`${explain}\n${text}`}>
      <dt>{label}</dt>
      <dd className="num">{short}</dd>
    </div>
  );
}
