/** How busy an account was: share of the time with a trade under way, and how often its worth changed hands. */
import { Decimal, type DecimalText, decimal } from '../../domain/decimal.ts';
import type { FillRecord } from '../../domain/event.ts';
import type { DurationUs, TimeUs } from '../../domain/time.ts';

/** Time during which at least one trade was under way; several at once count once. */
export class ExposureMeter {
  #open = 0;
  #sinceUs = 0;
  #busyUs = 0;

  began(atUs: TimeUs): void {
    if (this.#open++ === 0) this.#sinceUs = atUs;
  }

  ended(atUs: TimeUs): void {
    if (this.#open === 0) return;
    if (--this.#open === 0) this.#busyUs += atUs - this.#sinceUs;
  }

  /** Busy time up to `atUs`, what is under way included. */
  busyUs(atUs: TimeUs): DurationUs {
    return this.#busyUs + (this.#open === 0 ? 0 : Math.max(0, atUs - this.#sinceUs));
  }

  /** Busy time over all time, 0 to 1; null for no time at all. */
  exposure(fromUs: TimeUs, toUs: TimeUs): number | null {
    return toUs <= fromUs ? null : Math.min(1, this.busyUs(toUs) / (toUs - fromUs));
  }
}

/** Value of all fills in the home currency, each at the marks of its time; every leg of a cycle counts. */
export class TurnoverMeter {
  #traded = new Decimal(0);
  #unpriced = 0;

  /** @param quotePrice home currency per unit of the fill's quote; undefined: the fill is counted as unpriced. */
  add(fill: Pick<FillRecord, 'price' | 'qty'>, quotePrice: Decimal | undefined): void {
    if (quotePrice === undefined) this.#unpriced++;
    else this.#traded = this.#traded.plus(decimal(fill.qty).times(fill.price).times(quotePrice));
  }

  /** Home currency, to ten places. */
  get traded(): DecimalText {
    return this.#traded.toDecimalPlaces(10).toFixed();
  }

  /** Fills that could not be valued, and are missing in the turnover. */
  get unpriced(): number {
    return this.#unpriced;
  }

  /** Traded value over the mean equity: how many times the account was turned over. Null without equity. */
  turnover(meanEquity: number): number | null {
    return meanEquity > 0 ? this.#traded.toNumber() / meanEquity : null;
  }
}
