/** What must hold between venues: money and orders never meet those of another, and one's fault stops no other. */
import type { EngineEvent } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import { venueOfAsset, venuesNamed } from '../domain/venue-asset.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { isOfEngine, type Planned } from './fault-plan.ts';
import type { World } from './world.ts';

const LOOK_US = 500_000;
/** So long after a start every venue has been compared, and its books read. */
const START_US = 10_000_000;
/**
 * A market alone leaves a holding without a taker, whatever befell another venue. That the venue was not asked, or refused, is a
 * fault. Words of `sequencer.ts`.
 */
const isOfMarket = (code: string, reason: string): boolean =>
  code === 'stranded' && reason.includes('(no unwind order was filled)');
/** A halt that every start of an engine brings, and one that an operator asks for. */
const NO_FAULTS: ReadonlySet<string> = new Set(['restart', 'paused']);
/** Words of `arming.ts` for what a cycle of the venue itself did. */
const OWN_REASONS = /^(a cycle was stranded|the canary lost )/;

export class Apartness {
  /** Orders made at venues that nothing had befallen yet while something had befallen another. */
  tradedOn = 0;
  readonly #world: World;
  readonly #breach: (what: string) => void;
  /** Venues that something has befallen so far; an engine's fault is one of all. */
  readonly #struck = new Set<VenueName>();
  /** Venues that are halted for what their own market did. */
  readonly #ofMarket = new Set<VenueName>();
  /** Venues whose fees have risen. */
  readonly #raised = new Set<VenueName>();
  #isOver = false;

  /** @param isStruck something befalls every venue from the beginning. */
  constructor(world: World, breach: (what: string) => void, isStruck = false) {
    this.#world = world;
    if (isStruck) for (const { venue } of world.exchanges) this.#struck.add(venue);
    this.#breach = breach;
    if (world.exchanges.length > 1) this.#look();
  }

  onFault({ fault, exchange }: Planned): void {
    const { exchanges } = this.#world;
    for (const [at, { venue }] of exchanges.entries())
      if (isOfEngine(fault) || at === exchange) this.#struck.add(venue);
    const raised = fault === 'fees rise' ? exchanges[exchange] : undefined;
    if (raised !== undefined) this.#raised.add(raised.venue);
  }

  /** Nothing more is begun, by the operator's word: no venue need trade on. */
  end(): void {
    this.#isOver = true;
  }

  onEvent(event: EngineEvent): void {
    if (this.#world.exchanges.length < 2) return;
    if (event.type === 'orderCreated') {
      const { venue } = event.order;
      if (this.#struck.size > 0 && !this.#struck.has(venue)) this.tradedOn++;
    } else if (event.type === 'tradingHalted') this.#onHalt(event);
    else if (event.type === 'armingChanged') this.#onArming(event);
    else if (event.type === 'instrumentChanged') {
      const { venue, symbol, changes } = event;
      if (!this.#raised.has(venue) && changes.some((text) => text.startsWith('takerFee')))
        this.#breach(`the fee of ${symbol} changed at ${venue}, where none has: ${changes.join()}`);
    } else if (event.type === 'tradingResumed')
      for (const venue of event.venue === undefined ? [...this.#ofMarket] : [event.venue])
        this.#ofMarket.delete(venue);
    else if (event.type === 'runStarted') this.#ofMarket.clear();
    else if (event.type === 'balancesChanged')
      for (const { asset } of event.balances) this.#demandPlace(asset);
    else if (event.type === 'orderFilled')
      this.#demandAmong(event.fill.feeAsset, [event.fill.venue], 'the fee of a fill');
    else if (event.type === 'executionFinished') {
      const { path, dust, venue } = event.execution;
      for (const asset of [...path, ...dust.map((left) => left.asset)])
        this.#demandAmong(asset, venuesNamed(venue), 'a cycle or route');
    }
  }

  #onHalt({ code, reason, venue }: Extract<EngineEvent, { readonly type: 'tradingHalted' }>): void {
    if (NO_FAULTS.has(code)) return;
    if (venue !== undefined && isOfMarket(code, reason)) {
      this.#ofMarket.add(venue);
      return;
    }
    const isStruck = venue === undefined ? this.#allStruck : this.#struck.has(venue);
    if (!isStruck)
      this.#breach(
        `${venue ?? 'all trading'} was halted (${code}: ${reason}) by what befell ${[...this.#struck].join()}`,
      );
  }

  /** An operator's word, and a venue's own market, disarm it; what befell another does not. */
  #onArming({ to, reason, actor, venue }: Extract<EngineEvent, { readonly type: 'armingChanged' }>): void {
    if (to !== 'disarmed' || actor.kind === 'operator' || OWN_REASONS.test(reason)) return;
    const isStruck = venue === undefined ? this.#allStruck : this.#struck.has(venue);
    if (!isStruck)
      this.#breach(`${venue ?? 'all'} was disarmed (${reason}) by what befell ${[...this.#struck].join()}`);
  }

  get #allStruck(): boolean {
    return this.#struck.size === this.#world.exchanges.length;
  }

  /** A venue that nothing befell can be traded, whatever befell the others. */
  #look(): void {
    const { clock, exchanges } = this.#world;
    clock.schedule(clock.nowUs() + LOOK_US, () => {
      if (this.#isOver) return;
      const { engine } = this.#world;
      const isUp = engine !== undefined && clock.nowUs() - engine.startedUs > START_US;
      for (const { venue } of isUp ? exchanges : []) {
        const isExcused = this.#struck.has(venue) || this.#ofMarket.has(venue);
        const why = isExcused || engine === undefined ? '' : whyNot(engine.kernel, venue);
        if (why !== '') this.#breach(`${venue} is not traded, though nothing befell it: ${why}`);
      }
      this.#look();
    });
  }

  #demandPlace(asset: Asset): void {
    const venue = venueOfAsset(asset);
    if (!this.#world.exchanges.some((one) => one.venue === venue))
      this.#breach(`${asset} lies at no venue of the world`);
  }

  #demandAmong(asset: Asset, venues: readonly VenueName[], what: string): void {
    const place = venueOfAsset(asset);
    if (place === undefined || !venues.includes(place))
      this.#breach(`${what} at ${venues.join('+')} was in ${asset}`);
  }
}

/** What is against trading at a venue; empty: nothing. That an operator has not armed it is not asked. */
function whyNot({ killSwitch, orderEvents, blockers }: Kernel, venue: VenueName): string {
  if (killSwitch.isOn) return 'the kill switch is on';
  return orderEvents.reconciler.refusal(venue) || blockers.paused(venue);
}
