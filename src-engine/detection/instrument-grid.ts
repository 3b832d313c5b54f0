/** An instrument's rules as plain numbers, in the units of its book. */
import { feeToReckon, type Instrument, isTradable } from '../domain/instrument.ts';

/**
 * An instrument's rules as plain numbers, computed once: what the hot path multiplies with.
 * A buyer pays notional × (1 + buyFee), a seller receives notional × (1 − fee); where fees are charged in quote the two are the same.
 */
export type InstrumentGrid = {
  /** Quote per price unit, base per quantity unit. */
  readonly priceUnit: number;
  readonly qtyUnit: number;
  readonly fee: number;
  /** What a buyer pays on top of the notional, as a share of it: the fee, or more where it is taken out of what is received. */
  readonly buyFee: number;
  /** Quote that each order costs besides, whatever its size; 0 nearly everywhere. */
  readonly orderCost: number;
  /** Steps in book units: an order's price is a multiple of tickUnits, its quantity of lotUnits. */
  readonly tickUnits: number;
  readonly lotUnits: number;
  readonly minQtyUnits: number;
  /** In quote. */
  readonly minNotional: number;
  readonly tradable: boolean;
};

export function gridOf(instrument: Instrument): InstrumentGrid {
  const priceUnit = 10 ** -instrument.priceDecimals;
  const qtyUnit = 10 ** -instrument.qtyDecimals;
  const fee = feeToReckon(instrument).toNumber();
  return {
    priceUnit,
    qtyUnit,
    fee,
    buyFee: fee,
    orderCost: instrument.orderCost?.toNumber() ?? 0,
    tickUnits: Math.max(1, Math.round(instrument.tickSize.toNumber() / priceUnit)),
    lotUnits: Math.max(1, Math.round(instrument.lotSize.toNumber() / qtyUnit)),
    minQtyUnits: Math.round(instrument.minQty.toNumber() / qtyUnit),
    minNotional: instrument.minNotional.toNumber(),
    tradable: isTradable(instrument),
  };
}
