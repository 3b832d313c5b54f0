/** One strategy of a session: called after each closed bar of its markets; what it decides is carried out by its market positions. */
import { type Decimal, decimal } from '../../domain/decimal.ts';
import type { Instrument } from '../../domain/instrument.ts';
import type { Order } from '../../domain/order.ts';
import {
  checkedAnswer,
  type Answer,
  type Prediction,
  type PredictionRequest,
} from '../../domain/prediction.ts';
import type {
  StrategyFault,
  StrategySetup,
  StrategyStanding,
  StrategyWay,
} from '../../domain/strategy-schemas.ts';
import { type TimeUs, US_PER_SECOND } from '../../domain/time.ts';
import { errorWords } from '../../lib/error-words.ts';
import type { MarketStep } from '../../features/market-step.ts';
import { StrategyHost } from '../strategy-host.ts';
import type { HeardSignal, Signal, StrategyModule } from '../strategy-port.ts';
import { AccountStop, type StopReason } from './account-stop.ts';
import { isAtAccount } from './at-account.ts';
import { purseOf } from './market-cost.ts';
import type { MarketBars } from './market-bars.ts';
import type { FundingReadings } from './funding-readings.ts';
import type { MispricingBoard } from './mispricing-board.ts';
import type { PositionPorts } from './position-ports.ts';
import type { SentimentBoard } from './sentiment-board.ts';
import { MarketPosition } from './market-position.ts';
import { MAX_DETAIL, StrategyFigures } from './strategy-figures.ts';
import { standingOf } from './strategy-standing.ts';

/** Longest state that a session records: facts go to the database and to every window. */
export const MAX_RECORDED_STATE = 32_768;
const MAX_FORECASTS = 8;
/** Signals of others that wait for the next bar, the newest. */
const MAX_HEARD = 64;

const NO_SIGNALS: readonly Signal[] = [];
const LATE: Answer = { fault: 'answer-late', detail: 'nothing came within its deadline' };

export type StrategyPorts = PositionPorts & {
  readonly seed: number;
  readonly sentiment: Pick<SentimentBoard, 'of'>;
  readonly funding: Pick<FundingReadings, 'of'>;
  readonly mispricing: Pick<MispricingBoard, 'of'>;
  /** Reads a clock in µs for the meter; absent in a replay. It decides nothing. */
  readonly meterUs?: (() => number) | undefined;
  /** The time that passes, in µs, for what a call waits; absent in a replay. */
  readonly clockUs?: (() => number) | undefined;
  /** Asks a model outside; absent in a replay. */
  readonly ask?: ((request: PredictionRequest) => void) | undefined;
};

export type StrategyParts = {
  readonly setup: StrategySetup;
  readonly way: StrategyWay;
  /** Undefined: there is none of that name and code any longer. */
  readonly module: StrategyModule | undefined;
  readonly markets: readonly { readonly instrument: Instrument; readonly bars: MarketBars }[];
  readonly sinceUs: TimeUs;
};

export class RunningStrategy {
  setup: StrategySetup;
  way: StrategyWay;
  readonly stop = new AccountStop();
  /** Since when its figures count. */
  readonly sinceUs: TimeUs;
  readonly markets: readonly MarketPosition[];
  readonly figures = new StrategyFigures();
  stopped: StrategyStanding['stopped'] = null;
  steps = 0;
  decisions = 0;
  lastDecision:
    | { readonly atUs: TimeUs; readonly wanted: readonly number[]; readonly reason: string }
    | undefined;
  readonly host: StrategyHost | undefined;
  /** Of its manifest: it has an account of its own, and its view has what others said. */
  readonly keepsAccount: boolean;
  readonly #heard: HeardSignal[] = [];
  readonly #ports: StrategyPorts;
  readonly #positions: number[];
  /** The question whose answer it waits for. */
  #asked: { readonly askedUs: TimeUs; readonly deadlineUs: TimeUs } | undefined;
  /** Fault of the answer before; undefined: it was one. */
  #fault: string | undefined;

