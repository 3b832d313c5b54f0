/**
 * A strategy over past steps, net of costs. What it wants after a step is carried out at the close of the next one, never at the one it was
 * decided on. Each change of a position costs the given bps of what is traded, and half the spread where the book is known; what is held at the
 * end pays its exit at the last close. All amounts are in bps of the stake, which stays the same: nothing is compounded.
 */
import { createHash } from 'node:crypto';
import type { TimeUs } from '../../domain/time.ts';
import { emptyStep, type MarketStep } from '../../features/market-step.ts';
import { StrategyHost, type StrategyStop } from '../../strategies/strategy-host.ts';
import type {
  FillCost,
  HeardSignal,
  StrategyModule,
  StrategyParameters,
} from '../../strategies/strategy-port.ts';
import type { PairedSteps } from './paired-steps.ts';

export type StrategyRunOptions = {
  readonly module: StrategyModule;
  readonly parameters: StrategyParameters;
  readonly steps: PairedSteps;
  /** Of each fill: fee and slippage, and half a spread where the file has no book. */
  readonly costBps: number;
  readonly seed: number;
  /** Steps between a decision and its fill: 1 or more. */
  readonly delay?: number;
  readonly nowUs?: () => number;
  /** Nothing is sold that is not held: a position below 0 is one of 0. */
  readonly isSpot?: boolean;
  /** Of a strategy of any number; absent: as many as its manifest says. */
  readonly markets?: number;
  /** A strategy of one market, run on each, whose signals this one hears. */
  readonly listensTo?: { readonly module: StrategyModule; readonly parameters: StrategyParameters };
};

export type StrategyTrade = {
  readonly fromUs: TimeUs;
  /** Of the last step, where it is still open. */
  readonly toUs: TimeUs;
  readonly isOpen: boolean;
  readonly entered: string;
  readonly left: string;
  readonly grossBps: number;
  readonly costBps: number;
  readonly netBps: number;
};

export type StrategyRun = {
  /** SHA-256 over the decisions and what they earned: the same inputs give the same. */
  readonly digest: string;
  readonly stopped: StrategyStop | undefined;
  readonly trades: readonly StrategyTrade[];
  readonly fills: number;
  readonly signals: number;
  readonly grossBps: number;
  readonly costBps: number;
  readonly netBps: number;
  /** What of the net positions below 0 earned. No borrowing is charged. */
  readonly shortNetBps: number;
  readonly shortFills: number;
  /** Largest fall of the sum of gains below its highest before. */
  readonly drawdownBps: number;
  /** Share of the steps with a position. */
  readonly exposure: number;
  /** Net of each step after the first. */
  readonly returnsBps: Float64Array;
  readonly meter: { readonly calls: number; readonly meanUs: number; readonly worstUs: number } | undefined;
};

type Open = { fromUs: TimeUs; entered: string; gross: number; cost: number };

