/** The models of the data folder: which is champion, what training says of each, and how those hold that run in the session. */
import { useCallback, useEffect, useState } from 'react';
import type { ModelRow, ModelsView } from '../../../src-engine/contract/model-records.ts';
import type { Problem } from '../../../src-engine/domain/errors.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProblemNotice } from '../../components/problem-notice.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { problemOf } from '../../engine/session.ts';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { ROW_HEIGHTS, usePrefs } from '../../lib/prefs.ts';
import { MODEL_COLUMNS } from './model-columns.tsx';
import { useJobs } from '../lab/use-jobs.ts';
import { ModelDetails } from './model-details.tsx';
import { ScorerSection } from './scorer-section.tsx';
import { TrainingForm } from './training-form.tsx';
import { TrainingJobs } from './training-jobs.tsx';

/** The registry changes by hand; drift by the bar. */
const READ_MS = 5_000;
const NO_ROWS: readonly ModelRow[] = [];

export function ModelsPanel() {
  const { client } = useSession();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const [view, setView] = useState<ModelsView>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [chosen, setChosen] = useState<string>();
  const [isTraining, setIsTraining] = useState(false);
  const isViewer = useIsViewer();
  const jobs = useJobs().filter(({ kind }) => kind === 'training');
  const trained = jobs.filter(({ state }) => state === 'done').length;
  const read = useCallback(
    () =>
      client.call('listModels', {}).then(
        (found) => {
          setView(found);
          setProblem(null);
        },
        (error: unknown) => setProblem(problemOf(error)),
      ),
    [client],
  );
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), READ_MS);
    return () => clearInterval(timer);
  }, [read]);
  // A training that ends adds to the registry.
  useEffect(() => {
    if (trained > 0) void read();
  }, [read, trained]);
  const rows = view?.models ?? NO_ROWS;
  const row = rows.find(({ name }) => name === chosen) ?? rows[0];
  return (
    <Panel
      title="Models"
      note={rows.length > 0 && `${rows.length} in the registry`}
      actions={
        <>
          {!isViewer && (
            <button type="button" className="bar-button" onClick={() => setIsTraining(true)}>
              Train…
            </button>
          )}
          <CsvButton
            what="the models"
            file="models"
            text={() => columnsCsv(MODEL_COLUMNS, rows)}
            disabled={rows.length === 0}
          />
        </>
      }
    >
      <TrainingJobs jobs={jobs} />
      {isTraining && <TrainingForm onClose={() => setIsTraining(false)} />}
      {problem !== null && <ProblemNotice title="The models could not be read" problem={problem} />}
      <div
        className="venues-table"
        style={rows.length === 0 ? undefined : { height: (rows.length + 1) * rowHeight + 2 }}
      >
        <VirtualTable
          label="Models"
          columns={MODEL_COLUMNS}
          rows={rows}
          rowKey={({ name }) => name}
          selectedKey={row?.name ?? null}
          onSelect={({ name }) => setChosen(name)}
          empty={
            <EmptyState title="No model is registered">
              Press “Train…” to train one on a recording or a file of bars, or import one with “parallax model
              import FILE --name NAME”. It is judged out of sample first, and runs as a strategy in shadow.
            </EmptyState>
          }
        />
      </div>
      <div className="scrolling venues-below">
        {row !== undefined && (
          <ModelDetails
            key={row.name}
            row={row}
            running={(view?.running ?? []).filter(({ name }) => name.startsWith(`model:${row.name}@`))}
            onChanged={read}
          />
        )}
        <ScorerSection />
      </div>
    </Panel>
  );
}
