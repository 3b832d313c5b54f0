/** What lies where beside its target, what to move, transfers under way, and stablecoins beside their pegs. */
import { useMemo, useState } from 'react';
import type { InventoryRow } from '../../../src-engine/domain/inventory-schemas.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { useIsViewer } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { ROW_HEIGHTS, usePrefs } from '../../lib/prefs.ts';
import { INVENTORY_COLUMNS } from './inventory-columns.tsx';
import { InventoryDialog, type InventoryDialogKind } from './inventory-dialogs.tsx';
import { Moves, PegList, TermsList, TransferList } from './inventory-lists.tsx';

const NOTHING = {};
const NO_ROWS: readonly InventoryRow[] = [];
const keyOf = ({ coin, venue }: InventoryRow): string => `${coin} ${venue}`;

/** What is to be moved is read first, and of that what cost most; otherwise as the engine lists it. */
export const dryFirst = (rows: readonly InventoryRow[]): readonly InventoryRow[] =>
  rows.toSorted(
    (a, b) =>
      Number(b.state === 'dry') - Number(a.state === 'dry') || Number(b.missedHome) - Number(a.missedHome),
  );

export function InventoryPanel() {
  const view = useView('inventory', NOTHING);
  const isViewer = useIsViewer();
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const [chosen, setChosen] = useState<string>();
  const [dialog, setDialog] = useState<InventoryDialogKind | null>(null);
  const rows = useMemo(() => dryFirst(view?.rows ?? NO_ROWS), [view]);
  const row =
    rows.find((one) => keyOf(one) === chosen) ?? rows.find(({ state }) => state === 'dry') ?? rows[0];
  const dry = rows.filter(({ state }) => state === 'dry').length;
  const canSend = (view?.venues.length ?? 0) > 1;
  return (
    <Panel
      title="Inventory"
      note={rows.length > 0 && (dry === 0 ? 'nothing runs dry' : `${dry} running dry`)}
      actions={
        <>
          <ViewAge topic="inventory" params={NOTHING} />
          <CsvButton
            what="the inventory"
            file="inventory"
            text={() => columnsCsv(INVENTORY_COLUMNS, rows)}
            disabled={rows.length === 0}
          />
        </>
      }
    >
      <div
        className="venues-table"
        style={rows.length === 0 ? undefined : { height: (rows.length + 1) * rowHeight + 2 }}
      >
        <VirtualTable
          label="Inventory"
          columns={INVENTORY_COLUMNS}
          rows={rows}
          rowKey={keyOf}
          selectedKey={row === undefined ? null : keyOf(row)}
          onSelect={(one) => setChosen(keyOf(one))}
          empty={
            <EmptyState title="Nothing is held yet">
              Choose a plan of several venues: what lies at each is listed here beside its target, with the
              moves that bring back what runs dry.
            </EmptyState>
          }
        />
      </div>
      {view !== undefined && row !== undefined && (
        <div className="scrolling venues-below">
          {!isViewer && (
            <div className="alert-buttons">
              <button
                type="button"
                className="button"
                disabled={!canSend}
                title={canSend ? undefined : 'A transfer needs a second venue in the session'}
                onClick={() => setDialog('transfer')}
              >
                Declare transfer…
              </button>
              <button type="button" className="button" onClick={() => setDialog('target')}>
                Set target…
              </button>
              <button type="button" className="button" onClick={() => setDialog('terms')}>
                Withdrawal terms…
              </button>
            </div>
          )}
          <Moves row={row} homeAsset={view.homeAsset} />
          <TransferList transfers={view.transfers} />
          <TermsList terms={view.terms.filter(({ coin }) => coin === row.coin)} />
          <PegList pegs={view.pegs} />
        </div>
      )}
      {dialog !== null && view !== undefined && row !== undefined && (
        <InventoryDialog kind={dialog} view={view} row={row} onClose={() => setDialog(null)} />
      )}
    </Panel>
  );
}
