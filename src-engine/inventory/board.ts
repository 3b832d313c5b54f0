/** The board of inventory as it is shown: every coin at every venue beside its target, and the moves that would bring it back. */
import type { BookSync } from '../books/book-sync.ts';
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { InventoryMove, InventoryRow, StockState } from '../domain/inventory-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName, IN_TRANSIT, venueOfAsset } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Inventory } from './inventory.ts';
import { transferMoves } from './transfer-moves.ts';
import { cheapestReverse } from './reverse-route.ts';

const MAX_ROWS = 500;
/** Significant digits of an amount that is proposed: more would look exact. */
const DIGITS = 6;
const DAY_US = 86_400 * US_PER_SECOND;
/** A fee asset is proposed to be bought when it lasts less than the first, for as long as the second, in days. */
const LEAST_FEE_DAYS = 3;
const FEE_DAYS = 7;

export type BoardParts = {
  readonly inventory: Inventory;
  readonly portfolio: Portfolio;
  readonly instruments: readonly Instrument[];
  readonly syncs: readonly BookSync[];
};

/** By coin and venue. At most 500 rows, those of the greatest value. */
export function inventoryRows(parts: BoardParts, nowUs: TimeUs): InventoryRow[] {
  const { portfolio } = parts;
  const { universe, balances } = portfolio;
  const isShown = (asset: Asset): boolean =>
    !balances.total(asset).isZero() ||
    !parts.inventory.arriving(asset).isZero() ||
    parts.inventory.targetOf(asset) !== undefined;
  const here = [...balances.assets()].filter((asset) => venueOfAsset(asset) !== IN_TRANSIT);
  const traded = parts.instruments.flatMap(({ base, quote }) => [base, quote]);
  const assets = [...new Set([...here, ...traded])].filter(isShown);
  const rows = assets.map((asset) => rowOf(parts, asset, nowUs));
  const valueOf = ({ valueHome }: InventoryRow): number => Number(valueHome ?? 0);
  const kept = rows.toSorted((a, b) => valueOf(b) - valueOf(a)).slice(0, MAX_ROWS);
  const rank = ({ coin, venue }: InventoryRow): string =>
    `${coin} ${String(universe.venues.indexOf(venue)).padStart(3, '0')}`;
  return kept.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

function rowOf(parts: BoardParts, asset: Asset, nowUs: TimeUs): InventoryRow {
  const { inventory, portfolio } = parts;
  const { balances, universe } = portfolio;
  const held = balances.total(asset);
  const target = inventory.targetOf(asset);
  const filled = inventory.filledPct(asset);
  const perDay = inventory.drift.perDay(asset, nowUs);
  const row: InventoryRow = {
    coin: assetName(asset),
    venue: venueOfAsset(asset) ?? universe.venues[0] ?? '',
    held: held.toString(),
    free: balances.free(asset).toString(),
    leaving: inventory.leaving(asset).toString(),
    arriving: inventory.arriving(asset).toString(),
    valueHome: portfolio.valueOf(asset, held)?.toString() ?? null,
    target: target?.target ?? null,
    isOwnTarget: inventory.isOwnTarget(asset),
    lowPct: target?.lowPct ?? 0,
    highPct: target?.highPct ?? 0,
    filledPct: filled === undefined ? null : Number(filled.toFixed(2)),
    state: stateOf(filled, target),
    driftPerDay: perDay === undefined ? null : shown(perDay).toString(),
    daysOfSupply: perDay !== undefined && perDay < 0 ? Number((held.toNumber() / -perDay).toFixed(2)) : null,
    missedHome: inventory.missed(asset).toDecimalPlaces(8).toString(),
    moves: [],
  };
  return { ...row, moves: movesOf(parts, asset, row, nowUs) };
}

function stateOf(
  filled: number | undefined,
  target: { readonly lowPct: number; readonly highPct: number } | undefined,
): StockState {
  if (filled === undefined || target === undefined) return 'no-target';
  if (filled < target.lowPct) return 'dry';
  return filled > target.highPct ? 'overfull' : 'in-band';
}

function movesOf(parts: BoardParts, asset: Asset, row: InventoryRow, nowUs: TimeUs): InventoryMove[] {
  const moves = row.state === 'dry' ? refills(parts, asset, row, nowUs) : [];
  const topUp = topUpOf(parts, asset, row);
  const dust = dustOf(parts, asset, row);
  return [...moves, ...(topUp === undefined ? [] : [topUp]), ...(dust === undefined ? [] : [dust])];
}

/** From where most lies beyond its target: the reverse route, and a transfer over each network that the trader entered. */
function refills(parts: BoardParts, asset: Asset, row: InventoryRow, nowUs: TimeUs): InventoryMove[] {
  const { inventory, portfolio } = parts;
  const { universe, balances } = portfolio;
  const { coin, venue } = row;
  const surplusAt = (from: VenueName): Decimal => {
    const there = universe.at(coin, from);
    const spare = balances.free(there).minus(inventory.targetOf(there)?.target ?? ZERO);
    return Decimal.max(ZERO, spare);
  };
  const [from] = universe.venues
    .filter((one) => one !== venue)
    .toSorted((a, b) => surplusAt(b).comparedTo(surplusAt(a)));
  const missing = decimal(row.target ?? '0')
    .minus(row.held)
    .minus(row.arriving);
  if (from === undefined || missing.lte(0)) return [];
  const amount = shown(Decimal.min(missing, surplusAt(from)), 1);
  if (!inventory.isWorthMoving(asset, amount)) return [];
  const missed = inventory.missed(asset);
  const days = (nowUs - inventory.sinceUs) / DAY_US;
  const perDay = days > 0 ? missed.div(days) : ZERO;
  const breakEven = (costHome: Decimal | undefined): number | null =>
    costHome === undefined || perDay.lte(0) ? null : Number(costHome.div(perDay).toSignificantDigits(3));
  const market = { ...parts, free: (one: Asset) => balances.free(one).toNumber() };
  const reverse = cheapestReverse(market, coin, amount.toNumber(), from, venue);
  const common = { coin, from, to: venue, amount: amount.toString() };
  const value = portfolio.valueOf(asset, amount);
  const cost = reverse && value?.times(reverse.costBps).div(10_000).toDecimalPlaces(8);
  const back: InventoryMove = {
    ...NOTHING_KNOWN,
    ...common,
    kind: 'reverse',
    through: reverse?.through ?? null,
    costBps: reverse === undefined ? null : Number(reverse.costBps.toFixed(2)),
    costHome: cost?.toString() ?? null,
    breakEvenDays: breakEven(cost),
    note:
      reverse === undefined
        ? 'No pair of live books is deep enough, or no coin that pays for it lies there.'
        : '',
  };
  const sent = transferMoves(common, inventory.terms, (fee) => portfolio.valueOf(asset, fee)).map((move) =>
    Object.assign(move, {
      breakEvenDays: breakEven(move.costHome === null ? undefined : decimal(move.costHome)),
    }),
  );
  return [back, ...sent];
}

/** What fees are paid in at a venue, and lasts for too few days. */
function topUpOf({ inventory }: BoardParts, asset: Asset, row: InventoryRow): InventoryMove | undefined {
  const { coin, venue, daysOfSupply, driftPerDay } = row;
  if (!inventory.feeAssets.has(asset) || daysOfSupply === null || daysOfSupply >= LEAST_FEE_DAYS)
    return undefined;
  const amount = decimal(driftPerDay ?? '0')
    .negated()
    .times(FEE_DAYS)
    .minus(row.held)
    .toSignificantDigits(DIGITS);
  const note = `Fees are charged in ${coin}: it lasts ${daysOfSupply} days; this much lasts ${FEE_DAYS}.`;
  return {
    ...NOTHING_KNOWN,
    kind: 'top-up',
    coin,
    from: null,
    to: venue,
    amount: amount.toString(),
    note,
  };
}

/** Too little for the smallest order of any pair there. */
function dustOf({ instruments, portfolio }: BoardParts, asset: Asset, row: InventoryRow) {
  const held = decimal(row.held);
  if (held.lte(0) || portfolio.universe.isCash(asset) || row.isOwnTarget) return undefined;
  const pairs = instruments.filter(({ base, stoppedFor }) => base === asset && stoppedFor === '');
  const mark = portfolio.markOf(asset);
  const [first] = pairs;
  if (first === undefined || mark === undefined) return undefined;
  const isTooLittle = ({ minQty, minNotional, quote }: Instrument): boolean => {
    const quoteMark = portfolio.markOf(quote);
    const value = quoteMark === undefined ? undefined : held.times(mark).div(quoteMark);
    return held.lt(minQty) || value?.lt(minNotional) === true;
  };
  if (!pairs.every(isTooLittle)) return undefined;
  const { coin, venue } = row;
  const note = `Below the smallest order of ${first.symbol}. Convert it at the venue, or send it along with a transfer.`;
  return { ...NOTHING_KNOWN, kind: 'dust' as const, coin, from: venue, to: venue, amount: row.held, note };
}

const NOTHING_KNOWN = {
  through: null,
  network: null,
  fee: null,
  minimum: null,
  minutes: null,
  costBps: null,
  costHome: null,
  breakEvenDays: null,
} as const;

/** @param rounding 1: down, 4: half up; as decimal.js numbers them. */
function shown(amount: Decimal | number, rounding: 1 | 4 = 4): Decimal {
  return new Decimal(amount).toSignificantDigits(DIGITS, rounding);
}
