/** Closed opportunities as far back as the database goes: by decision, by edge, by words, each with its waterfall. */
import { FigureInput } from '../../components/figure-input.tsx';
import { useCallback, useId, useMemo, useState } from 'react';
import { decisionCode } from '../../../src-engine/domain/value-schemas.ts';
import type { DecisionCode, Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import type { CsvColumn } from '../../lib/csv.ts';
import { cycleText, DECISION_WORDS } from '../../lib/words.ts';
import { OPPORTUNITY_COLUMNS } from '../opportunities/opportunity-columns.tsx';
import { OpportunityDetail } from '../opportunities/opportunity-detail.tsx';
import { fields, utc } from './csv-fields.ts';
import { HistoryPanel } from './history-panel.tsx';
import { bpsBound } from './bps-bound.ts';
import type { Pages } from './use-pages.ts';

const CSV: CsvColumn<Opportunity>[] = [
  { title: 'openedUs', text: ({ openedUs }) => utc(openedUs) },
  { title: 'closedUs', text: ({ closedUs }) => (closedUs === undefined ? '' : utc(closedUs)) },
  ...fields<Opportunity>(['venue']),
  { title: 'cycle', text: ({ path }) => cycleText(path) },
  { title: 'grossBps', text: ({ waterfall }) => String(waterfall.grossBps) },
  { title: 'netBps', text: ({ waterfall }) => String(waterfall.netBps) },
  ...fields<Opportunity>([
    'peakNetBps',
    'startAmount',
    'expectedProfit',
    'decision',
    'decisionDetail',
    'opportunityId',
  ]),
];

/** The database looks for a decision itself: a page of it may reach far back. */
function pagesOf(decision: DecisionCode | null): Pages<Opportunity> {
  const filter = decision === null ? {} : { decision };
  return {
    load: async (client, page) => [
      ...(await client.call('listOpportunities', { ...page, ...filter })).opportunities,
    ],
    timeOf: ({ closedUs, openedUs }) => closedUs ?? openedUs,
    keyOf: ({ opportunityId }) => opportunityId,
  };
}

function detailOf(row: Opportunity | undefined) {
  return <OpportunityDetail opportunity={row} />;
}

export function OpportunityHistoryPanel() {
  const [decision, setDecision] = useState<DecisionCode | null>(null);
  const [typed, setTyped] = useState('');
  const id = useId();
  const pages = useMemo(() => pagesOf(decision), [decision]);
  const bound = bpsBound(typed);
  const least = bound.ok ? bound.bps : null;
  const accepts = useCallback(
    ({ waterfall }: Opportunity) => least === null || waterfall.netBps >= least,
    [least],
  );
  return (
    <HistoryPanel
      key={decision ?? 'all'}
      title="Opportunity history"
      {...(decision === null && least === null ? { totals: 'opportunities' as const } : {})}
      columns={OPPORTUNITY_COLUMNS}
      csv={CSV}
      pages={pages}
      accepts={accepts}
      detail={detailOf}
      tools={
        <>
          <label className="filter">
            <span>Decision</span>
            <select
              className="plain-select"
              value={decision ?? ''}
              onChange={(event) => setDecision(decisionCode.safeParse(event.target.value).data ?? null)}
            >
              <option value="">any</option>
              {decisionCode.options.map((code) => (
                <option key={code} value={code}>
                  {DECISION_WORDS[code].label}
                </option>
              ))}
            </select>
          </label>
          <label className="filter">
            <span>Net from</span>
            <FigureInput
              className="bps-bound num"
              placeholder="any"
              aria-label="Min. net edge in bps"
              aria-invalid={!bound.ok}
              aria-describedby={`${id}-bound`}
              value={typed}
              onChange={setTyped}
            />
            <span>bps</span>
          </label>
          <span id={`${id}-bound`} className="field-error" hidden={bound.ok}>
            {bound.ok ? '' : bound.error}
          </span>
        </>
      }
      empty={
        decision === null ? (
          <EmptyState title="No closed opportunities yet">
            Each opportunity is listed here once it has closed, with the decision and its reason.
          </EmptyState>
        ) : (
          <EmptyState title={`None was “${DECISION_WORDS[decision].label}”`}>
            Choose “any” to see all that have closed.
          </EmptyState>
        )
      }
    />
  );
}
