/** What must hold in every world, whatever happens in it; each breach is one line that names what it saw. */
import type { EngineEvent, OrderRecord } from '../domain/event.ts';
import type { VenueName } from '../domain/ids.ts';
import { DEFAULT_EXECUTION } from '../domain/limits.ts';
import type { Command } from '../kernel/input.ts';
import { Apartness } from './apartness.ts';
import { ArmingChecks } from './arming-checks.ts';
import { GuardChecks } from './guard-checks.ts';
import { NakedChecks, type Strictness } from './naked-checks.ts';
import { QuoteChecks } from './quote-checks.ts';
import { checkAtRest } from './rest-checks.ts';
import type { SimulatedExchange } from './simulated-exchange.ts';
import { StrategyChecks } from './strategy-checks.ts';
import type { World } from './world.ts';

const MAX_BREACHES = 20;
/** How often what holds a route up is asked. */
const LOOK_US = 50_000;
/** What was decided just before a fault may still leave, and a fault is reported once it is durable. */
const MAX_LATE_US = 2_000_000;

export class Invariants {
  readonly breaches: string[] = [];
  readonly #world: World;
  readonly apart: Apartness;
  readonly arming: ArmingChecks;
  readonly guards: GuardChecks;
  readonly strategies: StrategyChecks;
  readonly naked: NakedChecks;
  /** Undefined: nothing rests in this world. */
  readonly quotes: QuoteChecks | undefined;
  /** Orders whose intent is durable, those of them that the database has, and those that left. */
  readonly #durable = new Map<string, OrderRecord>();
  readonly #stored = new Set<string>();
  readonly #sent = new Set<string>();
  /** Orders that were created, and have not ended. */
  readonly #open = new Set<string>();
  /** From the operator's command on, whether the engine has received it or not; reported: the engine has confirmed it. */
  #killAsked = false;
  /** At any time: a cancel of the account may arrive late. */
  #wasKilled = false;
  #hasEnded = false;
  #killTold = false;
  #verifiedKill = false;
  #killedUs = 0;
  /** Where the log of each exchange stood when the kill was verified. */
  readonly #logAt = new Map<SimulatedExchange, number>();
  /** Since when trading is halted by a fault, at venues where it is. */
  readonly #haltedUs = new Map<VenueName, number>();
  /** How often a dead-man switch was set. */
  keptAlive = 0;
  /** State of each book as this engine process reported it. */
  readonly #books = new Map<string, string>();

  /** @param failsLeg one leg of each route fails, and nothing else is wrong with the world. */
  constructor(world: World, failsLeg = false) {
    this.#world = world;
    const breach = (what: string): void => this.#breach(what);
    this.apart = new Apartness(world, breach, failsLeg);
    this.arming = new ArmingChecks(world, breach);
    this.guards = new GuardChecks(world, breach);
    this.strategies = new StrategyChecks(world, breach);
    const deadlineMs = (): number =>
      world.engine?.kernel.execution.unwindDeadlineMs ?? DEFAULT_EXECUTION.unwindDeadlineMs;
    const instruments = () => world.engine?.kernel.config.instruments ?? [];
    const strictness = failsLeg ? strictnessOf(world) : undefined;
    this.naked = new NakedChecks({ deadlineMs, instruments, strictness }, breach);
    if (failsLeg) this.#lookAgain();
    this.quotes = world.quotes === '' ? undefined : new QuoteChecks(world, breach);
    for (const { core, venue, otherProgram } of world.exchanges) {
      core.listen({
        onExecution: ({ kind, order }) => {
          // A quote in the way of an order has its cancel sent before it, on the same connection: the two never meet.
          const id = order.terms.clOrdId?.replaceAll('-', '') ?? '';
          const isOurs = world.engine?.kernel.orders.get(id) !== undefined;
          if (kind === 'canceled' && order.reason === 'self-trade' && isOurs)
            breach(`order ${id} met another one of ours at ${venue}`);
          if (kind !== 'canceled' || !otherProgram.has(order.orderId)) return;
          if (!this.#mayEmpty(venue, order.reason))
            breach(
              `order ${order.orderId} of another program was canceled at ${venue}, and nothing asked for that`,
            );
        },
        onLedger: (_account, entries) => {
          for (const { asset, balance } of entries) {
            if (balance.isNegative())
              breach(`the venue's ledger of ${asset} went negative: ${balance.toFixed()}`);
          }
        },
      });
    }
  }

  #lookAgain(): void {
    const { clock } = this.#world;
    clock.schedule(clock.nowUs() + LOOK_US, () => {
      this.naked.look(clock.nowUs());
      this.#lookAgain();
    });
  }

