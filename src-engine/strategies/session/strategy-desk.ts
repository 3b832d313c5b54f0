/**
 * The strategies of a session: set, switched and taken away by commands, called on the grid of ticks, and recorded for a restart. Where none is on, a tick costs a comparison and a
 * book update nothing.
 */
import { type Decimal, ZERO } from '../../domain/decimal.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import type { FundingReading } from '../../domain/funding-reading.ts';
import type { Asset, InstrumentId } from '../../domain/ids.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { Order } from '../../domain/order.ts';
import type { Prediction } from '../../domain/prediction.ts';
import type { SentimentReading } from '../../domain/sentiment.ts';
import type { StrategyFault, StrategySetup, StrategyStanding } from '../../domain/strategy-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { isSameCoin } from '../../domain/venue-asset.ts';
import { WINDOW_CALLS } from '../strategy-host.ts';
import type { Signal } from '../strategy-port.ts';
import { FundingReadings } from './funding-readings.ts';
import { MarketBars } from './market-bars.ts';
import { MispricingBoard } from './mispricing-board.ts';
import type { StrategyWay } from './position-ports.ts';
import { SentimentBoard } from './sentiment-board.ts';
import type { StrategyShelf } from './shelf.ts';
import { RunningStrategy, type StrategyPorts } from './running-strategy.ts';
import {
  HOLDS,
  isOffOf,
  newcomersObstacle,
  retargetObstacle,
  sameText,
  type SetupObstacle,
} from './setup-obstacle.ts';

/** Strategies of a session at most. */
export const MAX_STRATEGIES = 32;
/** What changed is recorded at least this often; what was filled at once. */
const RECORD_EVERY_US = 60 * US_PER_SECOND;
/** Called so often before its mean counts: the first calls compile it. */
const METERED_CALLS = 50;
/** A decision may take so much processor time on average, and once. */
export const MEAN_BUDGET_US = 2_000;
export const CALL_BUDGET_US = 100_000;
/** What all calls of a window may take by the clock: 50 ms each on average. One that waits (for a file, a process, the network) takes no processor time, and nothing is traded meanwhile. */
export const WINDOW_BUDGET_US = 2_500_000;

export type StrategyDeskParts = Omit<
  StrategyPorts,
  'meterUs' | 'clockUs' | 'ask' | 'booked' | 'sentiment' | 'funding' | 'mispricing'
> & {
  readonly shelf: StrategyShelf | undefined;
};

type Series = { readonly instrumentId: InstrumentId; readonly barSeconds: number; readonly bars: MarketBars };

