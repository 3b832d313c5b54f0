import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { ColumnHead, Term } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Amount, Signed } from '../../components/exact.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { shownReason } from '../../lib/code-words.ts';
import { groupThousands, placesFor, profitPlaces, trimZeros } from '../../lib/decimal-text.ts';
import { formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleText, DECISION_WORDS } from '../../lib/words.ts';
import { OpportunityActions } from '../hand/opportunity-actions.tsx';
import { decisionWord } from './opportunity-columns.tsx';
import { shortVenueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { FeeBasis, WaterfallChart } from './waterfall-chart.tsx';

/** One opportunity in full: why it was taken or not, where its edge went, and its legs. */
export function OpportunityDetail({ opportunity }: { readonly opportunity: Opportunity | undefined }) {
  if (opportunity === undefined) {
    return (
      <div className="detail">
        <EmptyState title="No opportunity selected">Choose one to see how costs reduce its edge.</EmptyState>
      </div>
    );
  }
  const start = opportunity.path[0] ?? '';
  const isRoute = opportunity.legs.some(({ venue }) => venue !== undefined);
  return (
    <section className="detail" aria-label="Selected opportunity">
      <div className="detail-head">
        <strong className="symbol" title={cycleText(opportunity.path, ' → ')}>
          {cycleText(opportunity.path, ' → ')}
        </strong>
        {decisionWord(opportunity)}
        <span className="dim detail-reason" title={shownReason(opportunity.decisionDetail)}>
          {opportunity.decisionDetail === ''
            ? DECISION_WORDS[opportunity.decision].explain
            : shownReason(opportunity.decisionDetail)}
        </span>
        <OpportunityActions opportunity={opportunity} />
      </div>
      <div className={isRoute ? 'detail-cols detail-cols-route' : 'detail-cols'}>
        <div>
          <WaterfallChart opportunity={opportunity} />
          <FeeBasis opportunity={opportunity} />
        </div>
        <div>
          <PlainTable className="legs">
            <caption className="visually-hidden">Legs</caption>
            <thead>
              <tr>
                <ColumnHead>Leg</ColumnHead>
                <ColumnHead>Side</ColumnHead>
                <ColumnHead>Instrument</ColumnHead>
                {isRoute && <ColumnHead>Venue</ColumnHead>}
                <ColumnHead className="right">Qty</ColumnHead>
                <ColumnHead className="right">Limit</ColumnHead>
              </tr>
            </thead>
            <tbody>
              {opportunity.legs.map((leg, i) => (
                <tr key={`${leg.venue}-${leg.symbol}-${leg.side}`}>
                  <td className="num dim">{i + 1}</td>
                  <td>
                    <SideWord side={leg.side} />
                  </td>
                  <td className="symbol">{leg.symbol}</td>
                  {isRoute && <td className="dim">{shortVenueTitle(leg.venue ?? opportunity.venue)}</td>}
                  <td className="num right">{groupThousands(trimZeros(leg.qty))}</td>
                  <td className="num right">{groupThousands(leg.limitPrice)}</td>
                </tr>
              ))}
            </tbody>
          </PlainTable>
          <dl className="detail-facts">
            <div>
              <dt>
                <Term>Size</Term>
              </dt>
              <dd>
                <Amount text={opportunity.startAmount} places={placesFor(start)} /> {codeOf(start)}
              </dd>
            </div>
            <div>
              <dt>
                <Term>Expected profit</Term>
              </dt>
              <dd>
                <Signed text={opportunity.expectedProfit} places={profitPlaces(start)} /> {codeOf(start)}
              </dd>
            </div>
            <div>
              <dt>
                <Term>Book age</Term>
              </dt>
              <dd className="num">{formatDuration(opportunity.waterfall.ageUs)}</dd>
            </div>
            <div>
              <dt>
                <Term>Best net</Term>
              </dt>
              <dd className="num">{formatBps(opportunity.peakNetBps)} bps</dd>
            </div>
          </dl>
        </div>
      </div>
    </section>
  );
}
