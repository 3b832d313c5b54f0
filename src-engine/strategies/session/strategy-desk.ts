/**
 * The strategies of a session: set, switched and taken away by commands, called on the grid of ticks, and recorded for a restart. Where none is on, a tick costs a comparison and a
 * book update nothing.
 */
import type { Decimal } from '../../domain/decimal.ts';
import type { Actor, EngineEvent } from '../../domain/event.ts';
import type { FundingReading } from '../../domain/funding-reading.ts';
import type { Asset } from '../../domain/ids.ts';
import type { TradePrint } from '../../domain/market-data.ts';
import type { Order } from '../../domain/order.ts';
import type { Prediction } from '../../domain/prediction.ts';
import type { SentimentReading } from '../../domain/sentiment.ts';
import type {
  StrategyFault,
  StrategyPromotion,
  StrategySetup,
  StrategyStanding,
  StrategyWay,
} from '../../domain/strategy-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { isSameCoin } from '../../domain/venue-asset.ts';
import type { Signal } from '../strategy-port.ts';
import { isAtAccount } from './at-account.ts';
import { meter } from './call-meter.ts';
import { FundingReadings } from './funding-readings.ts';
import { MispricingBoard } from './mispricing-board.ts';
import { OrderOwners } from './order-owners.ts';
import type { MovedBefore } from './position-ports.ts';
import { SentimentBoard } from './sentiment-board.ts';
import { SharedBars } from './shared-bars.ts';
import type { StrategyShelf } from './shelf.ts';
import { RunningStrategy, type StrategyPorts } from './running-strategy.ts';
import {
  HOLDS,
  isOffOf,
  isSameRun,
  newcomersObstacle,
  retargetObstacle,
  sameText,
  type SetupObstacle,
} from './setup-obstacle.ts';

/** Strategies of a session at most. */
export const MAX_STRATEGIES = 32;
/** What changed is recorded at least this often; what was filled at once. */
const RECORD_EVERY_US = 60 * US_PER_SECOND;
export type StrategyDeskParts = Omit<
  StrategyPorts,
  'meterUs' | 'clockUs' | 'ask' | 'booked' | 'sentiment' | 'funding' | 'mispricing'
> & {
  readonly shelf: StrategyShelf | undefined;
  /** Open orders of the run before. */
  readonly openOrders: () => Iterable<Order>;
  /** One of a strategy at an account that nothing is known of any longer: what it buys is sold. */
  readonly orphan: (order: Order) => void;
};

