/** Trading by hand, from anywhere: take, cancel, flatten, pause a venue, enable a cycle. Each is confirmed by itself. */
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import type { FeedStatus } from '../../lib/feed-light.ts';
import { formatBps } from '../../lib/figures.ts';
import { codesText, strategyText } from '../../lib/words.ts';
import { useRisk } from '../risk/use-risk.ts';
import { CancelSection } from './cancel-section.tsx';
import { FlattenSection } from './flatten-section.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { readableText } from '../../lib/readable-text.ts';
import { OpportunityActions } from './opportunity-actions.tsx';

const NONE: readonly Opportunity[] = [];
const NO_FEEDS: readonly FeedStatus[] = [];
/** The best of those that are open; the board has all of them. */
const MAX_SHOWN = 6;

export function HandDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Trade by hand" kind="drawer" onClose={onClose}>
      <p className="field-help">
        Every order passes the same risk checks as those of the engine, and every action is in the audit
        trail.
      </p>
      <Takes />
      <CancelSection />
      <FlattenSection />
      <Venues />
      <Stopped />
    </Dialog>
  );
}

function Takes() {
  const open = useReplica((replica) => replica.openOpportunities) ?? NONE;
  const best = open.toSorted((a, b) => b.waterfall.netBps - a.waterfall.netBps).slice(0, MAX_SHOWN);
  return (
    <section className="form hand-section" aria-label="Take an opportunity">
      <h3>Take an opportunity</h3>
      <p className="field-help">
        It is planned anew from the books of the moment. The minimum net edge and the cooldown do not hold it
        back; below a net edge of zero nothing is sent.
      </p>
      {best.length === 0 ? (
        <p className="dim">None is open.</p>
      ) : (
        <PlainTable className="health-table" label="Open opportunities">
          <tbody>
            {best.map((opportunity) => (
              <tr key={opportunity.opportunityId}>
                <th scope="row">
                  {codesText(opportunity.path)} <small>{venueTitle(opportunity.venue)}</small>
                </th>
                <td className="num">{formatBps(opportunity.waterfall.netBps)} bps</td>
                <td>
                  <OpportunityActions opportunity={opportunity} />
                </td>
              </tr>
            ))}
          </tbody>
        </PlainTable>
      )}
    </section>
  );
}

function Venues() {
  const feeds = useReplica(({ status }) => status.feeds) ?? NO_FEEDS;
  return (
    <section className="form hand-section" aria-label="Venues">
      <h3>Venues</h3>
      <PlainTable className="health-table" label="Venues">
        <tbody>
          {feeds.map((feed) => (
            <tr key={feed.venue}>
              <th scope="row">
                {feed.title} <small>{feed.blocker ?? 'trading'}</small>
              </th>
              <td>
                <VenueSwitch feed={feed} />
              </td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </section>
  );
}

/** Pauses one venue, and resumes it; the others go on as they are. */
export function VenueSwitch({ feed }: { readonly feed: FeedStatus }) {
  const session = useSession();
  const paused = useReplica(({ status }) => status.paused) ?? false;
  const areSeveral = useReplica(({ status }) => status.feeds.length > 1) ?? false;
  const { venue, title, haltedFor } = feed;
  // Of one venue the pause of the top bar is the same thing.
  const isHalted = haltedFor !== '' || (!areSeveral && paused);
  return isHalted ? (
    <ConfirmButton
      key="resume"
      label="Resume"
      name={title}
      confirm="Really resume"
      onConfirm={() => session.run(`${title} was not resumed`, 'resumeTrading', { venue })}
    />
  ) : (
    <ConfirmButton
      key="pause"
      label="Pause"
      name={title}
      confirm="Really pause"
      onConfirm={() => session.run(`${title} was not paused`, 'pauseTrading', { venue })}
    />
  );
}

function Stopped() {
  const session = useSession();
  const stops = useRisk()?.stops ?? [];
  if (stops.length === 0) return null;
  return (
    <section className="form hand-section" aria-label="Disabled cycles and routes">
      <h3>Disabled cycles and routes</h3>
      <PlainTable className="health-table" label="Disabled cycles and routes">
        <tbody>
          {stops.map(({ strategy, reason }) => (
            <tr key={strategy}>
              <th scope="row">
                {strategyText(strategy)} <small>{readableText(reason)}</small>
              </th>
              <td>
                <ConfirmButton
                  label="Enable"
                  name={strategyText(strategy)}
                  confirm="Really enable"
                  onConfirm={() => session.run('The cycle was not enabled', 'enableStrategy', { strategy })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </PlainTable>
    </section>
  );
}
