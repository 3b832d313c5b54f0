/** Levels of one message of a book that is deeper than any update carries: side, price and quantity in units, in the order in which they came. */

/** Most levels of a message; the deepest book that is known has 46,000. */
const MAX_ROWS = 1_000_000;

export class LevelRows {
  count = 0;
  /** 1: a bid. 0: an ask. */
  isBid = new Uint8Array(256);
  prices = new Float64Array(256);
  qtys = new Float64Array(256);

  clear(): void {
    this.count = 0;
  }

  /** @throws RangeError above 1,000,000 rows. */
  push(isBid: boolean, price: number, qty: number): void {
    if (this.count === this.prices.length) this.#grow();
    this.isBid[this.count] = isBid ? 1 : 0;
    this.prices[this.count] = price;
    this.qtys[this.count++] = qty;
  }

  #grow(): void {
    const length = this.prices.length * 2;
    if (length > MAX_ROWS * 2) throw new RangeError(`a book message has more than ${MAX_ROWS} levels`);
    const [isBid, prices, qtys] = [
      new Uint8Array(length),
      new Float64Array(length),
      new Float64Array(length),
    ];
    isBid.set(this.isBid);
    prices.set(this.prices);
    qtys.set(this.qtys);
    this.isBid = isBid;
    this.prices = prices;
    this.qtys = qtys;
  }
}
