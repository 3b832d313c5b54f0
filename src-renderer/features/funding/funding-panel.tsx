/** Funding and basis over venues: what a perpetual pays, and how far it lies above the spot market. Watched, never traded. */
import { useState } from 'react';
import type { FundingRow, FundingView } from '../../../src-engine/contract/funding-records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { ViewAge } from '../../components/view-age.tsx';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useIsViewer, useSession } from '../../engine/use-session.ts';
import { useView } from '../../engine/use-view.ts';
import { formatCount } from '../../lib/figures.ts';
import { Carries } from './carries.tsx';
import { FUNDING_COLUMNS } from './funding-columns.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { STATE_WORDS } from './funding-words.ts';

const NOTHING = {};
const NO_ROWS: readonly FundingRow[] = [];
const keyOf = ({ venue, contract }: FundingRow): string => `${venue} ${contract}`;

export function FundingPanel() {
  const view = useView('funding', NOTHING);
  const rows = view?.rows ?? NO_ROWS;
  const [chosenKey, setChosenKey] = useState<string>();
  const chosen = rows.find((row) => keyOf(row) === chosenKey) ?? rows[0];
  const isSimulated = view?.venues.some((one) => one.isSimulated) === true;
  return (
    <Panel
      title="Funding"
      note={isSimulated ? <strong>SIMULATED</strong> : 'watched, never traded'}
      actions={
        <>
          <CsvButton
            what="the perpetuals"
            file="funding"
            text={() => columnsCsv(FUNDING_COLUMNS, rows)}
            disabled={rows.length === 0}
          />
          <ViewAge topic="funding" params={NOTHING} />
        </>
      }
    >
      {view !== undefined && <WatchedVenues view={view} />}
      <VirtualTable
        label="Perpetuals"
        columns={FUNDING_COLUMNS}
        rows={rows}
        rowKey={keyOf}
        selectedKey={chosen === undefined ? null : keyOf(chosen)}
        onSelect={(row) => setChosenKey(keyOf(row))}
        empty={<Nothing view={view} />}
      />
      {view !== undefined && (rows.length > 0 || view.carries.length > 0) && (
        <Carries carries={view.carries} row={chosen} />
      )}
    </Panel>
  );
}

function Nothing({ view }: { readonly view: FundingView | undefined }) {
  if (view === undefined) return <EmptyState title="No session runs">Choose a plan first.</EmptyState>;
  if (view.venues.length === 0)
    return (
      <EmptyState title="No perpetuals are watched">
        Choose venues above. Their funding rates, mark and index prices and open interest are public: no key
        is needed, and nothing is traded there.
      </EmptyState>
    );
  return (
    <EmptyState title="No perpetual of a coin of this session">
      The first reading comes within some seconds.
    </EmptyState>
  );
}

/** Which venues are watched, and how they stand. */
function WatchedVenues({ view }: { readonly view: FundingView }) {
  const session = useSession();
  const isViewer = useIsViewer();
  /** Asked for, and not answered yet. */
  const [asked, setAsked] = useState<readonly string[]>();
  const watched = view.venues.map(({ venue }) => venue);
  const watch = async (venues: readonly string[]): Promise<void> => {
    setAsked(venues);
    await session.run('The choice was not changed', 'watchFunding', { venues: [...venues] });
    setAsked(undefined);
  };
  return (
    <fieldset className="funding-venues">
      <legend className="visually-hidden">Venues whose perpetuals are watched</legend>
      {view.offered.map(({ venue, title }) => {
        const standing = view.venues.find((one) => one.venue === venue);
        const word = standing && STATE_WORDS[standing.state];
        const unread = standing?.unread.map(({ name, reason }) => `${name}: ${reason}`).join('\n');
        return (
          <span key={venue} className="funding-venue">
            <label title={title}>
              <input
                type="checkbox"
                checked={asked?.includes(venue) ?? standing !== undefined}
                disabled={isViewer || asked !== undefined}
                onChange={({ target }) =>
                  void watch(
                    target.checked ? [...watched, venue] : watched.filter((other) => other !== venue),
                  )
                }
              />
              {venueTitle(venue)}
            </label>
            {standing !== undefined && word !== undefined && (
              <Word
                tone={word.tone}
                label={word.label}
                explain={standing.fault === '' ? word.explain : standing.fault}
              />
            )}
            {standing !== undefined && standing.unread.length > 0 && (
              <span className="dim" title={unread}>
                {formatCount(standing.unread.length)} unread
              </span>
            )}
          </span>
        );
      })}
    </fieldset>
  );
}
