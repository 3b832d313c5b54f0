/** One leg of the linked cycle: its order, its ladder with what the order would take, the age of its book. */
import { useEffect, useMemo, useRef } from 'react';
import type { InstrumentRecord } from '../../../src-engine/contract/records.ts';
import type { LegPlan } from '../../../src-engine/domain/opportunity.ts';
import { SideWord } from '../../components/side-word.tsx';
import { Word } from '../../components/word.tsx';
import { useBookState, useSession } from '../../engine/use-session.ts';
import { formatUnits, groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { BOOK_WORDS } from '../../lib/words.ts';
import type { FollowedLeg } from '../../workspace/followed.ts';
import { BookAge, LadderBody, LEVELS } from '../book/ladder.tsx';
import { unitsOf } from '../book/own-orders.ts';
import { type Take, takenOf } from '../book/taken.ts';
import { codeOf } from '../../lib/venue-asset-text.ts';
import { exchangeTitle, venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { LegSpark } from './leg-spark.tsx';

type LegCardProps = {
  readonly leg: FollowedLeg;
  /** From 1. */
  readonly place: number;
  /** Undefined: the plan has no size, or there is none. */
  readonly plan: LegPlan | undefined;
  readonly isChosen: boolean;
  readonly onChoose: (instrument: InstrumentRecord) => void;
};

export function LegCard({ leg: { instrument, side }, place, plan, isChosen, onChoose }: LegCardProps) {
  const state = useBookState(instrument.id);
  const { label, explain, tone } = BOOK_WORDS[state];
  const { qty, limitPrice } = plan ?? {};
  const take = useMemo((): Take | undefined => {
    if (qty === undefined || limitPrice === undefined) return undefined;
    return {
      side,
      qty: unitsOf(qty, instrument.qtyDecimals),
      limit: unitsOf(limitPrice, instrument.priceDecimals),
    };
  }, [side, qty, limitPrice, instrument]);
  return (
    <section
      className="leg-card"
      aria-label={`Leg ${place}: ${side} ${instrument.symbol} at ${venueTitle(instrument.venue)}`}
    >
      <button
        type="button"
        className="leg-head"
        aria-pressed={isChosen}
        title="Book, Chart, Depth and Trades of this panel’s link group show this leg"
        onClick={() => onChoose(instrument)}
      >
        <span className="num dim">{place}</span>
        <SideWord side={side} />
        <strong className="symbol">{instrument.symbol}</strong>
        <span className="dim leg-venue" title={venueTitle(instrument.venue)}>
          {exchangeTitle(instrument.venue)}
        </span>
      </button>
      <p className="leg-state">
        <Word tone={tone} label={label} explain={explain} />
        <span className="spacer" />
        <span className="dim">book</span> <BookAge id={instrument.id} />
      </p>
      <LegSpark instrument={instrument} />
      <p className="leg-order num">
        {qty === undefined || limitPrice === undefined ? (
          <span className="dim">No size is planned</span>
        ) : (
          <>
            {groupThousands(trimZeros(qty))} {codeOf(instrument.base)}{' '}
            <span className="dim">{side === 'buy' ? 'up to' : 'down to'}</span>{' '}
            {groupThousands(trimZeros(limitPrice))}
          </>
        )}
      </p>
      <Coverage instrument={instrument} take={take} />
      <div
        className="ladder leg-ladder"
        role="table"
        aria-label={`Book of leg ${place}, ${instrument.symbol}`}
      >
        <LadderBody instrument={instrument} greyed={state !== 'live'} take={take} />
      </div>
    </section>
  );
}

/** How much of the order the book covers now, written as books come: no render. */
function Coverage({
  instrument,
  take,
}: {
  readonly instrument: InstrumentRecord;
  readonly take: Take | undefined;
}) {
  const { client } = useSession();
  const host = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null || take === undefined) return;
    let shown = '';
    const end = client.subscribe('book', { instrumentId: instrument.id, levels: LEVELS }, (book) => {
      const { share, levels, mean } = takenOf(book, take);
      const text = coverageText(share, levels, mean, instrument.priceDecimals);
      if (text === shown) return;
      shown = text;
      element.textContent = text;
      element.classList.toggle('leg-short', share < 1);
    });
    return () => {
      end();
      element.textContent = '';
    };
  }, [client, instrument, take]);
  return <p ref={host} className="leg-cover num" />;
}

/** @param mean in units of the instrument; read by a person, one digit more than its prices have. */
export function coverageText(share: number, levels: number, mean: number | null, decimals: number): string {
  if (mean === null) return 'Nothing left within the limit';
  const price = groupThousands(formatUnits(Math.round(mean * 10), decimals + 1));
  if (share < 1) return `Only ${Math.floor(share * 100)} % left within the limit\nat a mean of ${price}`;
  return `Covered by ${levels} ${levels === 1 ? 'level' : 'levels'}\nat a mean of ${price}`;
}
