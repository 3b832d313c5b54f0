/** The legs of the chosen cycle or route side by side, live: what its orders would take, and where its edge goes. */
import { Pin, PinOff } from 'lucide-react';
import { useCallback, useEffect, useMemo } from 'react';
import type { EngineStatus, InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { Opportunity } from '../../../src-engine/domain/opportunity.ts';
import { Amount, Signed, signClass } from '../../components/exact.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { AgeSince } from '../../components/view-age.tsx';
import { useReplica, useSession } from '../../engine/use-session.ts';
import { placesFor, profitPlaces } from '../../lib/decimal-text.ts';
import { bpsSign, formatBps } from '../../lib/figures.ts';
import { useTicking } from '../../lib/ticker.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { cycleText } from '../../lib/words.ts';
import { type Followed, useFollowed } from '../../workspace/followed.ts';
import { useLinkedInstrument } from '../../workspace/panel-context.tsx';
import { doubtedCodeOf, valueOf, whyNotValued } from '../cycles/triangles.ts';
import { OpportunityActions } from '../hand/opportunity-actions.tsx';
import { decisionWord } from '../opportunities/opportunity-columns.tsx';
import { FeeBasis, WaterfallChart } from '../opportunities/waterfall-chart.tsx';
import { LegCard } from './leg-card.tsx';
import { currentLife, followedOf } from './leg-path.ts';

const NO_OPPORTUNITIES: readonly Opportunity[] = [];
const NO_DOUBTS: EngineStatus['doubtedCoins'] = [];
const NO_INSTRUMENTS: readonly InstrumentRecord[] = [];

export function LinkedCycle() {
  const { followed, isPinned, follow, togglePin } = useFollowed();
  const instruments = useReplica((replica) => replica.instruments) ?? NO_INSTRUMENTS;
  const open = useReplica((replica) => replica.openOpportunities) ?? NO_OPPORTUNITIES;
  const recent = useReplica((replica) => replica.recentOpportunities) ?? NO_OPPORTUNITIES;
  useEffect(() => {
    // Until something is chosen: what pays now, or paid last.
    const first = open[0] ?? recent[0];
    const found = followed === null && first !== undefined ? followedOf(first, instruments) : undefined;
    if (found !== undefined) follow(found);
  }, [followed, follow, open, recent, instruments]);
  // Instruments have other numbers in another run: they are looked up again by venue and symbol.
  const cycle = useMemo(() => renewed(followed, instruments), [followed, instruments]);
  const life = cycle === undefined ? undefined : currentLife(cycle, open, recent);
  if (cycle === undefined) {
    return (
      <Panel title="Linked cycle">
        <EmptyState title="No cycle selected">
          Choose one in Opportunities or Cycles: its legs are shown here side by side, and Book, Chart, Depth
          and Trades follow by their link letters.
        </EmptyState>
      </Panel>
    );
  }
  const Icon = isPinned ? PinOff : Pin;
  return (
    <Panel
      title="Linked cycle"
      note={
        <strong className="symbol" title={cycleText(cycle.path, ' → ')}>
          {cycleText(cycle.path, ' → ')}
        </strong>
      }
      actions={
        <button
          type="button"
          className="button pin-button"
          aria-pressed={isPinned}
          title={
            isPinned
              ? 'Follow what is chosen elsewhere again'
              : 'Keep this cycle, whatever is chosen elsewhere'
          }
          onClick={togglePin}
        >
          <Icon size={12} aria-hidden="true" /> {isPinned ? 'Unpin' : 'Pin'}
        </button>
      }
    >
      <div className="linked-cycle">
        <Standing cycle={cycle} life={life} />
        <div className="linked-body">
          <Legs cycle={cycle} life={life} />
          {life !== undefined && (
            <div className="linked-waterfall">
              <WaterfallChart opportunity={life} />
              <FeeBasis opportunity={life} />
            </div>
          )}
        </div>
      </div>
    </Panel>
  );
}

function renewed(followed: Followed | null, instruments: readonly InstrumentRecord[]): Followed | undefined {
  if (followed === null) return undefined;
  if (followed.opportunity !== undefined) return followedOf(followed.opportunity, instruments);
  const legs = followed.legs.flatMap(({ instrument: { venue, symbol }, side }) => {
    const instrument = instruments.find((each) => each.venue === venue && each.symbol === symbol);
    return instrument === undefined ? [] : [{ instrument, side }];
  });
  return legs.length === followed.legs.length ? { ...followed, legs } : undefined;
}

type LifeProps = { readonly cycle: Followed; readonly life: Opportunity | undefined };

/** Whether it pays now, what was decided, its size, and what the best prices of the moment would yield. */
function Standing({ cycle, life }: LifeProps) {
  const start = life?.path[0] ?? '';
  return (
    <div className="linked-standing">
      {life === undefined ? (
        <span className="dim">No opportunity of this cycle was seen yet</span>
      ) : (
        <>
          {life.closedUs === undefined ? (
            <strong className="live-mark">OPEN</strong>
          ) : (
            <span className="dim">
              closed <AgeSince atUs={life.closedUs} /> ago
            </span>
          )}
          {decisionWord(life)}
          <span>
            <span className="dim">Size</span> <Amount text={life.startAmount} places={placesFor(start)} />{' '}
            {codeOf(start)}
          </span>
          <span>
            <span className="dim">Profit</span>{' '}
            <Signed text={life.expectedProfit} places={profitPlaces(start)} /> {codeOf(start)}
          </span>
        </>
      )}
      <BestPrices cycle={cycle} />
      {life !== undefined && <OpportunityActions opportunity={life} />}
    </div>
  );
}

/** What the best prices would yield now, for any size: an estimate of the window, as in Cycles. */
function BestPrices({ cycle }: { readonly cycle: Followed }) {
  const { quotes } = useSession();
  const doubts = useReplica(({ status }) => status.doubtedCoins) ?? NO_DOUBTS;
  // A number of bps, or why there is none.
  const best = useTicking(
    useCallback((): number | string => {
      const codes = doubts.map(({ coin }) => coin);
      const doubted = doubtedCodeOf(cycle.legs, codes);
      if (doubted !== undefined) return `${doubted} is quarantined, and no route trades it`;
      const nowMs = performance.now();
      const ageMs = (id: number): number | null => quotes.ageUs(id, nowMs);
      const value = valueOf(cycle, (id) => quotes.get(id), ageMs);
      return value === null
        ? whyNotValued(cycle.legs, (id) => quotes.get(id))
        : Math.round(value.netBps * 100) / 100;
    }, [cycle, quotes, doubts]),
  );
  return (
    <span title="Product of the best prices after the taker fees of all legs; depth, lots and slippage are not included">
      <span className="dim">At the best prices now</span>{' '}
      {typeof best === 'string' ? (
        <span className="dim">not known: {best}</span>
      ) : (
        <span className={`num ${signClass(bpsSign(best))}`}>{formatBps(best)} bps</span>
      )}
    </span>
  );
}

function Legs({ cycle, life }: LifeProps) {
  const { instrument: chosen, choose } = useLinkedInstrument();
  const planned = life !== undefined && life.legs.length === cycle.legs.length ? life.legs : undefined;
  return (
    <div className="linked-legs">
      {cycle.legs.map((leg, k) => (
        <LegCard
          key={`${leg.instrument.id} ${leg.side}`}
          leg={leg}
          place={k + 1}
          plan={planned?.[k]}
          isChosen={leg.instrument.id === chosen?.id}
          onChoose={choose}
        />
      ))}
    </div>
  );
}