  constructor({ setup, way, module, markets, sinceUs }: StrategyParts, ports: StrategyPorts, nowUs: TimeUs) {
    this.setup = setup;
    this.way = way;
    this.sinceUs = sinceUs;
    this.#ports = ports;
    this.keepsAccount = module?.manifest.account === true;
    const cash = this.keepsAccount ? () => this.#freeCash() : undefined;
    this.markets = markets.map((market) => new MarketPosition(market, setup, way, this.figures, ports, cash));
    this.#positions = markets.map(() => 0);
    if (module === undefined) {
      this.fail('missing', `there is no strategy ${setup.name} of this code any longer`, nowUs);
      return;
    }
    if (module.manifest.version !== setup.version) {
      const now = `it is version ${module.manifest.version} now, and version ${setup.version} was set`;
      this.fail('changed', now, nowUs);
      return;
    }
    try {
      this.host = new StrategyHost({
        module,
        parameters: setup.parameters,
        markets: markets.length,
        stepUs: setup.barSeconds * US_PER_SECOND,
        seed: ports.seed,
        ...(ports.meterUs === undefined ? {} : { meter: { nowUs: ports.meterUs, clockUs: ports.clockUs } }),
      });
      this.#reportStop(nowUs);
    } catch (error) {
      this.fail('threw', errorWords(error), nowUs);
    }
  }

  /** What it decides, and what it holds, is of an account. */
  get isAtAccount(): boolean {
    return isAtAccount(this.way);
  }

  /** It was taken back from an account, and is not in shadow yet. */
  get isFalling(): boolean {
    return this.isAtAccount && this.stop.fallen !== undefined;
  }

  get isOn(): boolean {
    return this.setup.mode !== 'off' && this.stopped === null;
  }

  /** It is off, and what it holds is being sold. */
  get isClosing(): boolean {
    return this.setup.mode === 'off' && !this.isFlat;
  }

  get isFlat(): boolean {
    return this.markets.every((market) => market.isFlat);
  }