  /** Whether every order of the account may be canceled there now: by a kill, a dead-man switch, or the watchdog of a dead engine. */
  #mayEmpty(venue: VenueName, reason: string | undefined): boolean {
    return this.#hasEnded || this.#wasKilled || reason === 'countdown' || this.guards.hasCalled(venue);
  }

  /** Called before these are reported as being in the database. */
  onDurable(events: readonly EngineEvent[]): void {
    this.onKept(events);
    for (const event of events) if (event.type === 'orderCreated') this.#stored.add(event.order.orderId);
  }

  /** Called before these intents are reported as durable. */
  onKept(intents: readonly EngineEvent[]): void {
    for (const event of intents)
      if (event.type === 'orderCreated') this.#durable.set(event.order.orderId, event.order);
  }

  onCommand(command: Command): void {
    const { type } = command;
    this.arming.onCommand(command);
    if (type === 'kill') {
      this.#killAsked = true;
      this.#wasKilled = true;
    }
    if (type === 'rearm') this.#killAsked = false;
  }

  /** A kill that was not confirmed may be lost with the process that died. */
  onEnd(isDeath: boolean): void {
    if (!this.#killTold) this.#killAsked = false;
    const { enginePid, engine } = this.#world;
    if (isDeath && enginePid !== undefined && engine !== undefined) this.guards.onDeath(enginePid);
  }

  /** A placement is leaving the engine for an exchange. */
  onPlacement({ venue, kit }: SimulatedExchange, text: string): void {
    const id = kit.words.orderIdOf(text);
    if (id === '') this.#breach(`a placement left without an order id: ${text.slice(0, 120)}`);
    const order = this.#durable.get(id);
    if (order === undefined) this.#breach(`order ${id} left before its intent was durable`);
    else if (!this.#stored.has(id) && !this.#world.holdsIntent(id))
      this.#breach(`order ${id} left, and nothing of its intent would be left now`);
    else if (order.venue !== venue) this.#breach(`order ${id} of ${order.venue} left for ${venue}`);
    if (this.#sent.has(id)) this.#breach(`order ${id} left twice`);
    this.#sent.add(id);
    if (this.#killAsked) this.#breach(`order ${id} left after a kill`);
  }

  /** A venue's dead-man switch is being set. */
  onKeepAlive({ venue }: SimulatedExchange): void {
    this.keptAlive++;
    const { clock, engine } = this.#world;
    if (engine === undefined) this.#breach('the dead-man switch was set by an engine that is dead');
    const sinceUs = this.#haltedUs.get(venue) ?? Number.POSITIVE_INFINITY;
    if (clock.nowUs() - sinceUs > MAX_LATE_US) {
      this.#breach(
        `the dead-man switch was set ${(clock.nowUs() - sinceUs) / 1e6} s after trading was halted`,
      );
    }
  }

  /** A fact was reported. */
  onEvent(event: EngineEvent): void {
    this.apart.onEvent(event);
    this.arming.onEvent(event);
    this.strategies.onEvent(event);
    this.naked.onEvent(event);
    this.quotes?.naked.onEvent(event);
    this.#noteHalts(event);
    const { type } = event;
    if (type === 'orderCreated') {
      if (this.#open.has(event.order.orderId)) this.#breach(`order ${event.order.orderId} was created twice`);
      this.#open.add(event.order.orderId);
      const { orderId, venue, symbol } = event.order;
      const state = this.#books.get(`${venue} ${symbol}`) ?? 'unknown';
      if (state !== 'live') this.#breach(`order ${orderId} was made on the ${state} book of ${symbol}`);
    } else if (type === 'runStarted') {
      this.#books.clear();
    } else if (type === 'bookStateChanged') {
      this.#books.set(`${event.venue} ${event.symbol}`, event.state);
    } else if (
      type === 'orderCanceled' ||
      type === 'orderRejected' ||
      type === 'orderDenied' ||
      type === 'orderSettled' ||
      (type === 'orderFilled' && event.order.state === 'filled')
    ) {
      this.#open.delete(event.order.orderId);
    } else if (type === 'balancesChanged') {
      for (const { asset, total } of event.balances) {
        if (total.startsWith('-')) this.#breach(`our ledger of ${asset} is negative: ${total}`);
      }
    } else this.#onKillEvent(event);
  }

  #onKillEvent(event: EngineEvent): void {
    const { exchanges } = this.#world;
    if (event.type === 'killed') {
      this.#killTold = true;
      this.#verifiedKill = false;
      this.#killedUs = event.atUs;
    } else if (event.type === 'killVerified') {
      this.#verifiedKill = event.openOrders === 0;
      for (const exchange of exchanges) this.#logAt.set(exchange, exchange.core.log.entries.length);
      if (this.#verifiedKill) for (const exchange of exchanges) this.#checkEmptied(exchange);
    } else if (event.type === 'rearmed') {
      this.#checkKill();
      this.#killTold = false;
      this.#verifiedKill = false;
    }
  }

  #noteHalts(event: EngineEvent): void {
    const { type } = event;
    const all = this.#world.exchanges.map(({ venue }) => venue);
    if (type === 'tradingHalted' && event.code !== 'paused') {
      for (const venue of event.venue === undefined ? all : [event.venue])
        if (!this.#haltedUs.has(venue)) this.#haltedUs.set(venue, event.atUs);
    } else if (type === 'runStarted') this.#haltedUs.clear();
    else if (type === 'tradingResumed')
      for (const venue of event.venue === undefined ? all : [event.venue]) this.#haltedUs.delete(venue);
  }

  /** The world has come to rest: what is left must add up. */
  atRest(): void {
    this.#checkKill();
    for (const id of this.#open) this.#breach(`order ${id} never ended`);
    checkAtRest(this.#world, this.#durable, (what) => this.#breach(what));
    this.#hasEnded = true;
    for (const { otherProgram } of this.#world.exchanges) otherProgram.end();
  }

  /** A kill is reported as verified: this venue itself has answered since, and nothing of ours is open there. */
  #checkEmptied({ venue, network, openOrders, otherProgram }: SimulatedExchange): void {
    // Where the engine does not reach it must know that every order of its own has ended.
    const isReached = this.#world.engine?.unreached.every((one) => one.venue !== venue) ?? true;
    // It cannot know of those that another program placed there since.
    const left = isReached ? openOrders : openOrders - otherProgram.open.length;
    if (left > 0) this.#breach(`a kill was reported as verified with ${left} orders open at ${venue}`);
    const open = [...this.#open].filter((id) => this.#durable.get(id)?.venue === venue);
    if ((isReached || open.length > 0) && (network.openOrdersShownUs ?? 0) < this.#killedUs)
      this.#breach(
        `a kill was reported as verified without an answer of ${venue}${open.length === 0 ? '' : `, where ${open.join(', ')} may be open`}`,
      );
  }

  /** Once a kill is verified nothing of ours comes to a venue until an operator re-arms. */
  #checkKill(): void {
    if (!this.#killTold || !this.#verifiedKill) return;
    for (const { core, venue, otherProgram } of this.#world.exchanges) {
      const logAt = this.#logAt.get(this.#world.exchange(venue)) ?? 0;
      const later = core.log.entries
        .slice(logAt)
        .filter(({ kind, orderId }) => kind === 'placed' && !otherProgram.has(orderId));
      for (const { clOrdId } of later) this.#breach(`order ${clOrdId} was accepted after a verified kill`);
    }
  }

  #breach(what: string): void {
    if (this.breaches.length < MAX_BREACHES) this.breaches.push(what);
  }
}

function strictnessOf(world: World): Strictness {
  return {
    isHeldUp: (venue) =>
      (world.engine?.kernel.orderEvents.reconciler.refusal(venue, true) ?? 'no engine') !== '',
    valueOf(coin, amount) {
      const { portfolio } = world.engine?.kernel ?? {};
      const place = world.exchanges.map(({ venue }) => portfolio?.universe.at(coin, venue) ?? coin);
      const price = place.map((asset) => portfolio?.markOf(asset)).find((one) => one !== undefined);
      return price?.times(amount);
    },
  };
}
