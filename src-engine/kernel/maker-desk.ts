/**
 * Maker–taker: the markets that the trader quotes at one venue and hedges at another (setting `makerMarkets`). Off it costs a comparison
 * a book update. At accounts its orders rest only where the venue cancels them by itself once this engine falls silent, and books are seen
 * without them (own-orders.ts); the twin of an account rests none.
 */
import { type Decimal, type DecimalText, ZERO } from '../domain/decimal.ts';
import type { Asset, InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import { hasOrderCost, type Instrument } from '../domain/instrument.ts';
import { type MakerMarket, makerMarketsOf } from '../domain/maker-settings.ts';
import type { Order, OrderIntent } from '../domain/order.ts';
import { type DurationUs, type TimeUs, US_PER_SECOND } from '../domain/time.ts';
import { assetName } from '../domain/venue-asset.ts';
import type { OrderManager } from '../execution/order-manager.ts';
import type { Sequencer } from '../execution/sequencer.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { doubtOf } from '../risk/coin-doubt.ts';
import type { MonitorSource } from '../risk/monitor-context.ts';
import type { RiskMonitor } from '../risk/risk-monitor.ts';
import { DEFAULT_MAKER_TAKER } from '../strategies/maker-taker/maker-taker.ts';
import { MessageBudget } from '../strategies/maker-taker/message-budget.ts';
import type { KernelConfig } from './kernel-config.ts';
import { type FilledBefore, MakerLine } from './maker-line.ts';
import type { MakerPorts } from './maker-ports.ts';
import type { OrderReviewer } from './order-reviewer.ts';
import { QuoteReview } from './quote-review.ts';
import type { Settings } from './settings.ts';

export type MakerParts = Pick<
  MakerPorts,
  'store' | 'chargeAt' | 'shareAt' | 'outbox' | 'isKilled' | 'blocker' | 'halt' | 'unguardedRest' | 'finished'
> & {
  readonly portfolio: Portfolio;
  readonly orders: OrderManager;
  readonly sequencer: Pick<Sequencer, 'nextId' | 'sweeper' | 'isBusy'>;
  readonly monitor: MonitorSource & Pick<RiskMonitor, 'pegs'>;
  readonly reviewer: Pick<OrderReviewer, 'exposure' | 'rejudge' | 'reviewOrder'>;
  readonly settings: Settings;
  /** Whether orders go to accounts; the twin of one has no part in its quotes. */
  readonly config: Pick<KernelConfig, 'mustReconcile' | 'simulatedMarket' | 'twinOf' | 'messagesPerMarket'>;
};

/** How a market of the setting stands. */
export type MakerStanding = MakerMarket & {
  /** Why nothing is quoted; empty: something is, or is about to be. */
  readonly obstacle: string;
  /** Base that quotes brought and no hedge has taken yet, signed. */
  readonly open: DecimalText;
  /** Placements and cancels of this market in the last minute, and its share of those of its venue; a quote that its hedge no longer pays for is canceled beyond it. */
  readonly messages: number;
  readonly messagesPerMinute: number;
};

const MOST_MESSAGES = DEFAULT_MAKER_TAKER.messagesPerMinute;
/** What is refused for its market's fee or listing is looked at again after this: either may become known. */
const AGAIN_US: DurationUs = 5 * US_PER_SECOND;

export class MakerDesk {
  readonly #parts: MakerParts;
  readonly #lines = new Map<string, MakerLine>();
  /** Lines that were turned off and have something to end. */
  readonly #closing = new Set<MakerLine>();
  #text = '';
  #refused: readonly MakerStanding[] = [];
  #againUs: TimeUs = 0;
  /** Kept while the setting is turned off and on: the venue counts on. */
  readonly #budgets = new Map<InstrumentId, MessageBudget>();
  readonly #venueBudgets = new Map<VenueName, MessageBudget>();
  /** Those that quote and those that end: all, and by the instruments of either venue. */
  #all: readonly MakerLine[] = [];
  #linesAt: readonly (readonly MakerLine[] | undefined)[] = [];

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  /** Something is quoted, or has to be ended. */
  get isOn(): boolean {
    return this.#all.length > 0;
  }

  /** A fill of a quote waits for its hedge. */
  get isUnderWay(): boolean {
    for (const line of this.#all) if (line.isUnderWay) return true;
    return false;
  }

  standings(nowUs: TimeUs): MakerStanding[] {
    const quoted = this.#all.map((line) => {
      const { maker, hedge, obstacle, open } = line;
      const { sent, most } = line.messages(nowUs);
      return {
        symbol: `${assetName(maker.base)}/${assetName(maker.quote)}`,
        quotedAt: maker.venue,
        hedgedAt: hedge.venue,
        obstacle,
        open: open.toString(),
        messages: sent,
        messagesPerMinute: most,
      };
    });
    return [...quoted, ...this.#refused];
  }

  /** Whatever happened but a book's change: what stands in the way of quotes now takes them away in the same step. */
  onStep(nowUs: TimeUs): void {
    for (const line of this.#all) line.onStep(nowUs);
  }

  /** An order that risk has let through is about to be sent. */
  makeWay(intent: OrderIntent, nowUs: TimeUs): void {
    for (const line of this.#all) line.makeWay(intent, nowUs);
  }

  /** An instrument's book changed. Allocates nothing where nothing is to be done about a quote. */
  onBook(instrumentId: InstrumentId, nowUs: TimeUs): void {
    const lines = this.#linesAt[instrumentId];
    if (lines === undefined) return;
    for (let k = 0; k < lines.length; k++) (lines[k] as MakerLine).onBook(nowUs);
  }

  /** The venue changed an instrument's rules or fee; its book is looked at by the caller. */
  onInstrumentChanged(instrumentId: InstrumentId): void {
    for (const line of this.#linesAt[instrumentId] ?? []) line.forget();
  }

  /** On the grid of ticks; at once after a kill. */
  onTick(nowUs: TimeUs): void {
    const text = this.#parts.settings.execution.makerMarkets;
    if (text !== this.#text) this.#choose(text);
    if (!this.isOn && this.#refused.length === 0) return;
    for (const line of this.#all) line.look(nowUs);
    let hasEnded = false;
    for (const line of this.#closing) {
      if (!line.isOver) continue;
      line.end();
      this.#closing.delete(line);
      hasEnded = true;
    }
    if (hasEnded) this.#arrange();
    if (this.#refused.length > 0 && (hasEnded || nowUs >= this.#againUs)) {
      this.#againUs = nowUs + AGAIN_US;
      this.#begin(this.#refused);
    }
  }

  /** News of an order; false: it is not of a quote or hedge. */
  onOrder(order: Order, isOver: boolean, nowUs: TimeUs): boolean {
    for (const line of this.#all) if (line.onOrder(order, isOver, nowUs)) return true;
    return false;
  }

  onLateFill(order: Order, before: FilledBefore, nowUs: TimeUs): boolean {
    for (const line of this.#all) if (line.onLateFill(order, before, nowUs)) return true;
    return false;
  }

  /** An operator canceled an order: of a quote, the answer is awaited as of a cancel of its own line. */
  onCancelSent(orderId: string, nowUs: TimeUs): void {
    for (const line of this.#all) line.onCancelSent(orderId, nowUs);
  }

  /** A quote of ours that is not over, at its venue or on its way. */
  isOwnQuote(orderId: OrderId): boolean {
    for (const line of this.#all) if (line.isOwnQuote(orderId)) return true;
    return false;
  }

  /** A quote that rests at its venue. */
  isQuote(order: Pick<Order, 'orderId' | 'state'>): boolean {
    for (const line of this.#all) if (line.isQuote(order)) return true;
    return false;
  }

  /** A quote that stands, of which nothing has to be reported. @param answerUs in which a cancel must be answered. */
  isResting(order: Order, nowUs: TimeUs, answerUs: DurationUs): boolean {
    for (const line of this.#all) if (line.isResting(order, nowUs, answerUs)) return true;
    return false;
  }

  #choose(text: string): void {
    this.#text = text;
    const wanted = new Map(makerMarketsOf(text).map((market) => [keyOf(market), market]));
    for (const [key, line] of this.#lines) {
      if (wanted.has(key)) continue;
      line.close();
      this.#lines.delete(key);
      this.#closing.add(line);
    }
    this.#begin([...wanted].flatMap(([key, market]) => (this.#lines.has(key) ? [] : [market])));
  }

  /** Lines of these markets; those that get none now are refused, and looked at again. */
  #begin(markets: readonly MakerMarket[]): void {
    const refused: MakerStanding[] = [];
    for (const { symbol, quotedAt, hedgedAt } of markets) {
      const market = { symbol, quotedAt, hedgedAt };
      const line = this.#lineOf(market);
      if (typeof line === 'string')
        refused.push({ ...market, obstacle: line, open: '0', messages: 0, messagesPerMinute: 0 });
      else this.#lines.set(keyOf(market), line);
    }
    this.#refused = refused;
    this.#arrange();
  }

  /** Lines as they are looked up: all of them, and by instrument. */
  #arrange(): void {
    this.#all = [...this.#lines.values(), ...this.#closing];
    this.#keep();
    this.#linesAt = this.#parts.store.instruments.map(({ id }) => {
      const own = this.#all.filter(({ maker, hedge }) => maker.id === id || hedge.id === id);
      return own.length > 0 ? own : undefined;
    });
  }

  /** A line, or why there is none. */
  #lineOf({ symbol, quotedAt, hedgedAt }: MakerMarket): MakerLine | string {
    if (this.#parts.config.twinOf !== undefined) return 'the twin of an account rests no quotes';
    if (quotedAt === hedgedAt) return 'the venue of the quotes is that of the hedges';
    const maker = this.#instrument(symbol, quotedAt);
    if (typeof maker === 'string') return maker;
    const hedge = this.#instrument(symbol, hedgedAt);
    if (typeof hedge === 'string') return hedge;
    const isSame = (line: MakerLine): boolean => line.maker.id === maker.id;
    if ([...this.#lines.values()].some(isSame)) return `${symbol} at ${quotedAt} is quoted already`;
    if ([...this.#closing].some(isSame)) return `earlier quotes of ${symbol} at ${quotedAt} end first`;
    return new MakerLine(maker, hedge, this.#ports(maker));
  }

  #instrument(symbol: string, venue: VenueName): Instrument | string {
    // By its coins: venues write symbols each in their own way.
    const [found, ...more] = this.#parts.store.instruments.filter(
      (one) => one.venue === venue && `${assetName(one.base)}/${assetName(one.quote)}` === symbol,
    );
    if (found === undefined) return `${symbol} is not traded at ${venue} in this session`;
    if (more.length > 0) {
      const symbols = [found, ...more].map((one) => one.symbol).join(', ');
      return `${venue} has several markets of ${symbol} in this session: ${symbols}`;
    }
    if (found.takerFee === undefined) return `the fee of ${symbol} at ${venue} is not known`;
    // A fill may be of any size, and each hedge of one would pay it whole.
    if (hasOrderCost(found)) return `an order at ${venue} costs gas, which no quote reckons with`;
    return found;
  }

  /** Of real accounts in any case: see ARCHITECTURE.md, “At accounts”. */
  #closedFor(): string | undefined {
    const { config, settings } = this.#parts;
    if (config.mustReconcile !== true) return undefined;
    if (!config.simulatedMarket) return 'quotes do not rest at real accounts yet';
    return settings.execution.makerAtAccounts ? undefined : 'quotes at accounts are turned off';
  }

  /** What all markets but one need of an asset for hedges to come: a hedge of one is made, whatever others may need. */
  #claimed(asset: Asset, but: InstrumentId): Decimal {
    let sum = ZERO;
    for (const line of this.#all) {
      const { maker, hedge } = line;
      if (maker.id === but || (hedge.base !== asset && hedge.quote !== asset)) continue;
      const { base, quote } = line.claims;
      sum = sum.plus(hedge.base === asset ? base : quote);
    }
    return sum;
  }

  /** What hedges of all markets may still spend is kept from cycles, routes, strategies and sweeps, so that a quote that fills can be hedged. */
  #keep(): void {
    const kept = new Map<Asset, Decimal>();
    const more = (asset: Asset, amount: Decimal): void => {
      kept.set(asset, (kept.get(asset) ?? ZERO).plus(amount));
    };
    for (const line of this.#all) {
      const { base, quote } = line.claims;
      more(line.hedge.base, base);
      more(line.hedge.quote, quote);
    }
    this.#parts.portfolio.balances.keep(kept);
  }

  #taken(hedgeId: InstrumentId, but: InstrumentId): { readonly bids: Decimal; readonly asks: Decimal } {
    let [bids, asks] = [ZERO, ZERO];
    for (const line of this.#all) {
      if (line.maker.id === but || line.hedge.id !== hedgeId) continue;
      const { claims } = line;
      [bids, asks] = [bids.plus(claims.bids), asks.plus(claims.asks)];
    }
    return { bids, asks };
  }

  #venueBudget(venue: VenueName): MessageBudget {
    const known = this.#venueBudgets.get(venue) ?? new MessageBudget(MOST_MESSAGES);
    this.#venueBudgets.set(venue, known);
    return known;
  }

  #budgetOf({ id, venue }: Instrument): MessageBudget {
    const known = this.#budgets.get(id) ?? new MessageBudget(MOST_MESSAGES, this.#venueBudget(venue));
    this.#budgets.set(id, known);
    return known;
  }

  #ports(maker: Instrument): MakerPorts {
    const legs = [{ instrumentId: maker.id }];
    const { portfolio, sequencer, monitor, reviewer, settings } = this.#parts;
    const { homeAsset } = portfolio;
    const review = new QuoteReview({ monitor, reviewer, homeAsset, limits: () => settings.limits });
    return {
      ...this.#parts,
      review: (intent, nowUs, quotes) => reviewer.reviewOrder(intent, nowUs, { quotes }),
      forbids: (market, resting, executionId, nowUs) => review.obstacle(market, resting, executionId, nowUs),
      sizeFactor: (instrumentId) => monitor.sizeFactor(instrumentId),
      settings: () => settings.execution,
      limits: () => settings.limits,
      closedFor: () => this.#closedFor(),
      linesAt: (venue) => this.#all.filter(({ maker }) => maker.venue === venue).length,
      linesOver: (venue) =>
        this.#all.filter(({ maker, hedge }) => maker.venue === venue || hedge.venue === venue).length,
      isTraded: () => {
        if (sequencer.isBusy(legs)) return true;
        for (const line of this.#linesAt[maker.id] ?? []) if (line.isHedging(maker.id)) return true;
        return false;
      },
      keep: () => this.#keep(),
      claimed: (asset, but) => this.#claimed(asset, but),
      taken: (hedge, but) => this.#taken(hedge, but),
      bears: (venue) => this.#parts.config.messagesPerMarket?.[venue],
      venueBudget: (venue) => this.#venueBudget(venue),
      budget: this.#budgetOf(maker),
      nextId: () => sequencer.nextId(),
      doubt: (assets) => {
        const doubt = doubtOf(assets, portfolio, monitor.pegs);
        return doubt?.code === 'coin-doubted' ? `in quarantine: ${doubt.detail}` : doubt?.detail;
      },
      leave: (asset, amount) => sequencer.sweeper.residuals.book(asset, amount),
    };
  }
}

function keyOf({ symbol, quotedAt, hedgedAt }: MakerMarket): string {
  return `${symbol}@${quotedAt}>${hedgedAt}`;
}
