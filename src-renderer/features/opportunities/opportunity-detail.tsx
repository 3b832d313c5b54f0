import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { ColumnHead, Term } from '../../components/term.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { Amount, Signed, signClass } from '../../components/exact.tsx';
import { SideWord } from '../../components/side-word.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { useReplica } from '../../engine/use-session.ts';
import { groupThousands, placesFor, profitPlaces, trimZeros } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { formatDuration } from '../../lib/time-text.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleText, DECISION_WORDS } from '../../lib/words.ts';
import { feeBasisText } from './fee-basis.ts';
import { decisionWord } from './opportunity-columns.tsx';
import { waterfallBars } from './waterfall-scale.ts';

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
        <span className="dim detail-reason" title={opportunity.decisionDetail}>
          {opportunity.decisionDetail === ''
            ? DECISION_WORDS[opportunity.decision].explain
            : opportunity.decisionDetail}
        </span>
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
                  {isRoute && <td className="dim">{leg.venue}</td>}
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

function FeeBasis({ opportunity }: { readonly opportunity: Opportunity }) {
  const instruments = useReplica((replica) => replica.instruments);
  const text = feeBasisText(opportunity.venue, opportunity.legs, instruments ?? []);
  if (text === '') return null;
  return (
    <p className="field-help" title="Source of the taker fees of its instruments, as of now">
      Fees: {text}
    </p>
  );
}

function WaterfallChart({ opportunity }: { readonly opportunity: Opportunity }) {
  const { bars, zero } = waterfallBars(opportunity.waterfall);
  const homeAsset = useReplica((replica) => replica.homeAsset) ?? '';
  const hasAmounts = bars.some(({ amount }) => amount !== undefined);
  const spoken = bars.map(({ label, bps }) => `${label} ${formatBps(bps)}`).join(', ');
  return (
    <figure className="waterfall" role="img" aria-label={`Waterfall in bps: ${spoken}`}>
      {bars.map(({ key, label, explain, bps, amount, from, to }) => (
        <div
          key={key}
          className={`waterfall-row ${key === 'netBps' ? 'waterfall-net' : ''} ${hasAmounts ? 'waterfall-amounts' : ''}`}
          title={amount === undefined ? explain : `${explain} ${amount} ${homeAsset}`}
        >
          <span className="waterfall-label">{label}</span>
          <span className="waterfall-track">
            <span className="waterfall-zero" style={{ left: `${zero * 100}%` }} />
            <span
              className={`waterfall-bar ${signClass(bpsSign(bps))}`}
              style={{ left: `${from * 100}%`, width: `max(1px, ${(to - from) * 100}%)` }}
            />
          </span>
          <span className={`num right ${signClass(bpsSign(bps))}`}>{formatBps(bps)}</span>
          {amount !== undefined && <Signed text={amount} places={profitPlaces(homeAsset)} />}
        </div>
      ))}
    </figure>
  );
}
