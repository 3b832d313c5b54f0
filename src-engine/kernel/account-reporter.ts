/** Reports what the account holds and what it is worth: after everything that moved money, and as time passes. */
import type { Outbox } from '../domain/effect.ts';
import type { EngineEvent, EquitySample } from '../domain/event.ts';
import type { Asset } from '../domain/ids.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';

/** Equity is sampled this often, and after every fill and execution. */
const EQUITY_INTERVAL_US = 5 * US_PER_SECOND;
/** An unchanged value is reported again this often. */
const EQUITY_REPEAT_US = 60 * US_PER_SECOND;

/** Facts that realise profit or pay fees. */
const BOOKING: ReadonlySet<EngineEvent['type']> = new Set([
  'orderFilled',
  'executionFinished',
  'transferChanged',
] as const);

export class AccountReporter {
  readonly #portfolio: Portfolio;
  readonly #outbox: Outbox;
  #nextEquityUs: TimeUs = 0;
  #lastSample: EquitySample | undefined;
  #wasWhole = false;

  constructor(portfolio: Portfolio, outbox: Outbox) {
    this.#portfolio = portfolio;
    this.#outbox = outbox;
  }

  /** After everything that moved money: which balances are what, and the equity that goes with them. */
  reportBalances(atUs: TimeUs): void {
    const touched = this.#portfolio.balances.takeTouched();
    if (touched.length === 0) return;
    this.#emitBalances(touched, atUs);
    // Balances and realised profit are stored together, so that a crash in the middle of a cycle parts neither.
    if (this.#outbox.events.some(isBooking)) this.sampleEquity(atUs);
  }

  /** Time passes: the account is worth something else as prices move. */
  onTick(nowUs: TimeUs): void {
    if (nowUs >= this.#nextEquityUs) this.sampleEquity(nowUs, true);
  }

  /** @param onlyNews says nothing when the account is worth what it was, unless that was said long ago. */
  sampleEquity(nowUs: TimeUs, onlyNews = false): void {
    this.#nextEquityUs = nowUs + EQUITY_INTERVAL_US;
    const sample = this.#portfolio.sample(nowUs);
    const repriced = this.#portfolio.takeRepriced();
    if (repriced.length > 0) this.#emitBalances(repriced, nowUs);
    const last = this.#lastSample;
    const isSame =
      last !== undefined &&
      nowUs - last.atUs < EQUITY_REPEAT_US &&
      sample.equity === last.equity &&
      sample.realizedPnl === last.realizedPnl &&
      sample.unrealizedPnl === last.unrealizedPnl &&
      sample.fees === last.fees;
    if (onlyNews && (isSame || !this.#isWhole())) return;
    this.#lastSample = sample;
    this.#outbox.emit({ type: 'equitySampled', atUs: nowUs, sample });
  }

  /**
   * False until everything held had a price at once: what the account is worth without its coins would look like a loss, and
   * their first prices like a profit.
   */
  #isWhole(): boolean {
    this.#wasWhole ||= this.#portfolio.unvalued().length === 0;
    return this.#wasWhole;
  }

  #emitBalances(assets: readonly Asset[], atUs: TimeUs): void {
    this.#outbox.emit({ type: 'balancesChanged', atUs, balances: this.#portfolio.snapshot(assets) });
  }
}

function isBooking(event: EngineEvent): boolean {
  if (BOOKING.has(event.type)) return true;
  // A swap that was reverted has paid for its gas.
  return event.type === 'orderCanceled' && event.order.filledQty === '0' && event.order.fees !== '0';
}
