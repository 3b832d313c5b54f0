/**
 * What lies where, and what it should be: targets by coin and venue, what venues ask for withdrawals as the trader entered it, transfers
 * under way, and how trading moves each asset. Works by facts, commands and ticks alone, never by a book update; reads no clock.
 */
import { type Decimal, decimal, ZERO } from '../domain/decimal.ts';
import type { Outbox } from '../domain/effect.ts';
import type { Actor, EngineEvent, FillRecord } from '../domain/event.ts';
import type { Asset, VenueName } from '../domain/ids.ts';
import type { Instrument } from '../domain/instrument.ts';
import type { InventoryStanding, InventoryTarget, TransferTerms } from '../domain/inventory-schemas.ts';
import type { DetectionSettings } from '../domain/limits.ts';
import type { DecisionCode, Opportunity } from '../domain/opportunity.ts';
import { type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName, IN_TRANSIT, inTransit, venueOfAsset } from '../domain/venue-asset.ts';
import { fillFlows } from '../portfolio/fill-flows.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { DriftMeter } from './drift.ts';
import { leanOf } from './skew.ts';
import { Transfers, type TransfersParts } from './transfers.ts';

/** Bounds on what a trader may enter. */
export const MAX_TARGETS = 500;
export const MAX_TERMS = 500;
const TICK_US = US_PER_SECOND;
/** Decisions behind which coins may be missing: a route's are looked at leg by leg. */
const MAYBE_MISSING: ReadonlySet<DecisionCode> = new Set(['no-balance', 'cross-venue-not-traded'] as const);

export type InventoryParts = TransfersParts & {
  readonly portfolio: Portfolio;
  readonly outbox: Outbox;
  readonly instruments: readonly Instrument[];
  settings(): DetectionSettings;
  /** The account holds it there on purpose: it was opened with it, or it was sent there. */
  isOpened(asset: Asset): boolean;
};

export class Inventory {
  readonly transfers: Transfers;
  /** Assets in which a venue charged a fee that was neither bought nor sold. */
  readonly feeAssets = new Set<Asset>();
  drift: DriftMeter;
  readonly #parts: InventoryParts;
  readonly #targets = new Map<Asset, InventoryTarget>();
  readonly #terms = new Map<string, TransferTerms>();
  readonly #missed = new Map<Asset, Decimal>();
  #sinceUs: TimeUs = 0;
  #nextUs: TimeUs = 0;
  #watched: readonly EngineEvent[] = [];
  #seen = 0;

  constructor(parts: InventoryParts) {
    this.#parts = parts;
    this.transfers = new Transfers(parts);
    this.drift = new DriftMeter(0);
  }

  /** The run begins. @param left what an earlier one left. @param fills of the last 24 hours, with the run's assets. */
  begin(left: InventoryStanding | undefined, fills: readonly FillRecord[], nowUs: TimeUs): void {
    this.drift = new DriftMeter(nowUs);
    this.#sinceUs = nowUs;
    this.recall(left);
    for (const fill of fills) this.#onFill(fill);
  }

  recall(left: InventoryStanding | undefined): void {
    for (const target of left?.targets ?? []) this.#targets.set(this.#at(target), target);
    for (const terms of left?.terms ?? []) this.#terms.set(keyOf(terms), terms);
    this.transfers.recall(left?.transfers ?? []);
  }

