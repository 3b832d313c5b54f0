/** What a leg costs and gives, in floating point: estimates for detection, never booked. */
import type { InstrumentGrid } from './instrument-grid.ts';

/** Quote received per base sold at `price` (in price units), net of fee. */
export function sellRate(grid: InstrumentGrid, price: number): number {
  return price * grid.priceUnit * (1 - grid.fee);
}

/** Base received per quote spent at `price` (in price units), net of fee. */
export function buyRate(grid: InstrumentGrid, price: number): number {
  return 1 / (price * grid.priceUnit * (1 + grid.buyFee));
}

/** A fraction as basis points. */
export function toBps(fraction: number): number {
  return fraction * 10_000;
}