  /** Another strategy of the session said this; what is of none of its markets it does not hear. */
  hear(source: string, instrument: Instrument, signal: Signal, { endUs, close }: Readonly<MarketStep>): void {
    const market = this.markets.findIndex(({ instrument: { id } }) => id === instrument.id);
    if (market < 0) return;
    this.#heard.push({ ...signal, market, source, atUs: endUs, price: close });
    if (this.#heard.length > MAX_HEARD) this.#heard.shift();
  }

  /** All markets have ended a bar at the same time: the strategy is called. @returns what it said of its markets. */
  step(nowUs: TimeUs): readonly Signal[] {
    const { host, markets } = this;
    if (host === undefined || !this.isOn) return NO_SIGNALS;
    // A bar that ends before the answer to the one before has come.
    const late = this.#asked === undefined ? NO_SIGNALS : this.#answer(LATE, nowUs);
    if (!this.isOn) return late;
    const from = this.#from(host);
    this.steps++;
    host.step(
      markets.map(({ bars }) => bars.step),
      this.#positions,
      {
        sentiment: markets.map(({ instrument, bars }) =>
          this.#ports.sentiment.of(instrument.base, bars.step.endUs),
        ),
        perpetuals: markets.map(({ instrument }) => this.#ports.funding.of(instrument.base)),
        mispricing: markets.map(({ instrument: { venue, symbol }, bars }) =>
          this.#ports.mispricing.of(venue, symbol, bars.step.endUs),
        ),
        ...(this.keepsAccount
          ? { purse: purseOf(this, this.#ports.store), heard: this.#heard.splice(0) }
          : {}),
      },
    );
    const said = this.#decided(host, from, nowUs);
    this.#askOutside(host, nowUs);
    this.#checkStop(nowUs);
    return late.length === 0 ? said : [...late, ...said];
  }

  /** @returns what it said of its markets; undefined: it did not wait for it. What comes too late was counted when its time was over. */
  onPrediction({ model, askedUs, answer }: Prediction, nowUs: TimeUs): readonly Signal[] | undefined {
    if (!this.isOn || this.#asked?.askedUs !== askedUs || model !== this.setup.code) return undefined;
    return this.#answer(nowUs > this.#asked.deadlineUs ? LATE : checkedAnswer(answer), nowUs);
  }

  #askOutside({ asked }: StrategyHost, nowUs: TimeUs): void {
    if (asked === undefined || this.stopped !== null) return;
    this.#asked = { askedUs: nowUs, deadlineUs: nowUs + asked.deadlineUs };
    const { strategy, code: model } = this.setup;
    this.#ports.ask?.({ strategy, model, row: asked.row, askedUs: nowUs });
  }

  #answer(given: Answer, nowUs: TimeUs): readonly Signal[] {
    const { host } = this;
    this.#asked = undefined;
    if (host === undefined || !this.isOn) return NO_SIGNALS;
    const from = this.#from(host);
    const answer = host.answer(given);
    const fault = 'fault' in answer ? answer.fault : undefined;
    // Each is counted; a fact is the first one of a kind.
    if ('fault' in answer && fault !== this.#fault) this.markets[0]?.miss(answer.fault, answer.detail, nowUs);
    else if (fault !== undefined) this.figures.missed.set(fault, (this.figures.missed.get(fault) ?? 0) + 1);
    this.#fault = fault;
    return this.#decided(host, from, nowUs);
  }

  /** What it wants before a call, as far as its positions follow it. */
  #from(host: StrategyHost): number[] {
    for (let at = 0; at < this.markets.length; at++)
      this.#positions[at] = (this.markets[at] as MarketPosition).position;
    return host.wanted.map((each, at) =>
      this.markets[at]?.aimed === undefined ? (this.#positions[at] as number) : each,
    );
  }

  /** What follows from a call of the strategy. */
  #decided(host: StrategyHost, from: readonly number[], nowUs: TimeUs): readonly Signal[] {
    const { markets } = this;
    const forecasts = host.signals.splice(0);
    if (this.#reportStop(nowUs)) return NO_SIGNALS;
    const wanted = [...host.wanted];
    const aims = aimsOf(wanted);
    // One that keeps an account names a market only where it is to be traded, and then anew with each bar: what was left of the bar before is no part of it.
    const isNamed = (at: number): boolean => !this.keepsAccount || host.said.has(at);
    for (const [at, market] of markets.entries()) if (!isNamed(at)) market.rest();
    const isAimed = (at: number): boolean =>
      isNamed(at) && (this.keepsAccount || aims[at] !== markets[at]?.aimed);
    const isChange = markets.some((_, at) => isAimed(at) || (isNamed(at) && wanted[at] !== from[at]));
    if (!isChange && forecasts.length === 0) return NO_SIGNALS;
    const { reason } = host;
    // The middle of a book has one place more than its prices.
    const prices = markets.map(({ bars, instrument }) =>
      Number(bars.step.close.toFixed(Math.min(20, instrument.priceDecimals + 1))),
    );
    this.#ports.outbox.emit({
      type: 'strategyDecided',
      atUs: nowUs,
      strategy: this.setup.strategy,
      mode: this.way,
      from,
      wanted,
      prices,
      reason,
      forecasts: forecasts.slice(0, MAX_FORECASTS),
    });
    this.decisions++;
    this.lastDecision = { atUs: nowUs, wanted, reason };
    for (const [at, market] of markets.entries()) {
      const each = aims[at] as number;
      if (isAimed(at)) market.aim(each, prices[at] as number, nowUs);
    }
    return forecasts;
  }

  /** Time passes: what was decided before is carried out as far as the books allow. @returns what it said as the deadline of its question was over; undefined: it was not. */
  work(nowUs: TimeUs): readonly Signal[] | undefined {
    const isLate = this.#asked !== undefined && nowUs > this.#asked.deadlineUs;
    const said = isLate ? this.#answer(LATE, nowUs) : undefined;
    if (this.isAtAccount) this.#checkStop(nowUs);
    for (const market of this.markets) market.work(nowUs);
    return said;
  }

  #checkStop(nowUs: TimeUs): void {
    const { markets, figures, setup, way } = this;
    const of = { realized: figures.realized, markets, store: this.#ports.store };
    const reason = this.stop.reason(setup, way, of, this.host?.strategy);
    if (reason !== undefined) this.fallBack(reason, nowUs);
  }

  /** Takes it back from an account: what it holds is sold, and in shadow it goes on once that is done. Only ever lowers risk. */
  fallBack({ code, detail: text }: StopReason, nowUs: TimeUs): void {
    if (!isAtAccount(this.setup.mode)) return;
    const detail = text.slice(0, MAX_DETAIL);
    this.stop.fallen = { code, detail, atUs: nowUs };
    const { strategy } = this.setup;
    this.#ports.outbox.emit({ type: 'strategyFailed', atUs: nowUs, strategy, code, detail });
    this.switchOff({ ...this.setup, mode: 'off' }, nowUs);
    this.#ports.booked();
  }

  /** @returns whether it was one of its own. */
  onOrderEnded(order: Order, nowUs: TimeUs): boolean {
    const market = this.markets.find(({ orderId }) => orderId === order.orderId);
    market?.onOrderEnded(order, nowUs);
    return market !== undefined;
  }

  /** Goes on: with its state of before it was switched off, wanting nothing yet; at an account with its share of the stake (`MarketPosition.goOn`), and a loss budget that counts from now. */
  goOn(setup: StrategySetup, nowUs: TimeUs): void {
    const wasOn = this.isOn;
    this.setup = setup;
    // A canary's budget is no measure of what a whole stake has lost.
    const isLower = this.way === 'full' && setup.mode === 'canary';
    this.stop.begin(this.figures.realized, isLower ? this.markets : [], this.#ports.store);
    if (setup.mode !== 'off') this.way = setup.mode;
    const staysOn = wasOn && this.isAtAccount;
    for (const market of this.markets) {
      if (!staysOn) market.reopen();
      market.goOn(this.way, nowUs);
    }
    if (!staysOn) this.#keepHeld();
  }

  /** One that keeps an account is silent of what stays as it is: what it wants is what it holds, until a bar says otherwise. */
  #keepHeld(): void {
    if (!this.keepsAccount) return;
    for (const market of this.markets) market.rest();
    this.host?.resume(this.markets.map(({ position }) => position));
  }

  /** What it holds is sold. */
  switchOff(setup: StrategySetup, nowUs: TimeUs): void {
    this.setup = setup;
    this.#asked = undefined;
    this.host?.resume([]);
    for (const market of this.markets) market.close(nowUs);
  }

  /** Stops it, and it alone. What it holds stays as it is until it is switched off. */
  fail(code: StrategyFault, text: string, nowUs: TimeUs): void {
    if (this.stopped !== null) return;
    const detail = text.slice(0, MAX_DETAIL);
    this.stopped = { code, detail, atUs: nowUs };
    if (!this.isClosing) for (const market of this.markets) market.rest();
    const { strategy } = this.setup;
    this.#ports.outbox.emit({ type: 'strategyFailed', atUs: nowUs, strategy, code, detail });
  }

  /** As the run before recorded it. */
  restore(saved: StrategyStanding, nowUs: TimeUs): void {
    const { figures } = this;
    for (const [at, holding] of saved.holdings.entries()) this.markets[at]?.load(holding, nowUs);
    figures.load(saved);
    this.stop.load(saved);
    this.steps = saved.steps;
    this.decisions = saved.decisions;
    if (saved.stopped !== null) this.stopped ??= saved.stopped;
    if (this.stopped === null) {
      // A state that was too long to be recorded is lost, and what it wanted is not: its position can still be left.
      this.host?.resume(saved.holdings.map(({ wanted }) => wanted));
      if (saved.state !== null) this.host?.load(saved.state);
      this.#reportStop(nowUs);
    }
    if (this.host !== undefined) {
      for (const [at, aim] of aimsOf(this.host.wanted).entries()) {
        const market = this.markets[at] as MarketPosition;
        // As `aim` took it: what is below zero is not reported a second time.
        if (Math.max(0, aim) === market.aimed) market.aimed = aim;
      }
    }
    this.#keepHeld();
    if (this.isClosing) this.switchOff(this.setup, nowUs);
    else if (this.stopped !== null) for (const market of this.markets) market.rest();
  }

  /** What a restart needs. Saving calls the strategy, which is stopped where that fails. */
  standing(nowUs: TimeUs): StrategyStanding {
    const state = this.host?.save();
    this.#reportStop(nowUs);
    return standingOf(this, state === undefined || state.length > MAX_RECORDED_STATE ? null : state);
  }

  /** What purchases, sales and fees left of its stake. */
  get cash(): Decimal {
    const { markets, figures, setup } = this;
    return markets.reduce(
      (sum: Decimal, { holding }) => sum.minus(holding.cost),
      decimal(setup.stake).plus(figures.realized),
    );
  }

  /** Without what orders under way may spend. */
  #freeCash(): Decimal {
    return this.markets.reduce((sum: Decimal, { spending }) => sum.minus(spending), this.cash);
  }

  #reportStop(nowUs: TimeUs): boolean {
    const stop = this.host?.stopped;
    if (stop === undefined) return false;
    this.fail(stop.code, stop.detail, nowUs);
    return true;
  }
}

/** Half of a position in two markets is another bet: none of it is held where one side cannot be. */
function aimsOf(wanted: readonly number[]): readonly number[] {
  const isHalf = wanted.length > 1 && wanted.some((each) => each < 0);
  return isHalf ? wanted.map((each) => Math.min(0, each)) : wanted;
}
