/** Coins that executions sold and did not buy back, as an alert says it. */
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { amountWords } from '../../domain/venue-asset.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** All pairs are looked at for a way to buy them back: this is not done at each look. */
const INTERVAL_US = US_PER_SECOND;

export class MissingCoins {
  #kernel: Kernel | undefined;
  #words = '';
  #nextUs: TimeUs = 0;

  /** Those of which an order buys something back; what is less waits for more of it. Empty: none. */
  look(kernel: Kernel, nowUs: TimeUs): string {
    if (kernel === this.#kernel && nowUs < this.#nextUs) return this.#words;
    this.#kernel = kernel;
    this.#nextUs = nowUs + INTERVAL_US;
    const { sweeper } = kernel.desk.sequencer;
    const missing = sweeper.missing().filter((short) => sweeper.isBuyable(short, nowUs));
    const amounts = missing.map(({ asset, amount }) => amountWords(amount.toString(), asset));
    this.#words =
      amounts.length === 0
        ? ''
        : `${amounts.join(', ')}: bought back once trading is open there and its cash pays for it; where you bought it by hand, adopt the balances`;
    return this.#words;
  }
}
