import { useMemo } from 'react';
import type { InstrumentRecord, PlanMode } from '../../../src-engine/contract/records.ts';
import { Exact } from '../../components/exact.tsx';
import { ColumnHead } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { formatCount } from '../../lib/figures.ts';
import { FeeVolumeForm } from './fee-volume-form.tsx';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { type FeeGroup, feeGroups } from './fee-groups.ts';

const NONE: readonly InstrumentRecord[] = [];
/** Symbols that are named; the others are counted. */
const NAMED = 6;

const SOURCES: Readonly<Record<PlanMode, string>> = {
  demo: 'Fees of the simulated exchange, as low as those of large accounts, so that edges appear.',
  paper: 'If a venue lists no fees: its published schedule, at the volume below.',
  rehearsal: 'Fees of the account at the simulated exchange.',
  live: 'Fees of your account’s tier, as the venue reports them: read at the start of the profile, once a day, and after a fill that cost more.',
};

/** What a taker pays: asked of the venue at the start, never typed. */
export function FeesSection() {
  const instruments = useReplica((replica) => replica.instruments) ?? NONE;
  const profile = useReplica(({ status }) => status.plan?.mode) ?? null;
  const groups = useMemo(() => feeGroups(instruments), [instruments]);
  return (
    <section className="form" aria-label="Fees" id="settings-fees">
      <h3>Fees</h3>
      {profile === null || groups.length === 0 ? (
        <p className="field-help">Fees are read from the venue when a profile starts.</p>
      ) : (
        <>
          <FeeTable groups={groups} />
          <p className="field-help">
            {SOURCES[profile]} Fees are part of every edge and waterfall and cannot be typed: a wrong fee
            loses money.
          </p>
        </>
      )}
      <FeeVolumeForm />
    </section>
  );
}

export function FeeTable({ groups }: { readonly groups: readonly FeeGroup[] }) {
  return (
    <PlainTable className="health-table" label="Taker fees">
      <thead>
        <tr>
          <ColumnHead>Venue</ColumnHead>
          <ColumnHead title="Taker fee in bps of the order value">Taker, bps</ColumnHead>
          <ColumnHead title="Your account, the venue’s list, or a published schedule of that date">
            Source
          </ColumnHead>
          <ColumnHead title="Instruments with this fee">Instruments</ColumnHead>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ venue, takerBps, basis, symbols }) => (
          <tr key={`${venue} ${takerBps} ${basis}`}>
            <th scope="row">{venueTitle(venue)}</th>
            <td className="num">{takerBps === null ? 'not known' : <Exact text={takerBps} />}</td>
            <td>{takerBps === null ? 'not traded' : basis}</td>
            <td className="denial-detail" title={symbols.join(', ')}>
              {symbols.slice(0, NAMED).join(', ')}
              {symbols.length > NAMED && ` and ${formatCount(symbols.length - NAMED)} more`}
            </td>
          </tr>
        ))}
      </tbody>
    </PlainTable>
  );
}
