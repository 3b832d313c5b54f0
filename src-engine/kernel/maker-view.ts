/** What a quoted market goes by, as it is now: the books of its two venues, the settings, and what lies at both. */
import type { BookSync } from '../books/book-sync.ts';
import type { BookStore } from '../books/book-store.ts';
import type { FeeCharge } from '../detection/fee-charge.ts';
import { Decimal, divide, roundToStep, ZERO } from '../domain/decimal.ts';
import type { Asset, InstrumentId, OrderId, VenueName } from '../domain/ids.ts';
import { type Instrument, isTradable } from '../domain/instrument.ts';
import type { ExecutionSettings, RiskLimits } from '../domain/limits.ts';
import type { Portfolio } from '../portfolio/portfolio.ts';
import { amountsOf } from '../risk/limit-amounts.ts';
import { DEFAULT_MAKER_TAKER, type MakerTakerSettings } from '../strategies/maker-taker/maker-taker.ts';
import type { MessageBudget } from '../strategies/maker-taker/message-budget.ts';
import type { Purse } from '../strategies/maker-taker/purse.ts';
import type { QuoteMarket } from '../strategies/maker-taker/quote-rule.ts';

export type ViewPorts = {
  readonly store: BookStore;
  readonly portfolio: Portfolio;
  settings(): ExecutionSettings;
  limits(): RiskLimits;
  chargeAt(venue: VenueName): FeeCharge;
  /** Part of the limits on size that may be used at a venue: less than 1 while its canary is out. */
  shareAt(venue: VenueName): number;
  /** What other markets than that quoted as this instrument need of an asset for their hedges. */
  claimed(asset: Asset, but: InstrumentId): Decimal;
  /** Base that they take of a hedge's book. */
  taken(hedge: InstrumentId, but: InstrumentId): { readonly bids: Decimal; readonly asks: Decimal };
  /** Messages a minute of orders that rest in one market that the account's limits at a venue bear; undefined: more than is ever sent. */
  bears(venue: VenueName): number | undefined;
  /** Of all that is quoted at a venue. */
  venueBudget(venue: VenueName): MessageBudget;
  /** Quoted markets that share the messages of a venue. */
  linesAt(venue: VenueName): number;
  /** Markets that are quoted or hedged at a venue. */
  linesOver(venue: VenueName): number;
  /** What is left of an order's size where sizes are cut; 1: all of it. */
  sizeFactor(instrumentId: InstrumentId): number;
};

/** Placements and cancels a minute at a venue, over all that is quoted there. */
const MESSAGES_A_MINUTE = DEFAULT_MAKER_TAKER.messagesPerMinute;
/** Of what risk lets one order be worth: an ask stands above the mark that its size was reckoned with. */
const ORDER_ROOM = 0.9;

/** The size of a quote follows a falling price once it is off by more than this part; a rising one at once, by half of it more. */
const RESIZE_SHARE = 0.1;

type Market = { -readonly [F in keyof QuoteMarket]: QuoteMarket[F] } & { readonly sync: BookSync };

export class MakerView {
  readonly maker: QuoteMarket;
  readonly hedge: QuoteMarket;
  readonly purse: Purse = { makerBase: ZERO, makerQuote: ZERO, hedgeBase: ZERO, hedgeQuote: ZERO };
  readonly terms: { -readonly [F in keyof MakerTakerSettings]: MakerTakerSettings[F] };
  /** The base has a price: how large a quote may be is known. */
  isPriced = false;
  /** A canary is out at one of its venues. */
  isCanary = false;
  readonly #ports: ViewPorts;
  readonly #maker: Market;
  readonly #hedge: Market;
  #balances = -1;
  #settings: ExecutionSettings | undefined;
  #limits: RiskLimits | undefined;

  constructor(maker: Instrument, hedge: Instrument, ports: ViewPorts) {
    this.#ports = ports;
    this.terms = { ...DEFAULT_MAKER_TAKER, maxQty: ZERO, maxNaked: ZERO };
    const marketOf = (instrument: Instrument): Market => {
      const sync = ports.store.sync(instrument.id);
      return { instrument, sync, book: sync.book, charge: ports.chargeAt(instrument.venue), isLive: false };
    };
    this.#maker = marketOf(maker);
    this.#hedge = marketOf(hedge);
    this.maker = this.#maker;
    this.hedge = this.#hedge;
  }

  /** Settings and balances are those of the last `refresh`. Marks are looked at on the grid of ticks. */
  get isFresh(): boolean {
    const { portfolio } = this.#ports;
    return (
      portfolio.balances.version === this.#balances &&
      this.#ports.settings() === this.#settings &&
      this.#ports.limits() === this.#limits
    );
  }

