/** Limits on amounts as decimals: they are text in the settings, every order is held to them, and few settings change in a day. */
import { Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { RiskLimits } from '../domain/limits.ts';

const PERCENT = new Decimal('0.01');

export class LimitAmounts {
  /** In the home currency. */
  readonly maxOrderNotional: Decimal;
  readonly maxOpenNotional: Decimal;
  readonly #limits: RiskLimits;
  /** What the shares below are of. */
  #equity: Decimal | undefined;
  #position: Decimal = ZERO;
  #gross: Decimal = ZERO;

  constructor(limits: RiskLimits) {
    this.#limits = limits;
    this.maxOrderNotional = decimal(limits.maxOrderNotional);
    this.maxOpenNotional = decimal(limits.maxOpenNotional);
  }

  /** Largest position in one asset, in the home currency; none while the equity is not known. */
  maxPosition(equity: Decimal | undefined): Decimal {
    if (equity !== this.#equity) this.#share(equity);
    return this.#position;
  }

  /** Largest value of all positions together; none while the equity is not known. */
  maxGross(equity: Decimal | undefined): Decimal {
    if (equity !== this.#equity) this.#share(equity);
    return this.#gross;
  }

  /** Exact: a product, as 60 digits are slow to divide. */
  #share(equity: Decimal | undefined): void {
    const { maxPositionPct, maxGrossExposurePct } = this.#limits;
    const percent = (equity ?? ZERO).times(PERCENT);
    this.#equity = equity;
    this.#position = percent.times(maxPositionPct);
    this.#gross = percent.times(maxGrossExposurePct);
  }
}

const known = new WeakMap<RiskLimits, LimitAmounts>();

/** Those of these limits, which are never changed in place. */
export function amountsOf(limits: RiskLimits): LimitAmounts {
  const found = known.get(limits);
  if (found !== undefined) return found;
  const amounts = new LimitAmounts(limits);
  known.set(limits, amounts);
  return amounts;
}
