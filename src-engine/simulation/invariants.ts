/** What must hold in every world, whatever happens in it; each breach is one line that names what it saw. */
import { decimal } from '../domain/decimal.ts';
import type { EngineEvent } from '../domain/event.ts';
import type { Command } from '../kernel/input.ts';
import type { EngineUnderTest } from './engine-under-test.ts';
import type { World } from './world.ts';

const CL_ORD_ID = /"?cl_ord_id"?[:=]"?([0-9a-f-]+)/;
const MAX_BREACHES = 20;
/** What was decided just before a fault may still leave, and a fault is told once it is durable. */
const MAX_LATE_US = 2_000_000;

export class Invariants {
  readonly breaches: string[] = [];
  readonly #world: World;
  /** Orders whose intent is durable, and those that left. */
  readonly #durable = new Set<string>();
  readonly #sent = new Set<string>();
  /** Orders that were created, and have not ended. */
  readonly #open = new Set<string>();
  /** From the operator's command on, whether the engine has heard it or not; told: the engine has said so. */
  #killAsked = false;
  #killTold = false;
  #verifiedKill = false;
  #logAt = 0;
  /** When trading was halted by a fault; undefined: it is not. */
  #haltedUs: number | undefined;
  /** How often a dead-man switch was set. */
  keptAlive = 0;
  /** State of each book as the engine told it, of this life. */
  readonly #books = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
    world.core.listen({
      onBook: () => undefined,
      onTrades: () => undefined,
      onExecution: () => undefined,
      onStatus: () => undefined,
      onRow: () => undefined,
      onLedger: (_account, entries) => {
        for (const { asset, balance } of entries) {
          if (balance.isNegative())
            this.#breach(`the venue's ledger of ${asset} went negative: ${balance.toFixed()}`);
        }
      },
    });
  }

  /** Called before anybody hears that these rest on the disk. */
  onDurable(events: readonly EngineEvent[]): void {
    for (const event of events) if (event.type === 'orderCreated') this.#durable.add(event.order.orderId);
  }

  onCommand({ type }: Command): void {
    if (type === 'kill') this.#killAsked = true;
    if (type === 'rearm') this.#killAsked = false;
  }

  /** A kill that nobody was told to be done may be forgotten by the process that died of it. */
  onCrash(): void {
    if (!this.#killTold) this.#killAsked = false;
  }

  /** A placement is leaving the engine. */
  onPlacement(text: string): void {
    const id = CL_ORD_ID.exec(text)?.[1]?.replaceAll('-', '') ?? '';
    if (id === '') this.#breach(`a placement left without an order id: ${text.slice(0, 120)}`);
    if (!this.#durable.has(id)) this.#breach(`order ${id} left before its intent was durable`);
    if (this.#sent.has(id)) this.#breach(`order ${id} left twice`);
    this.#sent.add(id);
    if (this.#killAsked) this.#breach(`order ${id} left after a kill`);
  }

  /** The dead-man switch is being set. */
  onKeepAlive(): void {
    this.keptAlive++;
    const { clock, engine } = this.#world;
    if (engine === undefined) this.#breach('the dead-man switch was set by an engine that is dead');
    const sinceUs = this.#haltedUs ?? Number.POSITIVE_INFINITY;
    if (clock.nowUs() - sinceUs > MAX_LATE_US) {
      this.#breach(
        `the dead-man switch was set ${(clock.nowUs() - sinceUs) / 1e6} s after trading was halted`,
      );
    }
  }

  /** A fact was told. */
  onEvent(event: EngineEvent): void {
    const { type } = event;
    if (type === 'tradingHalted' && event.code !== 'paused') this.#haltedUs ??= event.atUs;
    if (type === 'tradingResumed' || type === 'runStarted') this.#haltedUs = undefined;
    if (type === 'orderCreated') {
      if (this.#open.has(event.order.orderId)) this.#breach(`order ${event.order.orderId} was created twice`);
      this.#open.add(event.order.orderId);
      const { orderId, symbol } = event.order;
      const state = this.#books.get(symbol) ?? 'unknown';
      if (state !== 'live') this.#breach(`order ${orderId} was made on the ${state} book of ${symbol}`);
    } else if (type === 'runStarted') {
      this.#books.clear();
    } else if (type === 'bookStateChanged') {
      this.#books.set(event.symbol, event.state);
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
    } else if (type === 'killed') {
      this.#killTold = true;
      this.#verifiedKill = false;
    } else if (type === 'killVerified') {
      this.#verifiedKill = event.openOrders === 0;
      this.#logAt = this.#world.core.log.entries.length;
    } else if (type === 'rearmed') {
      this.#checkKill();
      this.#killTold = false;
      this.#verifiedKill = false;
    }
  }

  /** The world has come to rest: what is left must add up. */
  atRest(): void {
    this.#checkKill();
    const { engine, core } = this.#world;
    if (engine === undefined) return this.#breach('no engine came up again');
    for (const id of this.#open) this.#breach(`order ${id} never ended`);
    if (engine.isBusy) this.#breach('cycles are still under way');
    const venue = this.#world.venueLedger();
    const { balances } = engine.kernel.portfolio;
    for (const asset of new Set([
      ...venue.keys(),
      ...engine.kernel.portfolio.snapshot().map((one) => one.asset),
    ])) {
      const [theirs, ours] = [venue.get(asset) ?? '0', balances.total(asset).toFixed()];
      if (theirs.startsWith('-')) this.#breach(`the venue's ledger of ${asset} is negative: ${theirs}`);
      if (theirs !== ours) this.#breach(`${asset}: the venue has ${theirs}, our ledger ${ours}`);
    }
    if (this.#world.openAtVenue() > 0) this.#breach(`${this.#world.openAtVenue()} orders of ours are open`);
    const placed = core.log.entries.filter(({ kind }) => kind === 'placed').map(({ clOrdId }) => clOrdId);
    if (new Set(placed).size !== placed.length) this.#breach('a client order id was used twice at the venue');
    if ((core.limits?.bans ?? 0) > 0) this.#breach('the venue locked us out for passing its limits');
    const { kernel } = engine;
    for (const { asset, total } of kernel.portfolio.snapshot()) {
      if (asset === kernel.config.homeAsset || Number(total) === 0) continue;
      this.#explain(engine, asset, total);
    }
  }

  /**
   * Holdings beyond what the account began with wait for a sweep, are the profit of cycles that start with them, or were
   * told as stranded when trading was halted for them, amount by amount; nothing else explains them.
   */
  #explain(engine: EngineUnderTest, asset: string, total: string): void {
    let unexplained = decimal(total).minus(engine.kernel.desk.sequencer.sweeper.residues.of(asset));
    for (const event of this.#world.events) {
      if (event.type !== 'executionFinished') continue;
      const { path, profit, outcome } = event.execution;
      if (path[0] === asset) unexplained = unexplained.minus(profit);
      if (outcome !== 'stranded') continue;
      for (const [, amount = '0'] of event.execution.detail.matchAll(
        new RegExp(`([0-9.]+) ${asset}\\b`, 'g'),
      )) {
        unexplained = unexplained.minus(amount);
      }
    }
    if (unexplained.gt(0))
      this.#breach(`${total} ${asset} are held and nothing says why ${unexplained.toFixed()} of it`);
  }

  /** Once a kill is verified nothing of ours comes to the venue until somebody re-arms. */
  #checkKill(): void {
    if (!this.#killTold || !this.#verifiedKill) return;
    const later = this.#world.core.log.entries.slice(this.#logAt).filter(({ kind }) => kind === 'placed');
    for (const { clOrdId } of later) this.#breach(`order ${clOrdId} was accepted after a verified kill`);
  }

  #breach(what: string): void {
    if (this.breaches.length < MAX_BREACHES) this.breaches.push(what);
  }
}
