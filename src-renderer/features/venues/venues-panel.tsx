/** How each venue of the session stands, those that could not be reached, and which venues the profile trades. */
import { useState } from 'react';
import type { EngineStatus } from '../../../src-engine/contract/records.ts';
import { CsvButton } from '../../components/csv-button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { columnsCsv } from '../../components/table-column.ts';
import { VirtualTable } from '../../components/virtual-table.tsx';
import { Word } from '../../components/word.tsx';
import { useReplica } from '../../engine/use-session.ts';
import type { FeedStatus } from '../../lib/feed-light.ts';
import { ROW_HEIGHTS, usePrefs } from '../../lib/prefs.ts';
import { VENUE_COLUMNS } from './venue-columns.tsx';
import { DoubtedCoins } from './doubted-coins.tsx';
import { VenueDetails } from './venue-details.tsx';
import { VenuePlan } from './venue-plan.tsx';

const NO_FEEDS: readonly FeedStatus[] = [];
const NONE: EngineStatus['unreachedVenues'] = [];

export function VenuesPanel() {
  const feeds = useReplica(({ status }) => status.feeds) ?? NO_FEEDS;
  const unreached = useReplica(({ status }) => status.unreachedVenues) ?? NONE;
  const rowHeight = usePrefs(({ density }) => ROW_HEIGHTS[density]);
  const [chosen, setChosen] = useState<string>();
  const detailed = feeds.find(({ venue }) => venue === chosen) ?? feeds[0];
  return (
    <Panel
      title="Venues"
      note={
        feeds.length > 0 &&
        `${feeds.length} connected${unreached.length === 0 ? '' : `, ${unreached.length} not reached`}`
      }
      actions={
        <CsvButton
          what="the venues"
          file="venues"
          text={() => columnsCsv(VENUE_COLUMNS, feeds)}
          disabled={feeds.length === 0}
        />
      }
    >
      <div
        className="venues-table"
        style={feeds.length === 0 ? undefined : { height: (feeds.length + 1) * rowHeight + 2 }}
      >
        <VirtualTable
          label="Venues"
          columns={VENUE_COLUMNS}
          rows={feeds}
          rowKey={({ venue }) => venue}
          selectedKey={detailed?.venue ?? null}
          onSelect={({ venue }) => setChosen(venue)}
          empty={
            <EmptyState title="No venue is connected">
              Choose a profile: the venues of its plan are connected, and each one’s state is listed here.
            </EmptyState>
          }
        />
      </div>
      <div className="scrolling venues-below">
        <DoubtedCoins />
        {unreached.length > 0 && (
          <ul className="rules" aria-label="Venues that were not reached">
            {unreached.map(({ title, reason }) => (
              <li key={title} className="rule">
                <div className="rule-text">
                  <p>
                    <strong>{title}</strong> <Word tone="warn" label="Not reached" explain={reason} />
                  </p>
                  <p className="dim rule-more">{reason} The session goes on without it, and tries again.</p>
                </div>
              </li>
            ))}
          </ul>
        )}
        {detailed !== undefined && <VenueDetails feed={detailed} />}
        <VenuePlan />
      </div>
    </Panel>
  );
}
