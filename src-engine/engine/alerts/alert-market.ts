/** A running session as the trader's alert rules look at it: read ten times a second, and only what some rule needs. */
import type { RuleMarket } from '../../alerting/rule-watch.ts';
import { type Decimal, decimal, fromUnits } from '../../domain/decimal.ts';
import type { EngineEvent } from '../../domain/event.ts';
import type { Opportunity } from '../../domain/opportunity.ts';
import type { TimeUs } from '../../domain/time.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** Books that are named when several are not live. */
const MAX_NAMED = 20;

type Edge = { readonly netBps: number; readonly cycle: string };
type Needs = { readonly edge: boolean; readonly silence: boolean };

export class AlertMarket implements RuleMarket {
  readonly #kernel: Kernel;
  readonly #ids: ReadonlyMap<string, number>;
  /** Since when each book has not been live, by instrument; 0: it is. */
  readonly #silentSinceUs: Float64Array;
  #nowUs = 0;
  /** The best edge reported since the last look. */
  #best: Edge | undefined;
  edge: Edge | undefined;

  constructor(kernel: Kernel) {
    const { instruments } = kernel.config;
    this.#kernel = kernel;
    this.#ids = new Map(instruments.map(({ id, venue, symbol }) => [`${venue} ${symbol}`, id]));
    this.#silentSinceUs = new Float64Array(instruments.length);
  }

  /** Lives that begin and end between two looks count by their best. */
  onEvent(event: EngineEvent): void {
    if (event.type === 'opportunityOpened') this.#take(event.opportunity, event.opportunity.waterfall.netBps);
    else if (event.type === 'opportunityClosed') this.#take(event.opportunity, event.opportunity.peakNetBps);
  }

  /** Before the rules are looked at. */
  refresh(nowUs: TimeUs, needs: Needs): void {
    this.#nowUs = nowUs;
    if (needs.edge) {
      for (const open of this.#kernel.desk.tracker.open()) this.#take(open, open.waterfall.netBps);
    }
    this.edge = this.#best;
    this.#best = undefined;
    if (!needs.silence) return;
    for (const { id } of this.#kernel.config.instruments) {
      const isLive = this.#kernel.store.sync(id).state === 'live';
      if (isLive) this.#silentSinceUs[id] = 0;
      else if (this.#silentSinceUs[id] === 0) this.#silentSinceUs[id] = nowUs;
    }
  }

  get drawdownPct(): number | undefined {
    const { escalation } = this.#kernel.risk;
    return escalation.equity === undefined ? undefined : escalation.drawdownPct.toNumber();
  }

  price(venue: string, symbol: string): Decimal | undefined {
    const id = this.#ids.get(`${venue} ${symbol}`);
    const instrument = id === undefined ? undefined : this.#kernel.config.instruments[id];
    if (id === undefined || instrument === undefined) return undefined;
    const { state, book } = this.#kernel.store.sync(id);
    if (state !== 'live' || book.isOneSided) return undefined;
    return fromUnits(book.bestBid, instrument.priceDecimals)
      .plus(fromUnits(book.bestAsk, instrument.priceDecimals))
      .times(HALF);
  }

  silence(venue: string, symbol: string): ReturnType<RuleMarket['silence']> {
    const id = this.#ids.get(`${venue} ${symbol}`);
    const ids = symbol === '' ? [...this.#ids.values()] : id === undefined ? [] : [id];
    const silent = ids
      .filter((each) => (this.#silentSinceUs[each] ?? 0) > 0)
      .toSorted((a, b) => (this.#silentSinceUs[a] ?? 0) - (this.#silentSinceUs[b] ?? 0));
    const [longest] = silent;
    const sinceUs = longest === undefined ? this.#nowUs : (this.#silentSinceUs[longest] ?? this.#nowUs);
    const books = silent
      .slice(0, MAX_NAMED)
      .map((each) => this.#kernel.config.instruments[each]?.symbol ?? String(each));
    return { forUs: Math.max(0, this.#nowUs - sinceUs), books };
  }

  #take({ path }: Opportunity, netBps: number): void {
    if (this.#best === undefined || netBps > this.#best.netBps) {
      this.#best = { netBps, cycle: [...path, ...path.slice(0, 1)].join(' → ') };
    }
  }
}

const HALF = decimal('0.5');
