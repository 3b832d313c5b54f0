/**
 * Regimes as a chart shows them, over the bars that are kept of a market. Bars are taken in once each, a few at a time: the thread that
 * trades goes on between them.
 */
import { setImmediate } from 'node:timers/promises';
import { BAR_SPAN_US, type Bar, type BarSpan, KEPT_BARS } from '../../contract/market-records.ts';
import { BarRegimes, type RegimeBar, type RegimeSpan } from '../../strategies/ensemble/bar-regimes.ts';

/** Bars that are taken in at once. */
const AT_ONCE = 20;
/** Charts of one session whose regimes are remembered: who asks for another one waits for all of its bars. */
const MOST_CHARTS = 32;

type Asked = { readonly instrumentId: number; readonly span: BarSpan; readonly barsAStep: number };
type Market = { bars(instrumentId: number, span: BarSpan, limit: number): readonly Bar[] };

export class ShownRegimes {
  readonly #market: Market;
  readonly #charts = new Map<string, { readonly regimes: BarRegimes; busy: Promise<void> }>();

  constructor(market: Market) {
    this.#market = market;
  }

  /** Of the bars that have ended. */
  async of({ instrumentId, span, barsAStep }: Asked): Promise<readonly RegimeSpan[]> {
    const key = `${instrumentId} ${span} ${barsAStep}`;
    const stepUs = BAR_SPAN_US[span] * barsAStep;
    const chart = this.#charts.get(key) ?? { regimes: new BarRegimes(stepUs), busy: Promise.resolve() };
    // The one that was asked for longest ago is forgotten first.
    this.#charts.delete(key);
    this.#charts.set(key, chart);
    for (const oldest of [...this.#charts.keys()].slice(0, -MOST_CHARTS)) this.#charts.delete(oldest);
    const steps = stepsOf(this.#market.bars(instrumentId, span, KEPT_BARS[span]), stepUs);
    chart.busy = chart.busy.then(() => takeIn(chart.regimes, steps));
    await chart.busy;
    return chart.regimes.since(steps[0]?.startUs ?? 0);
  }
}

async function takeIn(regimes: BarRegimes, steps: readonly RegimeBar[]): Promise<void> {
  const fresh = steps.filter(({ startUs }) => startUs >= regimes.untilUs);
  for (const [at, step] of fresh.entries()) {
    if (at > 0 && at % AT_ONCE === 0) await setImmediate();
    regimes.push(step);
  }
}

/** Steps on the clock's grid, without the last one, which may be under way. */
export function stepsOf(bars: readonly Bar[], stepUs: number): readonly RegimeBar[] {
  const steps: RegimeBar[] = [];
  for (const { startUs: ownUs, closeTwice, spread, volume } of bars) {
    const startUs = ownUs - (ownUs % stepUs);
    const last = steps.at(-1);
    const isSame = last?.startUs === startUs;
    const step = {
      startUs,
      close: closeTwice / 2,
      bid: (closeTwice - spread) / 2,
      ask: (closeTwice + spread) / 2,
      volume: volume + (isSame ? last.volume : 0),
    };
    if (isSame) steps[steps.length - 1] = step;
    else steps.push(step);
  }
  return steps.slice(0, -1);
}
