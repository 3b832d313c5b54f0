/** How the board of inventory is put into words. Pure. */
import type {
  InventoryMove,
  InventoryRow,
  StockState,
  Transfer,
} from '../../../src-engine/domain/inventory-schemas.ts';
import { formatDuration } from '../../lib/time-text.ts';
import type { Word } from '../../lib/words.ts';
import { venueTitle } from '../../../src-engine/domain/venue-titles.ts';
import { formatAmount, groupThousands, withPoint } from '../../lib/decimal-text.ts';

const US_PER_DAY = 86_400_000_000;

export const STOCK_WORDS: Readonly<Record<StockState, Word>> = {
  'no-target': { label: 'No target', explain: 'Nothing says how much is to lie there.', tone: 'quiet' },
  dry: { label: 'Running dry', explain: 'Below the lower end of its band.', tone: 'bad' },
  'in-band': { label: 'In band', explain: 'Within its band around the target.', tone: 'good' },
  overfull: { label: 'Overfull', explain: 'Above the upper end of its band.', tone: 'warn' },
};

export function transferWord({ state, isLate, minutes }: Transfer): Word {
  if (isLate)
    return { label: 'Late', explain: `Not there ${minutes} min after its declaration.`, tone: 'bad' };
  switch (state) {
    case 'declared':
      return { label: 'Declared', explain: 'The source still shows the amount.', tone: 'info' };
    case 'departed':
      return { label: 'In flight', explain: 'It has left the source.', tone: 'info' };
    case 'arrived':
      return { label: 'Arrived', explain: 'The destination shows it.', tone: 'good' };
    case 'canceled':
      return { label: 'Canceled', explain: 'The declaration was withdrawn.', tone: 'quiet' };
  }
}

/** `Buy 0.2 BTC at East, sell it at West` */
export function moveTitle(move: InventoryMove): string {
  const { kind, coin, from, to, network, through } = move;
  const amount = groupThousands(move.amount);
  switch (kind) {
    case 'reverse':
      return `Buy ${amount} ${coin} at ${venueTitle(to)}, sell it at ${venueTitle(from ?? '')}${through === null ? '' : `, through ${through}`}`;
    case 'transfer':
      return `Send ${amount} ${coin} from ${venueTitle(from ?? '')} to ${venueTitle(to)}${network === null ? '' : ` over ${network}`}`;
    case 'top-up':
      return `Buy ${amount} ${coin} at ${venueTitle(to)} for fees`;
    case 'dust':
      return `${amount} ${coin} at ${venueTitle(to)} is dust`;
  }
}

/** What it costs and how long it takes; what is not known is called unknown. */
export function moveCost(move: InventoryMove, homeAsset: string): string {
  const { kind, costBps, costHome, minutes, minimum, breakEvenDays, coin } = move;
  if (kind === 'top-up' || kind === 'dust') return '';
  const home = costHome === null ? '' : ` (${formatAmount(costHome, 2)} ${homeAsset})`;
  const cost = costBps === null ? 'cost unknown' : `${withPoint(String(costBps))} bps${home}`;
  const even =
    breakEvenDays === null
      ? ''
      : ` · pays for itself in ${formatDuration(breakEvenDays * US_PER_DAY)} of missed edge`;
  if (kind === 'reverse') return `${cost} at the books now${even}`;
  const time = minutes === null ? 'time unknown' : `${minutes} min`;
  const least = minimum === null ? 'minimum unknown' : `minimum ${minimum} ${coin}`;
  return `${cost} · ${time} · ${least}${even}`;
}

/** The move that costs least of those whose cost is known, else the first. */
export function suggested({ moves }: InventoryRow): InventoryMove | undefined {
  const known = moves.filter(({ costBps }) => costBps !== null);
  return known.toSorted((a, b) => (a.costBps ?? 0) - (b.costBps ?? 0))[0] ?? moves[0];
}

export function shortMove(move: InventoryMove): string {
  const { kind, from, costBps } = move;
  const cost = costBps === null ? '' : `, ${costBps} bps`;
  if (kind === 'reverse') return `reverse route from ${venueTitle(from ?? '')}${cost}`;
  if (kind === 'transfer')
    return `transfer from ${venueTitle(from ?? '')}${cost === '' ? ', cost unknown' : cost}`;
  return kind === 'top-up' ? 'top up for fees' : 'dust';
}
