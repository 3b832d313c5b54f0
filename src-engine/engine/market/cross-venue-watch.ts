/**
 * Markets that lie at several venues, sampled by the session's tick and never by a book update: the edge between each two venues,
 * and who moves first. Only live books count. Bounded: a ring of a minute an instrument, a cell for each pair of venues.
 */
import {
  type CrossMarket,
  type CrossVenueRow,
  type CrossVenueView,
  MAX_CROSS_MARKETS,
  type SpreadCell,
} from '../../contract/cross-venue-records.ts';
import { topics } from '../../contract/topics.ts';
import { buyRate, sellRate, toBps } from '../../detection/costs.ts';
import { chargedFee } from '../../detection/fee-charge.ts';
import { SpreadCells } from '../../detection/spread-cells.ts';
import { type Decimal, divide, fromUnits, ONE, textOf } from '../../domain/decimal.ts';
import type { InstrumentId } from '../../domain/ids.ts';
import { hasOrderCost, type Instrument, isTradable } from '../../domain/instrument.ts';
import type { TimeUs } from '../../domain/time.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type LeadLag, leadLag } from '../../statistics/lead-lag.ts';

/** Samples that are kept: a minute on the grid of ticks, which are 100 ms apart. */
const SAMPLES = 600;
const SAMPLE_MS = 100;
/** Lags that are looked at: a second to either side. */
const MOST_STEPS = 10;
/** Places of a price after its fee beyond those of the price itself. */
const FEE_PLACES = 4;

type Market = {
  readonly base: string;
  readonly quote: string;
  readonly members: readonly Instrument[];
  /** Cell row × members + column: bought at the row, sold at the column. */
  readonly cells: SpreadCells;
};

export class CrossVenueWatch {
  readonly #kernel: Kernel;
  readonly #markets: readonly Market[];
  readonly #marketOf: readonly (Market | undefined)[];
  /** Logarithms of mids by instrument of such a market; NaN while its book is not live. */
  readonly #mids = new Map<InstrumentId, Float64Array>();
  /** Net of fees, by instrument; NaN: cannot be traded now. */
  readonly #buyRates: Float64Array;
  readonly #sellRates: Float64Array;
  #count = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    const { instruments } = kernel.store;
    const byName = Map.groupBy(instruments, ({ base, quote }) => `${assetName(base)}/${assetName(quote)}`);
    this.#markets = [...byName.values()]
      .filter((members) => new Set(members.map(({ venue }) => venue)).size > 1)
      .map((members) => ({
        base: assetName((members[0] as Instrument).base),
        quote: assetName((members[0] as Instrument).quote),
        members,
        cells: new SpreadCells(members.length ** 2),
      }));
    const marketOf: (Market | undefined)[] = instruments.map(() => undefined);
    for (const market of this.#markets)
      for (const { id } of market.members) {
        marketOf[id] = market;
        this.#mids.set(id, new Float64Array(SAMPLES).fill(Number.NaN));
      }
    this.#marketOf = marketOf;
    this.#buyRates = new Float64Array(instruments.length).fill(Number.NaN);
    this.#sellRates = new Float64Array(instruments.length).fill(Number.NaN);
  }

  /** Once a tick. */
  sample(): void {
    const at = this.#count++ % SAMPLES;
    for (const market of this.#markets) {
      for (const { id } of market.members) this.#sampleOne(id, at);
      this.#compare(market);
    }
  }

  /** As the topic asks for it. */
  read(params: unknown, nowUs: TimeUs): CrossVenueView | undefined {
    return this.view(topics.crossVenue.params.parse(params).instrumentId, nowUs);
  }

  /** The market of an instrument; undefined when there is no such instrument. */
  view(instrumentId: InstrumentId, nowUs: TimeUs): CrossVenueView | undefined {
    const { instruments } = this.#kernel.store;
    const instrument = instruments[instrumentId];
    if (instrument === undefined) return undefined;
    const market = this.#marketOf[instrumentId];
    const members = market?.members ?? [instrument];
    const isQuarantined = this.#isQuarantined(instrument);
    return {
      base: assetName(instrument.base),
      quote: assetName(instrument.quote),
      isQuarantined,
      rows: this.#rows(members, nowUs, isQuarantined),
      cells: market === undefined ? [] : this.#cells(market, isQuarantined),
      markets: this.#list(),
    };
  }