  /** What a restart must know; undefined while there is nothing. */
  get standing(): InventoryStanding | undefined {
    const [targets, terms, transfers] = [
      [...this.#targets.values()],
      [...this.#terms.values()],
      this.transfers.all,
    ];
    return targets.length + terms.length + transfers.length === 0 ? undefined : { targets, terms, transfers };
  }

  get terms(): readonly TransferTerms[] {
    return [...this.#terms.values()];
  }

  /** Since when what was missed is counted. */
  get sinceUs(): TimeUs {
    return this.#sinceUs;
  }

  /** Profit not made in this run for lack of this asset, in the home currency. */
  missed(asset: Asset): Decimal {
    return this.#missed.get(asset) ?? ZERO;
  }

  /** @param target null: the equal share counts again. */
  setTarget(
    { target, ...of }: Omit<InventoryTarget, 'target'> & { readonly target: string | null },
    actor: Actor,
    atUs: TimeUs,
  ): void {
    const asset = this.#at(of);
    if (target === null) this.#targets.delete(asset);
    else if (this.#targets.has(asset) || this.#targets.size < MAX_TARGETS)
      this.#targets.set(asset, { ...of, target });
    const { coin, venue, lowPct, highPct } = of;
    const detail =
      target === null ? 'equal share again' : `target ${target} ${coin}, band ${lowPct} to ${highPct} %`;
    this.#parts.outbox.emit({ type: 'inventorySet', atUs, actor, coin, venue, detail });
  }

  /** @param isKept false: they are removed. */
  setTerms(terms: TransferTerms, isKept: boolean, actor: Actor, atUs: TimeUs): void {
    const key = keyOf(terms);
    if (!isKept) this.#terms.delete(key);
    else if (this.#terms.has(key) || this.#terms.size < MAX_TERMS) this.#terms.set(key, terms);
    const { coin, venue, network, fee, minimum, minutes } = terms;
    const words = `fee ${fee ?? 'unknown'}, minimum ${minimum ?? 'unknown'}, ${minutes ?? 'unknown'} min`;
    const detail = `withdrawal over ${network}: ${isKept ? words : 'removed'}`;
    this.#parts.outbox.emit({ type: 'inventorySet', atUs, actor, coin, venue, detail });
  }

  onTick(nowUs: TimeUs): void {
    if (nowUs < this.#nextUs) return;
    this.#nextUs = nowUs + TICK_US;
    this.transfers.onTick(nowUs);
  }

  /** Looks at the facts of a step that it has not seen yet. */
  watch(events: readonly EngineEvent[]): void {
    if (events !== this.#watched) this.#seen = 0;
    this.#watched = events;
    for (; this.#seen < events.length; this.#seen++) {
      const event = events[this.#seen];
      if (event?.type === 'orderFilled') this.#onFill(event.fill);
      else if (event?.type === 'opportunityClosed') this.#onClosed(event.opportunity);
    }
  }

  /** The target of an asset where it lies, and its band; undefined: nothing says how much is to be there. */
  targetOf(asset: Asset): InventoryTarget | undefined {
    const own = this.#targets.get(asset);
    if (own !== undefined) return own;
    const { universe, balances } = this.#parts.portfolio;
    const [coin, venue] = [assetName(asset), venueOfAsset(asset)];
    if (venue === undefined || venue === IN_TRANSIT) return undefined;
    const places = universe.venues
      .map((one) => universe.at(coin, one))
      .filter((place) => this.#parts.isOpened(place));
    if (places.length < 2 || !places.includes(asset)) return undefined;
    const all = places.reduce((sum, place) => sum.plus(balances.total(place)), this.inFlight(coin));
    const value = this.#parts.portfolio.valueOf(asset, all);
    const { inventoryMinValue, inventoryLowPct, inventoryHighPct } = this.#parts.settings();
    if (value === undefined || value.lt(inventoryMinValue)) return undefined;
    const target = all.div(places.length).toSignificantDigits(8).toString();
    return { coin, venue, target, lowPct: inventoryLowPct, highPct: inventoryHighPct };
  }

  /** False for so little that a move of it is not worth proposing; see `inventoryMinValue`. */
  isWorthMoving(asset: Asset, amount: Decimal): boolean {
    const value = this.#parts.portfolio.valueOf(asset, amount);
    return value?.gte(this.#parts.settings().inventoryMinValue) === true;
  }

  isOwnTarget(asset: Asset): boolean {
    return this.#targets.has(asset);
  }

  /** Of all transfers of a coin. */
  inFlight(coin: Asset): Decimal {
    return this.#parts.portfolio.balances.total(inTransit(coin));
  }

  /** In flight to where the asset lies. */
  arriving(asset: Asset): Decimal {
    return this.transfers.open
      .filter(({ state, coin, to }) => state === 'departed' && this.#at({ coin, venue: to }) === asset)
      .reduce((sum, { left }) => sum.plus(left), ZERO);
  }

  /** Declared, and not seen to leave yet. */
  leaving(asset: Asset): Decimal {
    return this.transfers.open
      .filter(({ state, coin, from }) => state === 'declared' && this.#at({ coin, venue: from }) === asset)
      .reduce((sum, { amount }) => sum.plus(amount), ZERO);
  }

  /** Percent of its target that lies there, what is in flight to it included; undefined without a target. */
  filledPct(asset: Asset): number | undefined {
    const target = this.targetOf(asset);
    if (target === undefined || decimal(target.target).isZero()) return undefined;
    const there = this.#parts.portfolio.balances.total(asset).plus(this.arriving(asset));
    return there.times(100).div(target.target).toNumber();
  }

  /** From -1, overfull, to 1, running dry; 0 at its target and without one. See skew.ts. */
  lean(asset: Asset): number {
    const target = this.targetOf(asset);
    return target === undefined ? 0 : leanOf(this.filledPct(asset), target.lowPct, target.highPct);
  }

  #onFill(fill: FillRecord): void {
    const { venue, symbol, side, atUs } = fill;
    const instrument = this.#parts.instruments.find((one) => one.venue === venue && one.symbol === symbol);
    if (instrument === undefined) return;
    const { from, spent, to, received, aside } = fillFlows(side, instrument, fill);
    this.drift.add(from, -spent.toNumber(), atUs);
    this.drift.add(to, received.toNumber(), atUs);
    if (aside === undefined) return;
    this.feeAssets.add(aside.asset);
    this.drift.add(aside.asset, -aside.amount.toNumber(), atUs);
  }

  /** What was not taken because a coin was missing where it would have been spent. */
  #onClosed({ decision, legs, path, venue, expectedProfit }: Opportunity): void {
    if (!MAYBE_MISSING.has(decision)) return;
    const { portfolio } = this.#parts;
    const profit = portfolio.valueOf(path[0] ?? '', decimal(expectedProfit));
    if (profit === undefined || profit.lte(0)) return;
    for (const [k, leg] of legs.entries()) {
      const before = legs[k - 1];
      // What the leg before brings to the same venue needs to lie nowhere.
      if (before !== undefined && (before.venue ?? venue) === (leg.venue ?? venue)) continue;
      const asset = path[k] ?? '';
      const needed = leg.side === 'sell' ? decimal(leg.qty) : decimal(leg.qty).times(leg.limitPrice);
      if (portfolio.balances.spendable(asset).lt(needed))
        this.#missed.set(asset, this.missed(asset).plus(profit));
    }
  }

  #at({ coin, venue }: { readonly coin: Asset; readonly venue: VenueName }): Asset {
    return this.#parts.portfolio.universe.at(coin, venue);
  }
}

function keyOf({ coin, venue, network }: Pick<TransferTerms, 'coin' | 'venue' | 'network'>): string {
  return `${coin} ${venue} ${network}`;
}