/** @throws UserError for features that do not exist. */
export function runStrategy(options: StrategyRunOptions): StrategyRun {
  const { module, parameters, steps, costBps, seed, delay = 1, nowUs, isSpot = false } = options;
  const markets = options.markets ?? module.manifest.markets;
  const host = new StrategyHost({
    module,
    parameters,
    markets,
    stepUs: steps.stepUs,
    seed,
    ...(nowUs === undefined ? {} : { meter: { nowUs } }),
  });
  const now = Array.from({ length: markets }, emptyStep);
  const held = Array.from({ length: markets }, () => 0);
  // Quantities for one unit of stake: what is held does not change with the price.
  const quantity = new Float64Array(markets);
  const before = new Float64Array(markets);
  const waiting: { wanted: number[]; reason: string }[] = [];
  const trades: StrategyTrade[] = [];
  const returnsBps = new Float64Array(Math.max(0, steps.count - 1));
  const hears = heardBy(options, markets);
  const keepsPurse = module.manifest.account === true;
  let open: Open | undefined;
  let [gross, costs, peak, drawdown, exposed, fills] = [0, 0, 0, 0, 0, 0];
  let [shortNet, shortFills] = [0, 0];
  for (let index = 0; index < steps.count; index++) {
    steps.read(index, now);
    let [stepGross, stepCost] = [0, 0];
    for (let market = 0; market < markets; market++) {
      const { close } = now[market] as MarketStep;
      const amount = quantity[market] as number;
      // What is not held earns nothing, whatever the price did.
      if (amount !== 0) {
        const gain = amount * (close - (before[market] as number)) * 10_000;
        stepGross += gain;
        if (amount < 0) shortNet += gain;
      }
      before[market] = close;
    }
    if (open !== undefined) open.gross += stepGross;
    const due = waiting.length >= delay ? waiting.shift() : undefined;
    if (due !== undefined) {
      let [isChange, isTurned, closingCost] = [false, false, 0];
      for (let market = 0; market < markets; market++) {
        const wanted = due.wanted[market] as number;
        if (wanted === held[market]) continue;
        isChange = true;
        fills++;
        const step = now[market] as MarketStep;
        const amount = wanted / step.close;
        const was = quantity[market] as number;
        const unitCost = step.close * fillCostBps(step, costBps);
        stepCost += Math.abs(amount - was) * unitCost;
        // From long to short or back: one trade ends and the next begins.
        if (was * amount < 0) isTurned = true;
        const kept = was * amount > 0 ? Math.min(Math.abs(was), Math.abs(amount)) : 0;
        closingCost += (Math.abs(was) - kept) * unitCost;
        const shortPart = Math.abs(Math.min(amount, 0) - Math.min(was, 0));
        if (shortPart > 0) {
          shortFills++;
          shortNet -= shortPart * unitCost;
        }
        quantity[market] = amount;
        held[market] = wanted;
      }
      if (isChange) {
        const { endUs } = now[0] as MarketStep;
        if (open !== undefined && isTurned) {
          open.cost += closingCost;
          trades.push(tradeOf(open, endUs, due.reason, false));
          open = { fromUs: endUs, entered: due.reason, gross: 0, cost: stepCost - closingCost };
        } else {
          open ??= { fromUs: endUs, entered: due.reason, gross: 0, cost: 0 };
          open.cost += stepCost;
        }
        if (held.every((each) => each === 0)) {
          trades.push(tradeOf(open, endUs, due.reason, false));
          open = undefined;
        }
      }
    }
    if (index === steps.count - 1 && open !== undefined) {
      // As buy and hold, which is sold at the last close.
      let exit = 0;
      for (let market = 0; market < markets; market++) {
        const step = now[market] as MarketStep;
        const cost = Math.abs(quantity[market] as number) * step.close * fillCostBps(step, costBps);
        exit += cost;
        if ((quantity[market] as number) < 0) shortNet -= cost;
      }
      stepCost += exit;
      open.cost += exit;
      trades.push(tradeOf(open, (now[0] as MarketStep).endUs, 'open', true));
    }
    gross += stepGross;
    costs += stepCost;
    if (index > 0) returnsBps[index - 1] = stepGross - stepCost;
    peak = Math.max(peak, gross - costs);
    drawdown = Math.max(drawdown, peak - (gross - costs));
    if (held.some((each) => each !== 0)) exposed++;
    const heard = hears(now);
    const cash =
      1 +
      (gross - costs) / 10_000 -
      quantity.reduce((sum, amount, at) => sum + amount * (before[at] as number), 0);
    host.step(
      now,
      held,
      keepsPurse
        ? {
            heard,
            purse: {
              amounts: [...quantity],
              cash,
              underWay: held.map((each, at) => waiting.some(({ wanted }) => wanted[at] !== each)),
              costOf: (at) => costAt(now[at], costBps),
            },
          }
        : {},
    );
    const wanted = host.wanted.map((each) => (isSpot ? Math.max(0, each) : each));
    waiting.push({ wanted, reason: host.reason });
  }
  const digest = createHash('sha256')
    .update(host.digest())
    .update(new Uint8Array(returnsBps.buffer.slice(0)))
    .digest('hex');
  return {
    digest,
    stopped: host.stopped,
    trades,
    fills,
    signals: host.signalCount,
    grossBps: gross,
    costBps: costs,
    netBps: gross - costs,
    shortNetBps: shortNet,
    shortFills,
    drawdownBps: drawdown,
    exposure: exposed / steps.count,
    returnsBps,
    meter:
      nowUs === undefined
        ? undefined
        : {
            calls: host.calls,
            meanUs: host.calls === 0 ? 0 : host.totalUs / host.calls,
            worstUs: host.worstUs,
          },
  };
}

/** Signals of the last bar by a strategy that is run on each market alone. */
function heardBy(
  { listensTo, steps, seed }: StrategyRunOptions,
  markets: number,
): (now: readonly MarketStep[]) => readonly HeardSignal[] {
  if (listensTo === undefined) return () => [];
  const { module, parameters } = listensTo;
  const source = module.manifest.name;
  const hosts = Array.from(
    { length: markets },
    () => new StrategyHost({ module, parameters, stepUs: steps.stepUs, seed }),
  );
  const positions = hosts.map(() => 0);
  return (now) =>
    hosts.flatMap((host, market) => {
      const step = now[market] as MarketStep;
      host.step([step], [positions[market] as number]);
      // As if what it wants were held: it is asked for what it says.
      positions[market] = host.wanted[0] as number;
      return host.signals.splice(0).map((signal) => ({
        ...signal,
        market,
        source,
        atUs: step.endUs,
        price: step.close,
      }));
    });
}

function costAt(step: MarketStep | undefined, costBps: number): FillCost {
  if (step === undefined) return 'no-book';
  return { feeBps: costBps, spreadBps: fillCostBps(step, 0), slippageBps: 0 };
}

/** Of a fill at this close, in bps of what is traded. */
export function fillCostBps({ bid, ask }: MarketStep, costBps: number): number {
  return costBps + (ask > bid ? ((ask - bid) / (ask + bid)) * 10_000 : 0);
}

function tradeOf(
  { fromUs, entered, gross, cost }: Open,
  toUs: TimeUs,
  left: string,
  isOpen: boolean,
): StrategyTrade {
  return { fromUs, toUs, isOpen, entered, left, grossBps: gross, costBps: cost, netBps: gross - cost };
}
