/** What a carry holds, paid and was paid, to the last digit. Both legs are simulated: nothing is sent anywhere. */
import { Decimal, type DecimalText, ZERO } from '../../domain/decimal.ts';
import type { TimeUs } from '../../domain/time.ts';

/** One position from its entry on. Amounts in quote. */
export type CarryTrade = {
  readonly fromUs: TimeUs;
  /** Undefined: it is open. */
  readonly toUs: TimeUs | undefined;
  /** Base that is held on the spot market, and sold as a perpetual. */
  readonly qty: Decimal;
  /** What the spot leg cost and brought, without fees; what the perpetual was sold and bought back at, times the quantity. */
  readonly spotPaid: Decimal;
  readonly spotReceived: Decimal;
  readonly perpetualSold: Decimal;
  readonly perpetualBought: Decimal;
  readonly fees: Decimal;
  /** Received of payments; below 0: paid. */
  readonly funding: Decimal;
  readonly payments: number;
};

export type CarryCosts = {
  /** Taker fees, as fractions. */
  readonly spotFee: Decimal;
  readonly perpetualFee: Decimal;
  /** How much worse a fill of the perpetual is where its book is not shown, as a fraction. */
  readonly perpetualSlip: Decimal;
};

export class CarryBook {
  readonly #costs: CarryCosts;
  open: CarryTrade | undefined;
  /** Newest last. */
  readonly closed: CarryTrade[] = [];

  constructor(costs: CarryCosts) {
    this.#costs = costs;
  }

  /**
   * @param spotPaid what the quantity cost on the spot market, without the fee. @param perpetualSold what it was sold for as a perpetual.
   * @param orderCost of the spot order besides, whatever its size.
   */
  enter(atUs: TimeUs, qty: Decimal, spotPaid: Decimal, perpetualSold: Decimal, orderCost = ZERO): void {
    const { spotFee, perpetualFee } = this.#costs;
    this.open = {
      fromUs: atUs,
      toUs: undefined,
      qty,
      spotPaid,
      spotReceived: ZERO,
      perpetualSold,
      perpetualBought: ZERO,
      fees: spotPaid.times(spotFee).plus(perpetualSold.times(perpetualFee)).plus(orderCost),
      funding: ZERO,
      payments: 0,
    };
  }

  /** @param spotReceived what the quantity brought on the spot market, without the fee. @param perpetualBought what the perpetual was bought back for. */
  leave(atUs: TimeUs, spotReceived: Decimal, perpetualBought: Decimal, orderCost = ZERO): void {
    const { open } = this;
    if (open === undefined) return;
    const { spotFee, perpetualFee } = this.#costs;
    const atExit = spotReceived.times(spotFee).plus(perpetualBought.times(perpetualFee)).plus(orderCost);
    const fees = open.fees.plus(atExit);
    this.closed.push({ ...open, toUs: atUs, spotReceived, perpetualBought, fees });
    this.open = undefined;
  }

  /**
   * A payment was made: who had sold the perpetual before it receives rate × mark × quantity, or pays it below 0. It may be known only after the position
   * was left: it belongs to the one that was held then.
   * @returns whether one was.
   */
  pay(paidUs: TimeUs, rate: Decimal, mark: Decimal): boolean {
    const paidOf = (trade: CarryTrade): CarryTrade => ({
      ...trade,
      funding: trade.funding.plus(trade.qty.times(mark).times(rate)),
      payments: trade.payments + 1,
    });
    if (this.open !== undefined && this.open.fromUs < paidUs) {
      this.open = paidOf(this.open);
      return true;
    }
    const at = this.closed.findLastIndex(({ fromUs, toUs }) => fromUs < paidUs && paidUs <= (toUs ?? 0));
    const trade = this.closed[at];
    if (trade === undefined) return false;
    this.closed[at] = paidOf(trade);
    return true;
  }

  /** Whether a position is or was held at that time. */
  isHeldAt(atUs: TimeUs): boolean {
    const { open } = this;
    if (open !== undefined && open.fromUs < atUs) return true;
    return this.closed.some(({ fromUs, toUs }) => fromUs < atUs && atUs <= (toUs ?? 0));
  }
}

/** What a position brought that was left: both legs, fees and funding. */
export function netOf(trade: CarryTrade): Decimal {
  const { spotPaid, spotReceived, perpetualSold, perpetualBought, fees, funding } = trade;
  return spotReceived.minus(spotPaid).plus(perpetualSold).minus(perpetualBought).minus(fees).plus(funding);
}

/** What an open position is worth more than it cost, if both legs were left at these prices without a fee. */
export function openGain(trade: CarryTrade, spotBid: Decimal, perpetualAsk: Decimal): Decimal {
  return netOf({
    ...trade,
    spotReceived: trade.qty.times(spotBid),
    perpetualBought: trade.qty.times(perpetualAsk),
  });
}

export type StoredTrade = Readonly<Record<(typeof AMOUNTS)[number], DecimalText>> & {
  readonly fromUs: TimeUs;
  readonly toUs: TimeUs | null;
  readonly payments: number;
};

const AMOUNTS = [
  'qty',
  'spotPaid',
  'spotReceived',
  'perpetualSold',
  'perpetualBought',
  'fees',
  'funding',
] as const;

export function storedTrade(trade: CarryTrade): StoredTrade {
  const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, trade[name].toFixed()]));
  const { fromUs, toUs, payments } = trade;
  return {
    ...(amounts as Record<(typeof AMOUNTS)[number], DecimalText>),
    fromUs,
    toUs: toUs ?? null,
    payments,
  };
}

/** @throws RangeError for amounts that are none. */
export function tradeOf(stored: StoredTrade): CarryTrade {
  const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, storedAmount(stored[name])]));
  const { fromUs, toUs, payments } = stored;
  return {
    ...(amounts as Record<(typeof AMOUNTS)[number], Decimal>),
    fromUs,
    toUs: toUs ?? undefined,
    payments,
  };
}

/** Amounts of products have more digits than a decimal that travels. @throws RangeError */
export function storedAmount(text: string): Decimal {
  if (/^-?\d{1,60}(\.\d{1,60})?$/.test(text)) return new Decimal(text);
  throw new RangeError(`"${text}" is not an amount`);
}
