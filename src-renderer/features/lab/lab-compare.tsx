import { shownValue } from '../../lib/decimal-text.ts';
import type { RunReview } from '../../../src-engine/contract/lab-records.ts';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { CompareChart } from './compare-chart.tsx';
import type { EquityPoint } from './equity-series.ts';
import { useLab } from './lab-store.ts';
import { useLook } from './use-look.ts';
import { MetricComparison } from './metric-comparison.tsx';
import { EXCURSION_METRICS, RUN_METRICS, TRADE_METRICS } from './metric-words.ts';
import { RunPicker, useRuns } from './run-picker.tsx';
import { settingDifferences } from './setting-rows.ts';
import { recordingTitle } from '../../lib/recording-title.ts';
import { useAnswer } from './use-answer.ts';

const WORDS = [...RUN_METRICS, ...TRADE_METRICS, ...EXCURSION_METRICS];
const NONE: readonly EquityPoint[] = [];

/** Two runs side by side: what was set differently, what came out, and both curves. */
export function LabCompare() {
  const runs = useRuns()?.runs;
  const compare = useLab((lab) => lab.compare);
  const reviewed = useLab((lab) => lab.runId);
  const compareRun = useLab((lab) => lab.compareRun);
  const a = compare[0] ?? reviewed;
  const b = compare[1] ?? runs?.find(({ runId }) => runId !== a)?.runId ?? null;
  const left = useAnswer('getRun', a === null ? null : { runId: a });
  const right = useAnswer('getRun', b === null ? null : { runId: b });
  const problem = left.problem ?? right.problem;
  if (runs !== undefined && runs.length < 2) {
    return (
      <Panel title="Compare">
        <EmptyState title="Two runs are needed">
          Run another backtest with one setting changed: what differs, and what it changed, is shown here.
        </EmptyState>
      </Panel>
    );
  }
  const pickers = (
    <span className="lab-pickers">
      <span>
        A <RunPicker label="Run A" runs={runs ?? []} runId={a} onPick={(runId) => compareRun(0, runId)} />
      </span>
      <span>
        B <RunPicker label="Run B" runs={runs ?? []} runId={b} onPick={(runId) => compareRun(1, runId)} />
      </span>
    </span>
  );
  return (
    <Panel title="Compare" note={pickers}>
      {problem !== null && <ProblemNotice title="A run could not be read" problem={problem} />}
      {left.data !== undefined && right.data !== undefined && <Both a={left.data} b={right.data} />}
    </Panel>
  );
}

function Both({ a, b }: { readonly a: RunReview; readonly b: RunReview }) {
  const { data: curveA } = useAnswer('getRunEquity', { runId: a.runId });
  const { data: curveB } = useAnswer('getRunEquity', { runId: b.runId });
  const look = useLook();
  const differences = settingDifferences(a.settings, b.settings);
  const sameData = a.dataHash === b.dataHash;
  return (
    <div className="lab-scroll lab-review" role="group" aria-label="Comparison" tabIndex={0}>
      <section aria-label="What differs">
        <h3>What differs</h3>
        {!sameData && (
          <p className="field-error">
            The data is not the same ({a.recordings.map(recordingTitle).join(' + ')} against{' '}
            {b.recordings.map(recordingTitle).join(' + ')}): a difference may come from the market alone.
          </p>
        )}
        {differences.length === 0 ? (
          <p className="dim">The settings are the same{sameData ? ', and so is the data' : ''}.</p>
        ) : (
          <PlainTable className="lab-compare" label="Settings that differ">
            <thead>
              <tr>
                <ColumnHead>Setting</ColumnHead>
                <ColumnHead className="right">A</ColumnHead>
                <ColumnHead className="right">B</ColumnHead>
              </tr>
            </thead>
            <tbody>
              {differences.map((row) => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td className="num right" data-exact={row.a}>
                    {shownValue(row.a)}
                  </td>
                  <td className="num right" data-exact={row.b}>
                    {shownValue(row.b)}
                  </td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
        )}
      </section>
      <section aria-label="Both curves">
        <h3>Equity since the start, in bps of it</h3>
        <CompareChart key={look} a={curveA?.samples ?? NONE} b={curveB?.samples ?? NONE} />
      </section>
      <section aria-label="Figures side by side">
        <h3>Figures</h3>
        <MetricComparison words={WORDS} a={(key) => a.figures[key]} b={(key) => b.figures[key]} />
      </section>
    </div>
  );
}
