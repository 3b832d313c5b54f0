/** The legs of a plan as they are begun: what each spends, and for how much it is sent. */
import type { CyclePlan, PlannedLeg } from '../detection/cycle-sizing.ts';
import { Decimal, divide, roundToStep } from '../domain/decimal.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { Order } from '../domain/order.ts';
import type { TimeUs } from '../domain/time.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import type { Holding } from './holding.ts';

/** Places of the part of a leg that was filled. */
const SHARE_DECIMALS = 18;

export class Openings {
  readonly #portfolio: Portfolio;
  readonly #instrument: (id: number) => Instrument;

  constructor(portfolio: Portfolio, instrument: (id: number) => Instrument) {
    this.#portfolio = portfolio;
    this.#instrument = instrument;
  }

  /** The legs from `k` to before `end`: the first is paid for from the account. */
  of(plan: CyclePlan, k: number, end: number, nowUs: TimeUs): Holding[] {
    const leg = plan.legs[k];
    const asset = plan.cycle.path[k];
    if (leg === undefined || asset === undefined) return [];
    const target = plan.inventory === undefined ? plan.cycle.path[end] : this.#outputOf(leg);
    return [
      {
        asset,
        amount: this.#requirement(leg),
        target: target ?? plan.cycle.path[0] ?? '',
        want: undefined,
        route: plan.legs.slice(k, end),
        openingQty: leg.qty,
        attempts: 0,
        avoid: [],
        notBeforeUs: nowUs,
        key: '',
      },
    ];
  }

  /** Every leg by itself. */
  each(plan: CyclePlan, nowUs: TimeUs): Holding[] {
    return plan.legs.flatMap((_, k) => this.of(plan, k, k + 1, nowUs));
  }

  /** True when the account holds what every leg needs, all at the same time, beside what hedges of quotes may need. */
  arePaidFor(plan: CyclePlan): boolean {
    const { balances } = this.#portfolio;
    return plan.legs.every((leg, k) => {
      const asset = plan.cycle.path[k];
      return asset !== undefined && this.#requirement(leg).lte(balances.spendable(asset));
    });
  }

  /**
   * A leg that waited for another one, for the part of it that was filled: a sale in whole lots below, so that no more is sold
   * than was bought; a purchase in whole lots above, so that no less is bought than was sold.
   * @param first that was filled. @returns undefined where nothing was.
   */
  following(waiting: Holding, first: Order): Holding | undefined {
    const [leg] = waiting.route;
    if (leg === undefined || waiting.openingQty === undefined || first.filledQty.isZero()) return undefined;
    const part = divide(first.filledQty, first.qty, SHARE_DECIMALS, 'up');
    const { lotSize } = this.#instrument(leg.instrumentId);
    const asked = roundToStep(waiting.openingQty.times(part), lotSize, leg.side === 'sell' ? 'down' : 'up');
    return { ...waiting, openingQty: Decimal.min(asked, waiting.openingQty) };
  }

  #outputOf({ instrumentId, side }: PlannedLeg): string {
    const { base, quote } = this.#instrument(instrumentId);
    return side === 'sell' ? quote : base;
  }

  #requirement(leg: PlannedLeg): Decimal {
    const order = { side: leg.side, price: leg.limitPrice, qty: leg.qty };
    return this.#portfolio.requirement(order, this.#instrument(leg.instrumentId)).amount;
  }
}
