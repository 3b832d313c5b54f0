/** The loss of the day and from the peak, and the level that it calls for. Exact: a level begins at its very percent. */
import { type Decimal, type DecimalText, decimal, ZERO } from '../domain/decimal.ts';
import type { Asset } from '../domain/ids.ts';
import type { RiskLimits } from '../domain/limits.ts';
import { RISK_LEVELS, type RiskLevel, type RiskSnapshot } from '../domain/risk.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';

const US_PER_DAY = 86_400 * US_PER_SECOND;
/** Levels that a new day does not end. */
const LATCHED: ReadonlySet<RiskLevel> = new Set(['halted', 'shutdown']);

/** Whole UTC days since 1970. */
export function utcDay(timeUs: TimeUs): number {
  return Math.floor(timeUs / US_PER_DAY);
}

export class Escalation {
  level: RiskLevel;
  levelSinceUs: TimeUs;
  day: number;
  dayOpen: Decimal | undefined;
  peak: Decimal | undefined;
  /** The last full valuation of the account. */
  equity: Decimal | undefined;
  /** What came in, or was taken out, before it had a price: the next full valuation says what it is worth. */
  readonly #unpriced = new Map<Asset, Decimal>();
  /** The loss of the day as it was last asked for, and what it is of. */
  #loss: Decimal = ZERO;
  #lossFrom: Decimal | undefined;
  #lossTo: Decimal | undefined;

  constructor(
    left:
      | Pick<RiskSnapshot, 'level' | 'levelSinceUs' | 'day' | 'dayOpenEquity' | 'peakEquity' | 'unpriced'>
      | undefined,
  ) {
    this.level = left?.level ?? 'normal';
    this.levelSinceUs = left?.levelSinceUs ?? 0;
    this.day = left?.day ?? 0;
    this.dayOpen = orNone(left?.dayOpenEquity);
    this.peak = orNone(left?.peakEquity);
    for (const [asset, amount] of Object.entries(left?.unpriced ?? {}))
      this.shiftLater(asset, decimal(amount));
  }

  /** Percent of the day's first equity that is lost; below zero is a gain. */
  get lossPct(): Decimal {
    const { dayOpen, equity } = this;
    // Every order asks; the equity changes a few times a second.
    if (this.#lossFrom !== dayOpen || this.#lossTo !== equity) {
      this.#lossFrom = dayOpen;
      this.#lossTo = equity;
      this.#loss = lossOf(dayOpen, equity);
    }
    return this.#loss;
  }

  /** Percent of the highest equity that is lost. */
  get drawdownPct(): Decimal {
    return lossOf(this.peak, this.equity);
  }

  /** A full valuation. True when it changed the level. */
  observe(equity: Decimal, nowUs: TimeUs, limits: RiskLimits): boolean {
    const before = this.level;
    this.equity = equity;
    this.passDay(nowUs);
    this.dayOpen ??= equity;
    if (this.peak === undefined || equity.gt(this.peak)) this.peak = equity;
    const reached = levelOf(this.lossPct, limits);
    // Within a day the level only rises: an account that flickers about a bound must not trade by turns.
    if (RISK_LEVELS.indexOf(reached) > RISK_LEVELS.indexOf(this.level)) this.#to(reached, nowUs);
    return this.level !== before;
  }

  /** A new UTC day begins with what the account is worth, and ends what does not latch. True when one began. */
  passDay(nowUs: TimeUs): boolean {
    const day = utcDay(nowUs);
    if (day <= this.day) return false;
    this.day = day;
    this.dayOpen = this.equity;
    if (this.level !== 'normal' && !LATCHED.has(this.level)) this.#to('normal', nowUs);
    return true;
  }

  /** An operator accepts the loss: the day is counted from here. */
  resetDay(nowUs: TimeUs): void {
    this.dayOpen = this.equity;
    this.#to('normal', nowUs);
  }

  /** An operator takes the drawdown as it is: the peak is what the account is worth now. */
  resetPeak(): void {
    this.peak = this.equity;
  }

  /** Money came in or was taken out: neither a gain nor a loss. */
  shift(amount: Decimal): void {
    this.dayOpen = this.dayOpen?.plus(amount);
    this.peak = this.peak?.plus(amount);
    this.equity = this.equity?.plus(amount);
  }

  /** An amount came in, or was taken out, that has no price yet. */
  shiftLater(asset: Asset, change: Decimal): void {
    this.#unpriced.set(asset, (this.#unpriced.get(asset) ?? ZERO).plus(change));
  }

  /**
   * A full valuation follows: what came in since the last one is no gain. What has no price even now is no part of it. True when
   * something was waiting.
   */
  shiftWaiting(valueOf: (asset: Asset, amount: Decimal) => Decimal | undefined): boolean {
    if (this.#unpriced.size === 0) return false;
    for (const [asset, amount] of this.#unpriced) this.shift(valueOf(asset, amount) ?? ZERO);
    this.#unpriced.clear();
    return true;
  }

  /** By asset, what came in and waits for its first price; undefined: nothing. */
  get unpriced(): Readonly<Record<Asset, DecimalText>> | undefined {
    if (this.#unpriced.size === 0) return undefined;
    return Object.fromEntries([...this.#unpriced].map(([asset, amount]) => [asset, amount.toString()]));
  }

  #to(level: RiskLevel, nowUs: TimeUs): void {
    this.level = level;
    this.levelSinceUs = nowUs;
  }
}

function levelOf(lossPct: Decimal, limits: RiskLimits): RiskLevel {
  if (lossPct.gte(limits.shutdownLossPct)) return 'shutdown';
  if (lossPct.gte(limits.haltedLossPct)) return 'halted';
  if (lossPct.gte(limits.restrictedLossPct)) return 'restricted';
  return lossPct.gte(limits.cautionLossPct) ? 'caution' : 'normal';
}

function lossOf(from: Decimal | undefined, to: Decimal | undefined): Decimal {
  if (from === undefined || to === undefined || from.lte(0)) return ZERO;
  return from.minus(to).times(100).div(from);
}

function orNone(text: string | null | undefined): Decimal | undefined {
  return text === null || text === undefined ? undefined : decimal(text);
}