  /** Which of the two books can be traded on. @param mayQuote nothing else stands in the way. */
  seeBooks(mayQuote: boolean): void {
    this.#hedge.isLive = isQuotable(this.#hedge);
    this.#maker.isLive = mayQuote && isQuotable(this.#maker);
  }

  /** Settings and balances as they are now: of the latter all that no other order or holding has. */
  refresh(ownOrders: Iterable<OrderId>): void {
    const settings = this.#ports.settings();
    const limits = this.#ports.limits();
    this.#settings = settings;
    this.#limits = limits;
    const { terms, purse } = this;
    terms.edgeBps = settings.makerEdgeBps;
    terms.maxLossBps = settings.makerMaxLossBps;
    terms.deadlineMs = settings.makerDeadlineMs;
    terms.collarBps = limits.priceCollarBps;
    terms.hedgeAfter = settings.makerAfterEnd ? 'order-end' : 'fill';
    terms.pingPong = settings.makerPingPong;
    const lines = Math.max(1, this.#ports.linesAt(this.#maker.instrument.venue));
    const { venue } = this.#maker.instrument;
    const most = Math.min(MESSAGES_A_MINUTE, 30 * limits.maxOrdersPerSecond);
    this.#ports.venueBudget(venue).most = most;
    const share = Math.max(1, Math.floor(most / lines));
    terms.messagesPerMinute = Math.min(share, this.#ports.bears(venue) ?? share);
    this.#resize(settings, limits);
    const { balances } = this.#ports.portfolio;
    this.#balances = balances.version;
    const orders = [...ownOrders];
    const own = (asset: Asset): Decimal => {
      let promised = ZERO;
      for (const orderId of orders) promised = promised.plus(balances.promised(orderId, asset));
      return Decimal.max(ZERO, balances.free(asset).plus(promised));
    };
    const [maker, hedge] = [this.#maker.instrument, this.#hedge.instrument];
    purse.makerBase = own(maker.base);
    purse.makerQuote = own(maker.quote);
    purse.hedgeBase = own(hedge.base);
    purse.hedgeQuote = own(hedge.quote);
    const claimed = (asset: Asset): Decimal => this.#ports.claimed(asset, maker.id);
    purse.claimed = {
      makerBase: claimed(maker.base),
      makerQuote: claimed(maker.quote),
      hedgeBase: claimed(hedge.base),
      hedgeQuote: claimed(hedge.quote),
      ...this.#ports.taken(hedge.id, maker.id),
    };
  }

  /**
   * A quote is worth no more than the setting, and no more than risk lets one order be now; while a canary is out at either venue all
   * markets there share what one of its orders may be.
   */
  #most({ makerMaxNotional }: ExecutionSettings, limits: RiskLimits): Decimal {
    const venues = [this.#maker.instrument.venue, this.#hedge.instrument.venue];
    const shares = venues.map((venue) => {
      const share = this.#ports.shareAt(venue);
      return share < 1 ? share / Math.max(1, this.#ports.linesOver(venue)) : 1;
    });
    const share = Math.min(...shares);
    this.isCanary = share < 1;
    const factor = share * this.#ports.sizeFactor(this.#maker.instrument.id) * ORDER_ROOM;
    return Decimal.min(makerMaxNotional, amountsOf(limits).maxOrderNotional.times(factor));
  }

  #resize(settings: ExecutionSettings, limits: RiskLimits): void {
    const { terms } = this;
    const { base, lotSize } = this.#maker.instrument;
    const mark = this.#ports.portfolio.valueOf(base, new Decimal(1));
    this.isPriced = mark !== undefined && mark.gt(0);
    if (mark === undefined || mark.lte(0)) return;
    const wanted = roundToStep(divide(this.#most(settings, limits), mark, 24, 'down'), lotSize, 'down');
    const { maxQty } = terms;
    if (maxQty.gt(0) && wanted.gte(maxQty) && wanted.lte(maxQty.times(1 + RESIZE_SHARE))) return;
    // No quote is worth more than the setting: one that would be goes, and the next leaves room for a price that rises on.
    const less = roundToStep(wanted.times(1 - RESIZE_SHARE / 2), lotSize, 'down');
    terms.maxQty = wanted.lt(maxQty) && less.gt(0) ? less : wanted;
    terms.maxNaked = terms.maxQty;
  }
}

function isQuotable({ sync, book, instrument }: Market): boolean {
  return sync.state === 'live' && !book.isOneSided && !book.isCrossed && isTradable(instrument);
}
