/**
 * Stablecoins are money only while they are worth it. One whose price leaves its band around the peg for some seconds stops every cycle and
 * route that goes through it; what is under way is brought to its end. It is released by itself once the price has been within half the
 * band for as long. A price that is not known changes nothing. Works once a second; reads no clock.
 */
import type { Outbox } from '../domain/effect.ts';
import type { Asset } from '../domain/ids.ts';
import type { PegStanding } from '../domain/inventory-schemas.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import { pegOf } from '../domain/peg.ts';
import type { Depeg } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { PegPrice, PegPrices } from './peg-prices.ts';

const LOOK_US = US_PER_SECOND;
/** Two looks that are further apart are no proof of what was between them: the machine slept. */
const MAX_PAUSE_US = 3 * LOOK_US;
/** Released within this part of the band: at its edge it would stop and go by turns. */
const RELEASED_WITHIN = 0.5;
const DIGITS = 6;

export class PegGuard {
  readonly #prices: Pick<PegPrices, 'priceOf' | 'isTraded'>;
  readonly #outbox: Outbox;
  readonly #settings: () => DetectionSettings;
  readonly #depegged = new Map<Asset, Depeg>();
  /** Since when each coin's price speaks against how it stands, at every look. */
  readonly #since = new Map<Asset, TimeUs>();
  #lookedUs: TimeUs = 0;

  /** @param left what an earlier run knew. */
  constructor(
    prices: Pick<PegPrices, 'priceOf' | 'isTraded'>,
    outbox: Outbox,
    settings: () => DetectionSettings,
    left: readonly Depeg[] | undefined,
  ) {
    this.#prices = prices;
    this.#outbox = outbox;
    this.#settings = settings;
    this.recall(left);
  }

  recall(left: readonly Depeg[] | undefined): void {
    for (const depeg of left ?? []) this.#depegged.set(depeg.coin, depeg);
  }

  get depegged(): readonly Depeg[] {
    return [...this.#depegged.values()];
  }

  /** Why a walk over these assets is not begun; undefined: it may be. */
  stops(path: readonly Asset[]): string | undefined {
    if (this.#depegged.size === 0) return undefined;
    for (const asset of path) {
      const depeg = this.#depegged.get(assetName(asset));
      if (depeg !== undefined) return `${depeg.coin}: ${depeg.reason}`;
    }
    return undefined;
  }

  onTick(nowUs: TimeUs): void {
    if (nowUs - this.#lookedUs < LOOK_US) return;
    if (nowUs - this.#lookedUs > MAX_PAUSE_US) this.#since.clear();
    this.#lookedUs = nowUs;
    const { pegBands } = this.#settings();
    for (const [coin, band] of Object.entries(pegBands))
      if (this.#prices.isTraded(coin)) this.#look(coin, Number(band), nowUs);
    for (const { coin } of this.depegged) if (pegBands[coin] === undefined) this.#release(coin, NaN, nowUs);
  }

  /** Every stablecoin of the setting that the run trades, as it stands now. */
  standings(): PegStanding[] {
    const { pegBands } = this.#settings();
    return Object.entries(pegBands)
      .filter(([coin]) => this.#prices.isTraded(coin))
      .map(([coin, band]) => {
        const found = this.#priceOf(coin);
        return {
          coin,
          peg: pegOf(coin),
          bandPct: Number(band),
          price: found === undefined ? null : Number(found.price.toPrecision(DIGITS)),
          source: found?.source ?? '',
          reason: this.#depegged.get(coin)?.reason ?? '',
        };
      });
  }

  #look(coin: Asset, bandPct: number, nowUs: TimeUs): void {
    const found = this.#priceOf(coin);
    const isOff = this.#depegged.has(coin);
    const offPct = Math.abs((found?.price ?? Number.NaN) - 1) * 100;
    const speaksAgainst = isOff ? offPct <= bandPct * RELEASED_WITHIN : offPct > bandPct;
    if (found === undefined || !speaksAgainst) {
      this.#since.delete(coin);
      return;
    }
    const sinceUs = this.#since.get(coin) ?? nowUs;
    this.#since.set(coin, sinceUs);
    if (nowUs - sinceUs < this.#settings().pegWaitS * US_PER_SECOND) return;
    this.#since.delete(coin);
    if (isOff) this.#release(coin, found.price, nowUs);
    else this.#stop(coin, found, bandPct, nowUs);
  }

  #stop(coin: Asset, { price, source, beside }: PegPrice, bandPct: number, nowUs: TimeUs): void {
    const [shown, peg] = [price.toPrecision(DIGITS), pegOf(coin)];
    const { pegWaitS } = this.#settings();
    const which = beside === undefined ? '' : `; which of ${coin} and ${beside} is off is not known`;
    const reason = `${shown} ${beside ?? peg} by ${source}, more than ${bandPct} % from 1 for ${pegWaitS} s${which}`;
    this.#depegged.set(coin, { coin, peg, price: shown, reason, sinceUs: nowUs });
    this.#outbox.emit({ type: 'coinDepegged', atUs: nowUs, coin, peg, price: shown, reason });
  }

  /** @param price NaN: it is not watched any longer. */
  #release(coin: Asset, price: number, nowUs: TimeUs): void {
    this.#depegged.delete(coin);
    const reason = Number.isNaN(price)
      ? 'it is no longer in the list of stablecoins'
      : `${price.toPrecision(DIGITS)} ${pegOf(coin)}`;
    this.#outbox.emit({ type: 'coinRepegged', atUs: nowUs, coin, reason });
  }

  #priceOf(coin: Asset): PegPrice | undefined {
    const peg = pegOf(coin);
    const others = Object.keys(this.#settings().pegBands).filter(
      (one) => one !== coin && this.#prices.isTraded(one) && pegOf(one) === peg,
    );
    return this.#prices.priceOf(coin, peg, others);
  }
}
