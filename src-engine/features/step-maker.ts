/** One step of a market as it is made: of prices, trades, and the book at its end. A file, a recording and a session make theirs by it. */
import { emptyStep, type MarketStep } from './market-step.ts';

/** Levels of a side that count as its depth. */
export const STEP_LEVELS = 10;

/** A book with both sides, not crossed: prices and quantities as integers of the instrument's units. */
export type StepBook = {
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly bidPrices: Float64Array;
  readonly bidQtys: Float64Array;
  readonly askPrices: Float64Array;
  readonly askQtys: Float64Array;
  readonly bidCount: number;
  readonly askCount: number;
};

const BLANK: Readonly<MarketStep> = { ...emptyStep(), volume: 0, buyVolume: 0, sellVolume: 0, trades: 0 };

/** Allocates nothing after it was made. */
export class StepMaker {
  readonly step: MarketStep = { ...BLANK };

  /** The next step begins. */
  clear(): void {
    Object.assign(this.step, BLANK);
  }

  /** @param price above zero. */
  price(price: number): void {
    const { step } = this;
    if (Number.isNaN(step.open)) {
      step.open = price;
      step.high = price;
      step.low = price;
    }
    step.high = Math.max(step.high, price);
    step.low = Math.min(step.low, price);
    step.close = price;
  }

  /** @param qty in base. @param side of who took. */
  trade(qty: number, side: 'buy' | 'sell'): void {
    const { step } = this;
    step.volume += qty;
    step.trades++;
    if (side === 'buy') step.buyVolume += qty;
    else step.sellVolume += qty;
  }

  /** The book at the step's end. @param unit of its prices in quote. @param lot of its quantities in base. */
  book(book: StepBook, unit: number, lot: number): void {
    const { step } = this;
    step.bid = book.bestBid * unit;
    step.ask = book.bestAsk * unit;
    const middle = (step.bid + step.ask) / 2;
    this.price(middle);
    step.bidQty = (book.bidQtys[0] as number) * lot;
    step.askQty = (book.askQtys[0] as number) * lot;
    const [bids, asks] = [Math.min(STEP_LEVELS, book.bidCount), Math.min(STEP_LEVELS, book.askCount)];
    step.bidDepth = sum(book.bidQtys, bids) * lot;
    step.askDepth = sum(book.askQtys, asks) * lot;
    step.bidReach = (middle - (book.bidPrices[bids - 1] as number) * unit) / middle;
    step.askReach = ((book.askPrices[asks - 1] as number) * unit - middle) / middle;
  }
}

function sum(values: Float64Array, count: number): number {
  let total = 0;
  for (let at = 0; at < count; at++) total += values[at] as number;
  return total;
}