  /** No route trades it: what its prices show between venues is no edge. */
  #isQuarantined({ base, quote }: Pick<Instrument, 'base' | 'quote'>): boolean {
    const { portfolio } = this.#kernel;
    return portfolio.isDoubted(base) || portfolio.isDoubted(quote);
  }

  #sampleOne(id: InstrumentId, at: number): void {
    const { store, desk } = this.#kernel;
    const { state, book } = store.sync(id);
    const isLive = state === 'live' && !book.isOneSided && !book.isCrossed;
    (this.#mids.get(id) as Float64Array)[at] = isLive
      ? Math.log((book.bestBid + book.bestAsk) / 2)
      : Number.NaN;
    const grid = desk.routes.gridOf(id);
    const isUsable = isLive && grid.tradable;
    this.#buyRates[id] = isUsable ? buyRate(grid, book.bestAsk) : Number.NaN;
    this.#sellRates[id] = isUsable ? sellRate(grid, book.bestBid) : Number.NaN;
  }

  #compare({ members, cells }: Market): void {
    for (const [row, buy] of members.entries())
      for (const [column, sell] of members.entries())
        if (buy.venue !== sell.venue) {
          const yields = (this.#buyRates[buy.id] as number) * (this.#sellRates[sell.id] as number);
          cells.take(row * members.length + column, toBps(yields - 1));
        }
  }

  #cells({ members, cells }: Market, isQuarantined: boolean): SpreadCell[] {
    return members.flatMap((buy, row) =>
      members.flatMap((sell, column) => {
        if (buy.venue === sell.venue) return [];
        const cell = row * members.length + column;
        const netBps = cells.shownBps[cell] as number;
        const isKnown = !Number.isNaN(netBps);
        return {
          buyAt: buy.id,
          sellAt: sell.id,
          netBps: isKnown ? netBps : null,
          grossBps: isKnown ? this.#grossBps(buy, sell) : null,
          band:
            isKnown && !isQuarantined && !hasOrderCost(buy) && !hasOrderCost(sell)
              ? cells.bandOf(cell)
              : null,
        };
      }),
    );
  }

  #grossBps(buy: Instrument, sell: Instrument): number | null {
    const { books } = this.#kernel.store;
    const ask = (books[buy.id]?.bestAsk ?? 0) * 10 ** -buy.priceDecimals;
    const bid = (books[sell.id]?.bestBid ?? 0) * 10 ** -sell.priceDecimals;
    return ask > 0 && bid > 0 ? toBps(bid / ask - 1) : null;
  }

  #rows(members: readonly Instrument[], nowUs: TimeUs, isQuarantined: boolean): CrossVenueRow[] {
    const returns = new Map(members.map(({ id }) => [id, this.#returnsOf(id)]));
    const rows = members.map((member) => this.#row(member, members, returns, nowUs));
    // Prices of two coins have no best one.
    if (isQuarantined) return rows;
    // Nor has a price a place among others whose order costs something besides: how much that is of each unit is for its size to say.
    const free = rows.filter(({ orderCost }) => orderCost === undefined);
    const bestBid = Math.max(...free.map(({ netBid }) => Number(netBid ?? 0)));
    const bestAsk = Math.min(...free.map(({ netAsk }) => Number(netAsk ?? Number.POSITIVE_INFINITY)));
    return rows.map((row) => ({
      ...row,
      isBestBid: row.orderCost === undefined && row.netBid !== null && Number(row.netBid) === bestBid,
      isBestAsk: row.orderCost === undefined && row.netAsk !== null && Number(row.netAsk) === bestAsk,
    }));
  }

  #row(
    instrument: Instrument,
    members: readonly Instrument[],
    returns: ReadonlyMap<InstrumentId, Float64Array>,
    nowUs: TimeUs,
  ): CrossVenueRow {
    const { store, desk } = this.#kernel;
    const { id, venue, symbol, priceDecimals, qtyDecimals, stoppedFor, status } = instrument;
    const { state, reason, book, lastUpdateUs } = store.sync(id);
    const isLive = state === 'live' && !book.isCrossed;
    const bid = isLive && book.bidCount > 0 ? fromUnits(book.bestBid, priceDecimals) : null;
    const ask = isLive && book.askCount > 0 ? fromUnits(book.bestAsk, priceDecimals) : null;
    const lead = this.#leadOf(id, members, returns);
    const shut = stoppedFor !== '' ? stoppedFor : status === 'online' ? 'its fee is not known' : status;
    const qtyText = (units: number | undefined) => textOf(fromUnits(units ?? 0, qtyDecimals));
    return {
      instrumentId: id,
      venue,
      symbol,
      state,
      reason: state !== 'live' ? reason : isTradable(instrument) ? '' : `not traded: ${shut}`,
      ageUs: lastUpdateUs === 0 ? null : Math.max(0, nowUs - lastUpdateUs),
      roundTripUs: desk.routes.measuredRoundTripUs(venue) ?? null,
      bid: bid && textOf(bid),
      bidQty: bid && qtyText(book.bidQtys[0]),
      ask: ask && textOf(ask),
      askQty: ask && qtyText(book.askQtys[0]),
      feeBps: instrument.takerFee === undefined ? null : this.#feeOf(instrument).times(10_000).toNumber(),
      netBid: bid && this.#netOf(instrument, bid, 'sell'),
      netAsk: ask && this.#netOf(instrument, ask, 'buy'),
      orderCost: hasOrderCost(instrument) ? textOf(instrument.orderCost) : undefined,
      isBestBid: false,
      isBestAsk: false,
      leadMs: lead === undefined ? null : lead.steps * SAMPLE_MS,
      leadCorrelation: lead?.correlation ?? null,
    };
  }

  #feeOf(instrument: Instrument): Decimal {
    return chargedFee(instrument, this.#kernel.desk.routes.chargeAt(instrument.venue));
  }

  /** Null where it cannot be traded: nothing is net of a fee that is not known. */
  #netOf(instrument: Instrument, price: Decimal, side: 'buy' | 'sell'): string | null {
    if (!isTradable(instrument)) return null;
    const fee = this.#feeOf(instrument);
    const places = instrument.priceDecimals + FEE_PLACES;
    if (side === 'sell') return textOf(divide(price.times(ONE.minus(fee)), ONE, places, 'down'));
    const isReceived = this.#kernel.desk.routes.chargeAt(instrument.venue).in === 'received';
    const paid = isReceived
      ? divide(price, ONE.minus(fee), places, 'up')
      : divide(price.times(ONE.plus(fee)), ONE, places, 'up');
    return textOf(paid);
  }

  /** Oldest first; NaN where one of its two mids is missing. */
  #returnsOf(id: InstrumentId): Float64Array {
    const mids = this.#mids.get(id);
    const returns = new Float64Array(SAMPLES).fill(Number.NaN);
    if (mids === undefined) return returns;
    for (let k = 1; k < SAMPLES; k++)
      returns[k] =
        (mids[(this.#count + k) % SAMPLES] as number) - (mids[(this.#count + k - 1) % SAMPLES] as number);
    return returns;
  }

  /** Of one venue's price against the mean of the others. */
  #leadOf(
    id: InstrumentId,
    members: readonly Instrument[],
    returns: ReadonlyMap<InstrumentId, Float64Array>,
  ): LeadLag | undefined {
    const others = members.filter((one) => one.id !== id).map((one) => returns.get(one.id) as Float64Array);
    if (others.length === 0) return undefined;
    const mean = Float64Array.from({ length: SAMPLES }, (_, k) => {
      let [sum, n] = [0, 0];
      for (const other of others) {
        const move = other[k] as number;
        if (Number.isNaN(move)) continue;
        sum += move;
        n++;
      }
      return n === 0 ? Number.NaN : sum / n;
    });
    return leadLag(returns.get(id) as Float64Array, mean, MOST_STEPS);
  }

  #list(): CrossMarket[] {
    return this.#markets
      .map(({ members, base, quote, cells }) => {
        const edges = cells.shownBps.filter((edge) => !Number.isNaN(edge));
        return {
          instrumentId: (members[0] as Instrument).id,
          base,
          quote,
          venues: new Set(members.map(({ venue }) => venue)).size,
          bestBps: edges.length === 0 ? null : Math.max(...edges),
          isQuarantined: this.#isQuarantined({ base, quote }),
        };
      })
      .sort(
        (a, b) =>
          Number(a.isQuarantined) - Number(b.isQuarantined) || (b.bestBps ?? -1e9) - (a.bestBps ?? -1e9),
      )
      .slice(0, MAX_CROSS_MARKETS);
  }
}
