/** Columns of the board: a coin at a venue beside its target. */
import type { InventoryRow } from '../../../src-engine/domain/inventory-schemas.ts';
import { Amount, Held } from '../../components/exact.tsx';
import type { Column } from '../../components/table-column.ts';
import { overVenues } from '../../components/venue-column.tsx';
import { Word } from '../../components/word.tsx';
import { ABSENT, withPoint } from '../../lib/decimal-text.ts';
import { shortMove, STOCK_WORDS, suggested } from './inventory-words.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { fixedText } from '../../lib/figures.ts';

/** Less than in a list of balances: what is to be moved is counted in whole coins. */
const PLACES = [2, 6] as const;

const none = <span className="dim">{ABSENT}</span>;

/** What is held between nothing and twice the target, with the band and the target marked; its figure stands beside it. */
function BandBar({ row }: { readonly row: InventoryRow }) {
  const { filledPct, lowPct, highPct, coin, venue, state } = row;
  if (filledPct === null) return none;
  const most = Math.max(200, highPct);
  const at = (pct: number): string => `${(Math.min(most, Math.max(0, pct)) / most) * 100}%`;
  return (
    <span
      className={`band band-${state}`}
      role="meter"
      aria-label={`${coin} at ${venueTitle(venue)}, percent of its target`}
      aria-valuemin={0}
      aria-valuemax={most}
      aria-valuenow={Math.min(most, Math.max(0, filledPct))}
      title={`${withPoint(String(filledPct))} % of the target; the band is ${withPoint(String(lowPct))} to ${withPoint(String(highPct))} %`}
    >
      <span className="band-track">
        <span className="band-range" style={{ left: at(lowPct), width: at(highPct - lowPct) }} />
        <span className="band-held" style={{ width: at(filledPct) }} />
        <span className="band-target" style={{ left: at(100) }} />
      </span>
      <span className="num">{filledPct.toFixed(0)} %</span>
    </span>
  );
}

export const INVENTORY_COLUMNS: readonly Column<InventoryRow>[] = [
  {
    id: 'coin',
    title: 'Coin',
    hint: 'What lies there',
    track: '56px',
    value: ({ coin }) => coin,
    cell: ({ coin }) => <span className="symbol">{coin}</span>,
  },
  {
    id: 'venue',
    title: 'Venue',
    hint: 'Where it is held',
    track: 'minmax(76px, 0.6fr)',
    value: ({ venue }) => venue,
    text: ({ venue }) => venueTitle(venue),
    over: overVenues(({ venue }) => venue, 'dim'),
    cell: ({ venue }) => <span className="dim">{venueTitle(venue)}</span>,
  },
  {
    id: 'held',
    title: 'Held',
    hint: 'In the ledger at this venue',
    track: 'minmax(84px, 0.8fr)',
    align: 'right',
    value: ({ held }) => held,
    cell: ({ coin, held }) => <Held asset={coin} places={PLACES} text={held} />,
  },
  {
    id: 'arriving',
    title: 'In flight',
    hint: 'On its way to this venue, before its fee',
    track: 'minmax(76px, 0.6fr)',
    align: 'right',
    fromWidth: 560,
    value: ({ arriving }) => arriving,
    cell: ({ coin, arriving }) =>
      arriving === '0' ? none : <Held asset={coin} places={PLACES} text={arriving} />,
  },
  {
    id: 'target',
    title: 'Target',
    hint: 'Yours, or an equal share of all that is held of the coin',
    track: 'minmax(92px, 0.8fr)',
    align: 'right',
    fromWidth: 480,
    value: ({ target }) => target,
    cell: ({ coin, target, isOwnTarget }) =>
      target === null ? (
        none
      ) : (
        <span title={isOwnTarget ? 'Your target' : 'Equal share of all that is held'}>
          <Held asset={coin} places={PLACES} text={target} />
          {!isOwnTarget && <span className="dim"> =</span>}
        </span>
      ),
  },
  {
    id: 'filled',
    title: 'Of target',
    hint: 'Held and in flight to it, with the band and the target marked',
    track: 'minmax(110px, 1fr)',
    fromWidth: 400,
    value: ({ filledPct }) => filledPct,
    isLive: true,
    cell: (row) => <BandBar row={row} />,
  },
  {
    id: 'state',
    title: 'State',
    hint: 'Against its band',
    track: '100px',
    value: ({ state }) => state,
    cell: ({ state }) => <Word {...STOCK_WORDS[state]} />,
  },
  {
    id: 'missed',
    title: 'Missed',
    hint: 'What opportunities of this session promised that were not taken for lack of it, in the home currency',
    track: '64px',
    align: 'right',
    fromWidth: 440,
    file: 'missed_home',
    isLive: true,
    value: ({ missedHome }) => missedHome,
    cell: ({ missedHome }) => (missedHome === '0' ? none : <Amount text={missedHome} places={2} />),
  },
  {
    id: 'days',
    title: 'Lasts',
    hint: 'Days until nothing is left, at the drift of the fills booked in the last 24 hours',
    track: '64px',
    align: 'right',
    fromWidth: 680,
    value: ({ daysOfSupply }) => daysOfSupply,
    isLive: true,
    cell: ({ daysOfSupply, driftPerDay }) =>
      daysOfSupply === null ? (
        <span className="dim" title={driftPerDay === null ? 'Too little was seen yet' : 'It does not fall'}>
          {ABSENT}
        </span>
      ) : (
        <span className="num">{fixedText(daysOfSupply, 1)} d</span>
      ),
  },
  {
    id: 'move',
    title: 'Suggested move',
    hint: 'The cheapest way to bring it back whose cost is known',
    track: 'minmax(120px, 1.4fr)',
    fromWidth: 820,
    value: (row) => {
      const move = suggested(row);
      return move === undefined ? '' : shortMove(move);
    },
    cell: (row) => {
      const move = suggested(row);
      return move === undefined ? none : <span title={move.note}>{shortMove(move)}</span>;
    },
  },
];