export class StrategyDesk {
  readonly #parts: StrategyDeskParts;
  readonly #sentiment = new SentimentBoard();
  readonly #funding = new FundingReadings();
  readonly #mispricing = new MispricingBoard();
  readonly #running = new Map<string, RunningStrategy>();
  readonly #owners = new OrderOwners(this.#running);
  readonly absent = this.#owners.absent;
  readonly #bars: SharedBars;
  #isBusy = false;
  #isChanged = false;
  #nextRecordUs = 0;
  readonly #booked = (): void => {
    this.#isChanged = true;
    this.#nextRecordUs = 0;
  };

  constructor(parts: StrategyDeskParts) {
    this.#parts = parts;
    this.#bars = new SharedBars(parts.store);
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

  /** What strategies on paper or at an account hold of a coin, at all venues. */
  heldOf(asset: Asset): Decimal {
    let held = this.absent.heldOf(asset);
    for (const { way, markets } of this.#running.values())
      for (const { instrument, holding } of way === 'shadow' ? [] : markets)
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
    this.absent.all = absent;
    this.#owners.adopt(this.#parts.openOrders(), this.#parts.orphan);
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
      const count = this.#running.size + this.absent.all.length;
      return newcomersObstacle(this.absentOf(setup.strategy), count, MAX_STRATEGIES);
    }
    if (before.isFlat || this.#goesOn(before, setup) || isOffOf(before.setup, setup)) return undefined;
    // What it holds in shadow is held nowhere.
    if (before.way === 'shadow' && isAtAccount(setup.mode)) return undefined;
    return before.keepsAccount ? retargetObstacle(before, setup) : HOLDS;
  }

  /** What cannot be is ignored: callers check it first. */
  set(setup: StrategySetup, actor: Actor, nowUs: TimeUs, promotion?: StrategyPromotion): void {
    if (this.obstacle(setup) !== undefined) return;
    const before = this.#running.get(setup.strategy);
    if (before !== undefined && isOffOf(before.setup, setup)) {
      before.stop.fallen = undefined;
      before.switchOff(setup, nowUs);
    } else if (before !== undefined && this.#goesOn(before, setup)) {
      before.goOn(setup, nowUs);
    } else if (before !== undefined && isAtAccount(setup.mode)) {
      if (this.#anew(before, setup, nowUs) === undefined) return;
    } else if (before?.keepsAccount === true && (!before.isFlat || isSameRun(before, setup))) {
      if (!this.#retarget(before, setup, nowUs)) return;
    } else if (this.#make(setup, setup.mode === 'off' ? 'shadow' : setup.mode, nowUs, nowUs) === undefined)
      return;
    const known = promotion === undefined ? {} : { promotion };
    this.#parts.outbox.emit({ type: 'strategySet', atUs: nowUs, actor, setup, ...known });
    this.#refresh();
    this.#record(nowUs);
  }

  /** With what it has learnt, and nothing held, from here on in another mode: its figures begin anew. */
  #anew(before: RunningStrategy, setup: StrategySetup, nowUs: TimeUs): RunningStrategy | undefined {
    const { state } = before.standing(nowUs);
    const made = this.#make(setup, setup.mode === 'off' ? before.way : setup.mode, nowUs, nowUs);
    if (made === undefined) return undefined;
    for (const market of before.markets) market.drop();
    if (state !== null) made.host?.load(state);
    return made;
  }

  /** Those that were taken back from an account and have sold what they held go on in shadow. */
  #landFallen(nowUs: TimeUs): void {
    for (const before of this.#running.values()) {
      const { fallen } = before.stop;
      if (!before.isFalling || !before.isFlat) continue;
      const setup: StrategySetup = { ...before.setup, mode: 'shadow' };
      const made = this.#anew(before, setup, nowUs);
      if (made === undefined) continue;
      made.stop.fallen = fallen;
      const actor: Actor = { kind: 'engine', via: 'risk' };
      this.#parts.outbox.emit({ type: 'strategySet', atUs: nowUs, actor, setup });
      this.#refresh();
      this.#record(nowUs);
    }
  }

  /** An order that had ended was filled. @returns whether it was one of a strategy at an account. */
  onLateFill(order: Order, before: MovedBefore, nowUs: TimeUs): boolean {
    if (!this.#owners.onLateFill(order, before, nowUs)) return false;
    this.#refresh();
    this.#record(nowUs);
    return true;
  }

  /** An order halted trading: whose it was, is taken back from its account. */
  onHaltedBy(order: Order, reason: string, nowUs: TimeUs): void {
    this.#owners.ownerOf(order)?.fallBack({ code: 'halted', detail: reason }, nowUs);
  }

  /** One that is kept for a run that has its markets. */
  absentOf(strategy: string): StrategyStanding | undefined {
    return this.absent.find(strategy);
  }

  /** Only one that is off and holds nothing, or where none of its name runs one that is kept for another run. */
  remove(strategy: string, actor: Actor, nowUs: TimeUs): void {
    const running = this.#running.get(strategy);
    const absent = running === undefined ? this.absentOf(strategy) : undefined;
    if (running !== undefined && (running.isOn || !running.isFlat)) return;
    const setup = running?.setup ?? absent?.setup;
    if (setup === undefined) return;
    this.#running.delete(strategy);
    if (absent !== undefined) this.absent.remove(strategy);
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
    if (running !== undefined) this.#answered(running, running.onPrediction(prediction, nowUs));
  }

  /** Its model answered, or did not in time: what follows from either is recorded. Undefined: neither. */
  #answered(running: RunningStrategy, said: readonly Signal[] | undefined): void {
    if (said === undefined) return;
    this.#passOn(running, said);
    this.#isChanged = true;
    if (running.stopped !== null) this.#refresh();
  }

  onTrade(trade: TradePrint): void {
    this.#bars.onTrade(trade);
  }

  onTick(nowUs: TimeUs): void {
    if (!this.#isBusy) return;
    this.#landFallen(nowUs);
    for (const running of this.#running.values()) this.#answered(running, running.work(nowUs));
    if (this.#bars.onTick(nowUs)) this.#step(nowUs);
    if (this.#isChanged && nowUs >= this.#nextRecordUs) this.#record(nowUs);
  }

  /** @returns whether it was an order of a strategy. */
  onOrderEnded(order: Order, nowUs: TimeUs): boolean {
    if (this.absent.onOrderEnded(order)) {
      this.#record(nowUs);
      return true;
    }
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
    // Those that keep an account come last, and hear what the others say of the same bar: the order in which they were set decides nothing.
    const all = [...this.#running.values()].sort((a, b) => Number(a.keepsAccount) - Number(b.keepsAccount));
    for (const running of all) {
      const { markets } = running;
      const [first] = markets;
      if (first === undefined || !running.isOn) continue;
      const isWhole = markets.every(
        ({ bars }) => this.#bars.ended.has(bars) && bars.step.endUs === first.bars.step.endUs,
      );
      if (!isWhole) continue;
      this.#passOn(running, running.step(nowUs));
      this.#isChanged = true;
      if (running.stopped === null) meter(running, this.#parts.shelf);
      else hasFailed = true;
    }
    if (hasFailed) this.#refresh();
  }

  /** What one says of a market, those that keep an account hear: at the bar of which it is said, or at their next one. */
  #passOn({ setup, markets }: RunningStrategy, signals: readonly Signal[]): void {
    for (const signal of signals) {
      const market = markets[signal.market];
      if (market === undefined) continue;
      for (const other of this.#running.values())
        if (other.keepsAccount && other.isOn)
          other.hear(setup.strategy, market.instrument, signal, market.bars.step);
    }
  }

  #goesOn(before: RunningStrategy, setup: StrategySetup): boolean {
    return (
      before.stopped === null &&
      (before.way === setup.mode || (before.isAtAccount && isAtAccount(setup.mode))) &&
      sameText({ ...before.setup, ...NOT_COMPARED }, { ...setup, ...NOT_COMPARED })
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
      bars: this.#bars.of(instrument, setup.barSeconds),
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

  /** Bars are made only for strategies that are on; work is done only where something is on or held. */
  #refresh(): void {
    const all = [...this.#running.values()];
    this.#bars.refresh(all);
    this.#isBusy = all.some((one) => one.isOn || one.isClosing || !one.isFlat || one.isFalling);
  }

  #record(nowUs: TimeUs): void {
    this.#isChanged = false;
    this.#nextRecordUs = nowUs + RECORD_EVERY_US;
    const all = [...this.#running.values()];
    const before = all.filter(({ isOn }) => isOn).length;
    const strategies = [...all.map((running) => running.standing(nowUs)), ...this.absent.all];
    this.#parts.outbox.emit({ type: 'strategiesRecorded', atUs: nowUs, strategies });
    // One that could not save its state was stopped by that.
    if (all.filter(({ isOn }) => isOn).length !== before) this.#refresh();
  }
}

/** What may change while all else goes on. */
const NOT_COMPARED = { mode: 'off', lossBudget: undefined } as const;
const NOTHING_HELD: StrategyStanding['holdings'][number] = { qty: '0', cost: '0', wanted: 0, unit: '0' };
