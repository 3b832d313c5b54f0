import { PlainTable } from '../../components/plain-table.tsx';
import { groupThousands, trimZeros } from '../../lib/decimal-text.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { formatDuration } from '../../lib/time-text.ts';

/** A level as text: exact price and quantity. */
export type BookLevel = { readonly price: string; readonly qty: string };

type BookLadderProps = {
  readonly symbol: string;
  /** Of a route over several venues. */
  readonly venue?: string | undefined;
  /** How old the book was at the decision. */
  readonly ageUs: number | null;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
  /** The side that the trade took from, and the worst price that it allowed. */
  readonly taken: { readonly side: 'buy' | 'sell'; readonly limitPrice: string; readonly qty: string } | null;
};

const LEVELS = 6;

/** One book as it stood when the cycle was chosen; the levels that the order was meant to take are marked. */
export function KeptBook({ symbol, venue, ageUs, bids, asks, taken }: BookLadderProps) {
  const asked = asks.slice(0, LEVELS).toReversed();
  const bid = bids.slice(0, LEVELS);
  return (
    <PlainTable className="lab-book">
      <caption>
        <span className="symbol">{symbol}</span>
        {venue !== undefined && <span className="dim">{venueTitle(venue)}</span>}
        {ageUs !== null && <span className="dim num">{formatDuration(ageUs)} old</span>}
      </caption>
      <tbody>
        {asked.map((level) => (
          <Level
            key={`ask ${level.price}`}
            side="ask"
            level={level}
            isTaken={isWithin(taken, 'buy', level, asks)}
          />
        ))}
        <tr className="lab-book-gap" aria-hidden="true">
          <td colSpan={3} />
        </tr>
        {bid.map((level) => (
          <Level
            key={`bid ${level.price}`}
            side="bid"
            level={level}
            isTaken={isWithin(taken, 'sell', level, bids)}
          />
        ))}
      </tbody>
    </PlainTable>
  );
}

type LevelProps = { readonly side: 'bid' | 'ask'; readonly level: BookLevel; readonly isTaken: boolean };

function Level({ side, level, isTaken }: LevelProps) {
  return (
    <tr className={isTaken ? 'lab-book-taken' : ''}>
      <td className={`lab-book-mark ${side}`} aria-label={isTaken ? `${side}, to be taken` : side}>
        {isTaken ? '▸' : ''}
      </td>
      <td className={`num right ${side}`}>{groupThousands(level.price)}</td>
      <td className="num right">{groupThousands(trimZeros(level.qty))}</td>
    </tr>
  );
}

/** Whether the order reaches this level: its price is within the limit, and what lies before it was not enough. */
export function isWithin(
  taken: BookLadderProps['taken'],
  side: 'buy' | 'sell',
  level: BookLevel,
  levels: readonly BookLevel[],
): boolean {
  if (taken === null || taken.side !== side) return false;
  const price = Number(level.price);
  const limit = Number(taken.limitPrice);
  if (side === 'buy' ? price > limit : price < limit) return false;
  const at = levels.indexOf(level);
  const before = levels.slice(0, at).reduce((sum, { qty }) => sum + Number(qty), 0);
  return before < Number(taken.qty);
}
