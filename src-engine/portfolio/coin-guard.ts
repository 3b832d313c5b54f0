/**
 * Whether one code at two venues is one coin. It is taken for one while nothing speaks against it: prices too far apart for too long,
 * by live books of each venue alone, quarantine the code until an operator says that it is one coin. A quarantined coin is valued where
 * it lies and nowhere else. Works once a second and only in runs of several venues; reads no clock.
 */
import { Decimal } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { CoinDoubt, CoinStanding, CoinTrust } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { type CoinPlace, type ListedCoin, midOf } from './venue-prices.ts';

/**
 * How far one venue's bid may be above another's ask, as a fraction. While coins can be moved between venues, arbitrage closes
 * much smaller gaps than this within seconds; two coins of one code, or a coin that has lost its peg at one venue, pass it.
 */
export const MAX_COIN_GAP = 0.05;
/** A gap counts once it has stood for so long at every look: a burst of trades at one venue is soon followed at the other. */
export const GAP_STANDS_US = 10 * US_PER_SECOND;
const LOOK_US = US_PER_SECOND;
/** Two looks that are further apart are no proof of what was between them: the machine slept. */
const MAX_PAUSE_US = 3 * LOOK_US;
/** Significant digits of a price as it is shown. */
const SHOWN_DIGITS = 8;

/** The prices that it goes by; see VenuePrices. */
export type ComparedPrices = {
  readonly coins: readonly ListedCoin[];
  readonly anchor: Asset;
  look(isDoubted: (code: Asset) => boolean): void;
};

type Gap = { readonly bidAt: VenueName; readonly askAt: VenueName; readonly size: number };

export class CoinGuard {
  readonly #prices: ComparedPrices;
  readonly #outbox: Outbox;
  /** Quarantined codes; shared with what values them. */
  readonly #doubted: Map<Asset, CoinDoubt>;
  readonly #trusted = new Map<Asset, readonly VenueName[]>();
  /** Since when each coin's venues are apart at every look. */
  readonly #since = new Map<Asset, TimeUs>();
  readonly #isDoubted = (code: Asset): boolean => this.#doubted.has(code);
  #lookedUs: TimeUs = 0;

  /** @param doubted is filled and emptied by this guard alone. @param left what an earlier run knew. */
  constructor(
    prices: ComparedPrices,
    doubted: Map<Asset, CoinDoubt>,
    outbox: Outbox,
    left: CoinStanding | undefined,
  ) {
    this.#prices = prices;
    this.#doubted = doubted;
    this.#outbox = outbox;
    this.recall(left);
  }

  /** Goes on from what an earlier run, or the account beside a twin, knew. */
  recall(left: CoinStanding | undefined): void {
    for (const doubt of left?.doubted ?? []) this.#doubted.set(doubt.coin, doubt);
    for (const { coin, venues } of left?.trusted ?? []) this.#trusted.set(coin, venues);
  }

  get doubted(): readonly CoinDoubt[] {
    return [...this.#doubted.values()];
  }

  /** What a restart must know; undefined while there is nothing. */
  get standing(): CoinStanding | undefined {
    if (this.#doubted.size + this.#trusted.size === 0) return undefined;
    const trusted: CoinTrust[] = [...this.#trusted].map(([coin, venues]) => ({ coin, venues }));
    return { doubted: this.doubted, trusted };
  }

  onTick(nowUs: TimeUs): void {
    const { coins } = this.#prices;
    if (coins.length === 0 || nowUs - this.#lookedUs < LOOK_US) return;
    if (nowUs - this.#lookedUs > MAX_PAUSE_US) this.#since.clear();
    this.#lookedUs = nowUs;
    this.#prices.look(this.#isDoubted);
    for (const coin of coins) if (!this.#doubted.has(coin.code)) this.#compare(coin, nowUs);
  }

  /** An operator says that a quarantined code is one coin at all these venues. False where it is not quarantined. */
  trust(coin: Asset, actor: Actor, atUs: TimeUs): boolean {
    const doubt = this.#doubted.get(coin);
    if (doubt === undefined) return false;
    this.#doubted.delete(coin);
    const venues = [...new Set([...(this.#trusted.get(coin) ?? []), ...doubt.venues])];
    this.#trusted.set(coin, venues);
    this.#outbox.emit({ type: 'coinTrusted', atUs, coin, venues, actor });
    return true;
  }

  #compare(coin: ListedCoin, nowUs: TimeUs): void {
    const { code, places } = coin;
    const gap = isApart(places) ? widestGap(places, this.#trusted.get(code)) : undefined;
    if (gap === undefined) {
      this.#since.delete(code);
      return;
    }
    const sinceUs = this.#since.get(code) ?? nowUs;
    this.#since.set(code, sinceUs);
    if (nowUs - sinceUs < GAP_STANDS_US) return;
    this.#since.delete(code);
    const doubt = {
      coin: code,
      venues: places.map(({ venue }) => venue),
      prices: places
        .filter(({ bid }) => bid > 0)
        .map((place) => ({ venue: place.venue, price: shown(midOf(place)) })),
      unit: this.#prices.anchor,
      reason: reasonOf(gap),
    };
    this.#doubted.set(code, { ...doubt, sinceUs: nowUs });
    this.#outbox.emit({ type: 'coinDoubted', atUs: nowUs, ...doubt });
  }
}

/** Whether any two are apart by more than the bound; the usual answer is no, and costs one pass. */
function isApart(places: readonly CoinPlace[]): boolean {
  let [highestBid, lowestAsk] = [0, Number.POSITIVE_INFINITY];
  for (const { bid, ask } of places) {
    if (bid > highestBid) highestBid = bid;
    if (ask < lowestAsk) lowestAsk = ask;
  }
  return highestBid > lowestAsk * (1 + MAX_COIN_GAP);
}

/** The widest gap beyond the bound between two venues that an operator has not taken for the same. */
function widestGap(places: readonly CoinPlace[], trusted: readonly VenueName[] | undefined): Gap | undefined {
  let widest: Gap | undefined;
  for (const { venue: bidAt, bid } of places)
    for (const { venue: askAt, ask } of places) {
      if (trusted?.includes(bidAt) === true && trusted.includes(askAt)) continue;
      const size = bid / ask - 1;
      if (size > (widest?.size ?? MAX_COIN_GAP)) widest = { bidAt, askAt, size };
    }
  return widest;
}

function reasonOf({ bidAt, askAt, size }: Gap): string {
  const [percent, bound] = [(size * 100).toFixed(1), MAX_COIN_GAP * 100];
  const seconds = GAP_STANDS_US / US_PER_SECOND;
  return `the bid at ${bidAt} is ${percent} % above the ask at ${askAt}; over ${bound} % for ${seconds} s`;
}

function shown(price: number): string {
  return new Decimal(price).toSignificantDigits(SHOWN_DIGITS).toFixed();
}
