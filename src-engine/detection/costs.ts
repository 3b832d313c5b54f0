/** What a leg costs and gives, in floating point: estimates for detection, never booked. */
import type { Side } from '../domain/order.ts';
import type { InstrumentGrid } from './instrument-grid.ts';

/** Quote received per base sold at `price` (in price units), net of fee. */
export function sellRate(grid: InstrumentGrid, price: number): number {
  return price * grid.priceUnit * (1 - grid.fee);
}

/** Base received per quote spent at `price` (in price units), net of fee. */
export function buyRate(grid: InstrumentGrid, price: number): number {
  return 1 / (price * grid.priceUnit * (1 + grid.buyFee));
}

/** The part of an order's yield that is left by what it costs whatever its size. All of it where nothing is bought or sold. */
export function keptOfFixed(
  side: Side,
  spent: number,
  received: number,
  { orderCost }: InstrumentGrid,
): number {
  if (orderCost === 0 || spent === 0) return 1;
  return side === 'sell' ? received / (received + orderCost) : (spent - orderCost) / spent;
}

/** A fraction as basis points. */
export function toBps(fraction: number): number {
  return fraction * 10_000;
}
