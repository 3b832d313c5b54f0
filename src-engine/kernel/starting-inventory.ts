/**
 * The capital of a simulated plan of several venues that lies as cash alone, split so that routes between them can begin: a route spends at each venue
 * what lies there. Half of each venue's cash becomes the coins that lie at another of the venues too, in equal values, at the middle
 * of the books and without a fee, as a trader brings coins along; the rest stays cash. It happens once, between executions, and is a
 * fact of the run.
 */
import { Decimal, divide, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor, BalanceDifference } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';

/** Coins of a venue that cash is put into, those of most pairs first: more of them would leave too little of each. */
const MAX_COINS = 6;
const COIN_SHARE = '0.5';
/** Coins worth no more than this part of a venue's cash are residuals. */
const RESIDUAL_SHARE = '0.01';
/** Books get so long to show a price; what has none by then gets nothing. */
const PATIENCE_US: DurationUs = 10 * US_PER_SECOND;
/** A venue at which something is under way at every tick for so long keeps its cash: a split that late would surprise. */
const MAX_WAIT_US: DurationUs = 600 * US_PER_SECOND;
/** Places of an amount of a coin, and of the cash that goes for it. */
const PLACES = 8;
const ACTOR: Actor = { kind: 'engine', via: 'starting-inventory' };

export type InventoryParts = {
  readonly portfolio: Portfolio;
  readonly instruments: readonly Instrument[];
  readonly outbox: Outbox;
  /** An execution is under way that trades at this venue: what lies there is on its way through it. Left out: none ever is. */
  readonly isUnderWayAt?: (venue: VenueName) => boolean;
};

export class StartingInventory {
  readonly #parts: InventoryParts;
  /** Venues whose capital is still to be split. */
  readonly #left: Set<VenueName>;
  #sinceUs: TimeUs | undefined;

  /** @param venues whose cash may be split. */
  constructor(parts: InventoryParts, venues: readonly VenueName[]) {
    this.#parts = parts;
    this.#left = new Set(venues);
  }

  onTick(nowUs: TimeUs): void {
    if (this.#left.size === 0) return;
    this.#sinceUs ??= nowUs;
    const waitedUs = nowUs - this.#sinceUs;
    const isLate = waitedUs > PATIENCE_US;
    for (const venue of this.#left) {
      if (this.#isInUse(venue)) {
        if (waitedUs > MAX_WAIT_US) this.#left.delete(venue);
        continue;
      }
      const coins = this.#coinsAt(venue);
      const priced = coins.filter((coin) => this.#parts.portfolio.markOf(coin) !== undefined);
      const cash = this.#parts.portfolio.universe.cashOf(venue);
      const hasMark = this.#parts.portfolio.markOf(cash) !== undefined;
      if (!isLate && (!hasMark || priced.length < coins.length)) continue;
      this.#left.delete(venue);
      if (hasMark && priced.length > 0) this.#split(venue, cash, priced, nowUs);
    }
  }

  /** Something of what lies there is promised to an order, or will come back otherwise than it left. */
  #isInUse(venue: VenueName): boolean {
    const { portfolio, isUnderWayAt } = this.#parts;
    const { balances, universe } = portfolio;
    if (isUnderWayAt?.(venue) === true) return true;
    return [...balances.assets()].some(
      (asset) => universe.isAt(asset, venue) && !balances.reserved(asset).isZero(),
    );
  }

  /** What is no cash there, and lies at another venue too. */
  #coinsAt(venue: VenueName): Asset[] {
    const { instruments, portfolio } = this.#parts;
    const pairs = new Map<Asset, number>();
    const elsewhere = new Set<string>();
    for (const one of instruments)
      for (const asset of [one.base, one.quote])
        if (one.venue === venue) pairs.set(asset, (pairs.get(asset) ?? 0) + 1);
        else elsewhere.add(assetName(asset));
    return [...pairs]
      .filter(([asset]) => elsewhere.has(assetName(asset)) && !portfolio.universe.isCash(asset))
      .filter(([asset]) => !portfolio.isDoubted(asset))
      .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, MAX_COINS)
      .map(([asset]) => asset);
  }

  /** What lies there beside cash is more than residuals: whoever brought it there wants it so. */
  #holdsCoins(venue: VenueName, cash: Asset): boolean {
    const { portfolio } = this.#parts;
    const { balances, universe } = portfolio;
    let coins = ZERO;
    for (const asset of balances.assets())
      if (asset !== cash && universe.isAt(asset, venue))
        coins = coins.plus(portfolio.valueOf(asset, balances.total(asset)) ?? ZERO);
    const most = portfolio.valueOf(cash, balances.total(cash)) ?? ZERO;
    return coins.gt(most.times(RESIDUAL_SHARE));
  }

  #split(venue: VenueName, cash: Asset, coins: readonly Asset[], nowUs: TimeUs): void {
    const { portfolio, outbox } = this.#parts;
    if (this.#holdsCoins(venue, cash)) return;
    const before = portfolio.balances.total(cash);
    const each = divide(before.times(COIN_SHARE), new Decimal(coins.length), PLACES, 'down');
    const perCash = portfolio.markOf(cash);
    if (perCash === undefined || each.lte(0)) return;
    let spent = ZERO;
    const differences: BalanceDifference[] = [];
    const set = (asset: Asset, total: Decimal): void => {
      differences.push({
        asset,
        ledger: portfolio.balances.total(asset).toString(),
        venue: total.toString(),
      });
      portfolio.adopt(asset, total);
    };
    for (const coin of coins) {
      const price = portfolio.markOf(coin);
      if (price === undefined || price.lte(0)) continue;
      const amount = divide(each.times(perCash), price, PLACES, 'down');
      if (amount.lte(0)) continue;
      set(coin, portfolio.balances.total(coin).plus(amount));
      // What the last place of the coin does not hold stays cash: the capital is worth as much as before.
      spent = spent.plus(divide(amount.times(price), perCash, PLACES, 'up'));
    }
    if (spent.isZero()) return;
    set(cash, before.minus(spent));
    outbox.emit({ type: 'balancesAdopted', atUs: nowUs, venue, actor: ACTOR, differences });
  }
}