export class StrategyDesk {
  readonly #parts: StrategyDeskParts;
  readonly #sentiment = new SentimentBoard();
  readonly #funding = new FundingReadings();
  readonly #mispricing = new MispricingBoard();
  readonly #running = new Map<string, RunningStrategy>();
  /** As the run before left them: their markets are no part of this run, and may be of the next. */
  #absent: readonly StrategyStanding[] = [];
  #series: Series[] = [];
  /** Those of strategies that are on. */
  #active: Series[] = [];
  /** By instrument, so that a trade finds its bars without a search. */
  #seriesOf: (Series[] | undefined)[] = [];
  readonly #ended = new Set<MarketBars>();
  #isBusy = false;
  #isChanged = false;
  #nextRecordUs = 0;
  readonly #booked = (): void => {
    this.#isChanged = true;
    this.#nextRecordUs = 0;
  };

  constructor(parts: StrategyDeskParts) {
    this.#parts = parts;
  }

  /** In the order in which they were set. */
  all(): IterableIterator<RunningStrategy> {
    return this.#running.values();
  }

  get(strategy: string): RunningStrategy | undefined {
    return this.#running.get(strategy);
  }

  get count(): number {
    return this.#running.size;
  }

  /** What strategies on paper hold of a coin, at all venues. */
  heldOf(asset: Asset): Decimal {
    let held = ZERO;
    for (const { way, markets } of this.#running.values())
      for (const { instrument, holding } of way === 'paper' ? markets : [])
        if (isSameCoin(instrument.base, asset)) held = held.plus(holding.qty);
    return held;
  }

  /** As the run before left them. One whose markets are no part of this run is named, and kept for the next. */
  begin(recorded: readonly StrategyStanding[], nowUs: TimeUs): void {
    const absent: StrategyStanding[] = [];
    for (const saved of recorded) {
      const { strategy } = saved.setup;
      // One portfolio is never made over another: what that one holds would be nobody's.
      const isTaken = this.#running.has(strategy);
      const running = isTaken ? undefined : this.#make(saved.setup, saved.way, saved.sinceUs, nowUs);
      if (running === undefined) {
        const why = isTaken ? 'another one of its name goes on' : 'a market of it is no part of this session';
        const detail = `${why}; what it holds is kept for the next`;
        this.#parts.outbox.emit({ type: 'strategyFailed', atUs: nowUs, strategy, code: 'missing', detail });
        absent.push(saved);
        continue;
      }
      running.restore(saved, nowUs);
    }
    this.#absent = absent;
    this.#refresh();
  }

  /** The run ends: what a restart needs. */
  end(nowUs: TimeUs): void {
    if (this.#running.size > 0) this.#record(nowUs);
  }

  /** Why this setup cannot be taken now; undefined: it can. */
  obstacle(setup: StrategySetup): SetupObstacle | undefined {
    const before = this.#running.get(setup.strategy);
    if (before === undefined) {
      const count = this.#running.size + this.#absent.length;
      return newcomersObstacle(this.absentOf(setup.strategy), count, MAX_STRATEGIES);
    }
    if (before.isFlat || this.#goesOn(before, setup) || isOffOf(before.setup, setup)) return undefined;
    return before.isPortfolio ? retargetObstacle(before, setup) : HOLDS;
  }

  /** What cannot be is ignored: callers check it first. */
  set(setup: StrategySetup, actor: Actor, nowUs: TimeUs): void {
    if (this.obstacle(setup) !== undefined) return;
    const before = this.#running.get(setup.strategy);
    if (before !== undefined && isOffOf(before.setup, setup)) before.switchOff(setup, nowUs);
    else if (before !== undefined && this.#goesOn(before, setup)) before.switchOn(setup);
    else if (before?.isPortfolio === true && (!before.isFlat || isSameRun(before, setup))) {
      if (!this.#retarget(before, setup, nowUs)) return;
    } else if (this.#make(setup, setup.mode === 'paper' ? 'paper' : 'shadow', nowUs, nowUs) === undefined)
      return;
    this.#parts.outbox.emit({ type: 'strategySet', atUs: nowUs, actor, setup });
    this.#refresh();
    this.#record(nowUs);
  }

  /** One that is kept for a run that has its markets. */
  absentOf(strategy: string): StrategyStanding | undefined {
    return this.#absent.find(({ setup }) => setup.strategy === strategy);
  }

  /** Only one that is off and holds nothing, or where none of its name runs one that is kept for another run. */
  remove(strategy: string, actor: Actor, nowUs: TimeUs): void {
    const running = this.#running.get(strategy);
    const absent = running === undefined ? this.absentOf(strategy) : undefined;
    if (running !== undefined && (running.isOn || !running.isFlat)) return;
    const setup = running?.setup ?? absent?.setup;
    if (setup === undefined) return;
    this.#running.delete(strategy);
    if (absent !== undefined) this.#absent = this.#absent.filter((one) => one !== absent);
    this.#parts.outbox.emit({ type: 'strategySet', atUs: nowUs, actor, setup, isRemoved: true });
    this.#refresh();
    this.#record(nowUs);
  }

  /** From outside of the kernel: it took too long. */
  fail(strategy: string, code: StrategyFault, detail: string, nowUs: TimeUs): void {
    this.#running.get(strategy)?.fail(code, detail, nowUs);
    this.#refresh();
    this.#isChanged = true;
  }

  /** A fact where it was taken: whatever rests on it rests on what the journal has. */
  noteSentiment(reading: SentimentReading, nowUs: TimeUs): void {
    if (this.#sentiment.take(reading, nowUs))
      this.#parts.outbox.emit({ type: 'sentimentRead', atUs: nowUs, reading });
  }

  noteFunding(reading: FundingReading, nowUs: TimeUs): void {
    if (this.#funding.take(reading, nowUs))
      this.#parts.outbox.emit({ type: 'fundingRead', atUs: nowUs, reading });
  }

  /** Facts of a step, once each: opportunities that opened, and what became of executions. */
  onFacts(events: readonly EngineEvent[]): void {
    if (this.#isBusy && events.length > 0) this.#mispricing.onFacts(events);
  }

  /** One that its strategy waits for no longer is ignored. */
  onPrediction(prediction: Prediction, nowUs: TimeUs): void {
    const running = this.#running.get(prediction.strategy);
    const said = running?.onPrediction(prediction, nowUs);
    if (running === undefined || said === undefined) return;
    this.#passOn(running, said);
    this.#isChanged = true;
    if (running.stopped !== null) this.#refresh();
  }

  onTrade(trade: TradePrint): void {
    const series = this.#seriesOf[trade.instrumentId];
    if (series === undefined) return;
    for (const { bars } of series) bars.onTrade(trade);
  }

  onTick(nowUs: TimeUs): void {
    if (!this.#isBusy) return;
    for (const running of this.#running.values()) running.work(nowUs);
    this.#ended.clear();
    for (const { bars } of this.#active) if (bars.onTick(nowUs)) this.#ended.add(bars);
    if (this.#ended.size > 0) this.#step(nowUs);
    if (this.#isChanged && nowUs >= this.#nextRecordUs) this.#record(nowUs);
  }

  /** @returns whether it was an order of a strategy. */
  onOrderEnded(order: Order, nowUs: TimeUs): boolean {
    if (!this.#isBusy) return false;
    for (const running of this.#running.values()) {
      if (!running.onOrderEnded(order, nowUs)) continue;
      this.#record(nowUs);
      return true;
    }
    return false;
  }

  #step(nowUs: TimeUs): void {
    let hasFailed = false;
    // Portfolios come last, and hear what the others say of the same bar: the order in which they were set decides nothing.
    const all = [...this.#running.values()];
    for (const running of [...all.filter(isUsual), ...all.filter((one) => !isUsual(one))]) {
      const { markets } = running;
      const [first] = markets;
      if (first === undefined || !running.isOn) continue;
      const isWhole = markets.every(
        ({ bars }) => this.#ended.has(bars) && bars.step.endUs === first.bars.step.endUs,
      );
      if (!isWhole) continue;
      this.#passOn(running, running.step(nowUs));
      this.#isChanged = true;
      if (running.stopped === null) this.#meter(running);
      else hasFailed = true;
    }
    if (hasFailed) this.#refresh();
  }

  /** What one says of a market, portfolios hear: at the bar of which it is said, or at their next one. */
  #passOn({ setup, markets }: RunningStrategy, signals: readonly Signal[]): void {
    for (const signal of signals) {
      const market = markets[signal.market];
      if (market === undefined) continue;
      for (const other of this.#running.values())
        if (other.isPortfolio && other.isOn)
          other.hear(setup.strategy, market.instrument, signal, market.bars.step);
    }
  }

  #meter({ host, setup }: RunningStrategy): void {
    const { shelf } = this.#parts;
    if (host === undefined || shelf?.overBudget === undefined) return;
    const { calls, totalUs, lastUs, windowCalls, windowUs } = host;
    if (lastUs > CALL_BUDGET_US) {
      shelf.overBudget(
        setup.strategy,
        `a decision took ${Math.round(lastUs)} µs of processor time, of at most ${CALL_BUDGET_US}`,
      );
    } else if (calls >= METERED_CALLS && totalUs > calls * MEAN_BUDGET_US) {
      const mean = Math.round(totalUs / calls);
      shelf.overBudget(
        setup.strategy,
        `its decisions take ${mean} µs of processor time on average, of at most ${MEAN_BUDGET_US}`,
      );
    } else if (windowUs > WINDOW_BUDGET_US) {
      const decisions = windowCalls === 1 ? 'a decision' : `${windowCalls} decisions`;
      shelf.overBudget(
        setup.strategy,
        `${decisions} took ${seconds(windowUs)} s by the clock, and ${WINDOW_CALLS} may take ${seconds(WINDOW_BUDGET_US)} s: nothing is traded while a strategy waits`,
      );
    }
  }

  #goesOn(before: RunningStrategy, setup: StrategySetup): boolean {
    return (
      before.stopped === null &&
      before.way === setup.mode &&
      sameText({ ...before.setup, mode: 'off' }, { ...setup, mode: 'off' })
    );
  }

  #make(setup: StrategySetup, way: StrategyWay, sinceUs: TimeUs, nowUs: TimeUs): RunningStrategy | undefined {
    const { store, shelf } = this.#parts;
    const found = setup.markets.map(({ venue, symbol }) =>
      store.instruments.find((one) => one.venue === venue && one.symbol === symbol),
    );
    const instruments = found.filter((one) => one !== undefined);
    if (instruments.length !== setup.markets.length || instruments.length === 0) return undefined;
    const markets = instruments.map((instrument) => ({
      instrument,
      bars: this.#barsOf(instrument, setup.barSeconds),
    }));
    const module = shelf?.find(setup.name, setup.code);
    const { outbox, seed, trade, keep } = this.#parts;
    const ports = {
      store,
      outbox,
      seed,
      trade,
      keep,
      booked: this.#booked,
      sentiment: this.#sentiment,
      funding: this.#funding,
      mispricing: this.#mispricing,
      meterUs: shelf?.meterUs,
      clockUs: shelf?.clockUs,
      ask: shelf?.ask,
    };
    const running = new RunningStrategy({ setup, way, module, markets, sinceUs }, ports, nowUs);
    this.#running.set(setup.strategy, running);
    return running;
  }

  /** Other targets: what is held and gained stays. What it learnt of other markets does not. */
  #retarget(before: RunningStrategy, setup: StrategySetup, nowUs: TimeUs): boolean {
    const standing = before.standing(nowUs);
    const held = new Map(before.markets.map(({ instrument }, at) => [instrument.id, standing.holdings[at]]));
    const made = this.#make(setup, before.way, before.sinceUs, nowUs);
    if (made === undefined) return false;
    for (const market of before.markets) market.drop();
    const isSame =
      made.markets.length === before.markets.length &&
      made.markets.every(
        ({ instrument }, at) =>
          instrument.id === before.markets[at]?.instrument.id && setup.barSeconds === before.setup.barSeconds,
      );
    const holdings = made.markets.map(({ instrument }) => held.get(instrument.id) ?? NOTHING_HELD);
    made.restore(
      { ...standing, setup, stopped: null, holdings, state: isSame ? standing.state : null },
      nowUs,
    );
    return true;
  }

  /** Strategies with bars of one length share those of a market. */
  #barsOf(instrument: Instrument, barSeconds: number): MarketBars {
    const { id } = instrument;
    const known = this.#series.find((one) => one.instrumentId === id && one.barSeconds === barSeconds);
    if (known !== undefined) return known.bars;
    const bars = new MarketBars(instrument, this.#parts.store.sync(id), barSeconds * US_PER_SECOND);
    this.#series.push({ instrumentId: id, barSeconds, bars });
    return bars;
  }

  /** Bars are made only for strategies that are on; work is done only where something is on or held. */
  #refresh(): void {
    const all = [...this.#running.values()];
    const used = new Set(
      all.filter((one) => one.isOn).flatMap(({ markets }) => markets.map(({ bars }) => bars)),
    );
    const known = new Set(all.flatMap(({ markets }) => markets.map(({ bars }) => bars)));
    this.#series = this.#series.filter(({ bars }) => known.has(bars));
    this.#seriesOf = [];
    this.#active = this.#series.filter(({ bars }) => used.has(bars));
    for (const series of this.#active) {
      (this.#seriesOf[series.instrumentId] ??= []).push(series);
    }
    this.#isBusy = all.some((one) => one.isOn || one.isClosing || !one.isFlat);
  }

  #record(nowUs: TimeUs): void {
    this.#isChanged = false;
    this.#nextRecordUs = nowUs + RECORD_EVERY_US;
    const all = [...this.#running.values()];
    const before = all.filter(({ isOn }) => isOn).length;
    const strategies = [...all.map((running) => running.standing(nowUs)), ...this.#absent];
    this.#parts.outbox.emit({ type: 'strategiesRecorded', atUs: nowUs, strategies });
    // One that could not save its state was stopped by that.
    if (all.filter(({ isOn }) => isOn).length !== before) this.#refresh();
  }
}

/** What it gained and learnt goes on: it was not stopped, and trades as it did. */
const isSameRun = ({ stopped, way }: RunningStrategy, setup: StrategySetup): boolean =>
  stopped === null && way === setup.mode;
const isUsual = ({ isPortfolio }: RunningStrategy): boolean => !isPortfolio;
const NOTHING_HELD: StrategyStanding['holdings'][number] = { qty: '0', cost: '0', wanted: 0, unit: '0' };

const seconds = (timeUs: number): string => (timeUs / US_PER_SECOND).toFixed(1);
