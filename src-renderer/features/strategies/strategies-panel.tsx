/** The strategies of the session: state, mode, profit after costs, what they decided, and why it was not carried out. */
import { useState } from 'react';
import type { StrategyRow } from '../../../src-engine/contract/strategy-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useIsViewer } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { ROW_HEIGHTS, usePrefs } from '../../lib/prefs.ts';
import { STRATEGY_COLUMNS } from './strategy-columns.tsx';
import { StrategyDetails } from './strategy-details.tsx';
import { StrategyForm } from './strategy-form.tsx';

const NOTHING = {};
const NO_ROWS: readonly StrategyRow[] = [];
const keyOf = ({ strategy }: StrategyRow): string => strategy;

export function StrategiesPanel() {
  const view = useView('strategies', NOTHING);
  const isViewer = useIsViewer();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const [chosen, setChosen] = useState<string>();
  const [isSetting, setIsSetting] = useState(false);
  const rows = view?.strategies ?? NO_ROWS;
  const row = rows.find((one) => keyOf(one) === chosen) ?? rows[0];
  const failed = rows.filter(({ state }) => state === 'failed').length;
  const isFull = view !== undefined && rows.length >= view.most;
  return (
    <Panel
      title="Strategies"
      note={rows.length > 0 && (failed === 0 ? `${rows.length} of ${view?.most ?? 0}` : `${failed} failed`)}
      actions={
        <>
          <CsvButton
            what="the strategies"
            file="strategies"
            text={() => columnsCsv(STRATEGY_COLUMNS, rows)}
            disabled={rows.length === 0}
          />
          <ViewAge topic="strategies" params={NOTHING} />
        </>
      }
    >
      <div
        className="venues-table"
        style={rows.length === 0 ? undefined : { height: (rows.length + 1) * rowHeight + 2 }}
      >
        <VirtualTable
          label="Strategies"
          columns={STRATEGY_COLUMNS}
          rows={rows}
          rowKey={keyOf}
          selectedKey={row === undefined ? null : keyOf(row)}
          onSelect={(one) => setChosen(keyOf(one))}
          empty={
            <EmptyState title={view === undefined ? 'No session runs' : 'No strategy is set'}>
              {view === undefined
                ? 'Start a plan first: strategies look at the markets of its session.'
                : 'Set one in shadow: it decides on the live market, sends no order, and shows what it would have earned after costs.'}
            </EmptyState>
          }
        />
      </div>
      {view !== undefined && (
        <div className="scrolling venues-below">
          {!isViewer && (
            <div className="alert-buttons">
              <button
                type="button"
                className="button"
                disabled={isFull}
                title={isFull ? `A session has at most ${view.most} strategies` : undefined}
                onClick={() => setIsSetting(true)}
              >
                Set a strategy…
              </button>
            </div>
          )}
          {row !== undefined && <StrategyDetails row={row} view={view} />}
        </div>
      )}
      {isSetting && view !== undefined && (
        <StrategyForm hasPaper={view.hasPaper} onClose={() => setIsSetting(false)} />
      )}
    </Panel>
  );
}
