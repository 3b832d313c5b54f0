/** Markets that are made by a seed: a random walk on which nothing earns, and one with a planted signal on which the right thing does. */
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { emptyStep, StepColumns } from '../../features/market-step.ts';
import { exp } from '../../lib/elementary.ts';
import { SeededRandom } from '../../lib/random.ts';

const BEGIN_US: TimeUs = 1_700_000_040 * US_PER_SECOND;

export type Planted = {
  /** What follows a return of one bar, as a share of it: above 0 it goes on, below it comes back; 0 is a walk. */
  readonly carry?: number;
  /** Share of the price's distance from a mean of its own that each bar brings back; 0: there is no mean. */
  readonly reversion?: number;
};

/** Of the mean that a price comes back to, against the price's own 0.002. */
const MEAN_DEVIATION = 0.0003;

/** Steps with bars, volumes, trades and a book, whose returns have a deviation of 20 bps a bar. @param stream another market of the same seed. */
export function madeMarket(
  seed: number,
  count: number,
  { carry = 0, reversion = 0 }: Planted = {},
  stepUs: DurationUs = 60 * US_PER_SECOND,
  stream = 0,
): StepColumns {
  const random = new SeededRandom(seed, stream);
  const columns = new StepColumns(count);
  const step = emptyStep();
  let [price, change, away] = [100, 0, 0];
  for (let at = 0; at < count; at++) {
    change = change * carry + random.normal() * 0.002 - away * reversion;
    if (reversion > 0) {
      const shift = random.normal() * MEAN_DEVIATION;
      away += change;
      change += shift;
    }
    step.endUs = BEGIN_US + at * stepUs;
    step.open = price;
    price *= exp(change);
    step.close = price;
    step.high = Math.max(step.open, price) * (1 + random.next() * 0.001);
    step.low = Math.min(step.open, price) * (1 - random.next() * 0.001);
    step.buyVolume = 5 * random.next();
    step.sellVolume = 5 * random.next();
    step.volume = step.buyVolume + step.sellVolume;
    step.trades = random.integer(1, 40);
    const half = price * 0.000_05 * (1 + random.next());
    step.bid = price - half;
    step.ask = price + half;
    step.bidQty = 0.1 + random.next();
    step.askQty = 0.1 + random.next();
    step.bidDepth = step.bidQty + 9 * random.next();
    step.askDepth = step.askQty + 9 * random.next();
    step.bidReach = 0.0005 + 0.001 * random.next();
    step.askReach = 0.0005 + 0.001 * random.next();
    columns.push(step);
  }
  return columns;
}
