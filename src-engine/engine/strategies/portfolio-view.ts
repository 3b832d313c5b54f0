/** A portfolio's targets and proposals, in amounts of its quote currency: what it holds as of now, and what its last bar proposed. */
import type { BookStore } from '../../books/book-store.ts';
import type { PortfolioCoin, PortfolioView } from '../../contract/portfolio-records.ts';
import { type Decimal, decimal, divide, fromUnits, ZERO } from '../../domain/decimal.ts';
import { LEAST_RETURNS } from '../../strategies/rebalancing/covariance.ts';
import { type CoinReport, Portfolio } from '../../strategies/rebalancing/portfolio-strategy.ts';
import type { MarketPosition } from '../../strategies/session/market-position.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';

/** Places of amounts that are estimates, and of shares. */
const PLACES = 8;
const SHARE_PLACES = 12;
const VALUE_PLACES = 30;
const TWO = decimal(2);

/** Null: it is none. */
export function portfolioOf(
  { host, setup, markets, cash }: RunningStrategy,
  store: Pick<BookStore, 'sync'>,
): PortfolioView | null {
  if (!(host?.strategy instanceof Portfolio)) return null;
  const { atUs, value: judged, cashTarget, bars, coins } = host.strategy.report();
  // Cash, coins and their worth are of one moment, which is now: a bar may be a day old.
  const values = markets.map((market) => valueOf(market, store));
  const isPriced = values.every((value) => value !== undefined);
  const worth = isPriced ? sum([cash, ...values]) : undefined;
  return {
    atUs,
    value: worth?.toDecimalPlaces(PLACES).toFixed() ?? null,
    cash: cash.toFixed(),
    cashShare: shareOf(cash, worth),
    cashTarget,
    bars,
    barsNeeded: LEAST_RETURNS,
    coins: coins.flatMap((coin, at) => {
      const market = markets[at];
      if (market === undefined) return [];
      const { instrument, holding } = market;
      return [
        {
          venue: instrument.venue,
          symbol: instrument.symbol,
          base: instrument.symbol.split('/')[0] ?? '',
          ...proposed(coin, amount(decimal(setup.stake), judged)),
          actual: shareOf(values[at], worth),
          value: values[at]?.toDecimalPlaces(PLACES).toFixed() ?? null,
          held: holding.qty.toFixed(),
        },
      ];
    }),
  };
}

/** @param whole that it was worth then. */
function proposed(
  coin: CoinReport,
  whole: Decimal,
): Omit<PortfolioCoin, 'venue' | 'symbol' | 'base' | 'actual' | 'value' | 'held'> {
  const of = (share: number | null): Decimal | null => (share === null ? null : amount(whole, share));
  const costs = [coin.fee, coin.spread, coin.slippage, coin.wayBack].map(of);
  const gains = [coin.growth, coin.signal].map(of);
  const [fee = null, spread = null, slippage = null, wayBack = null] = costs.map(textOf);
  const [growth = null, signal = null] = gains.map(textOf);
  const { recommendation: said } = coin;
  return {
    weight: coin.base,
    target: coin.target,
    band: coin.band,
    trade: amount(whole, coin.trade).toFixed(),
    fee,
    spread,
    slippage,
    wayBack,
    cost: textOf(sumOf(costs)),
    prepaid: textOf(of(coin.prepaid)),
    growth,
    signal,
    benefit: textOf(sumOf(gains)),
    why: coin.why,
    recommendation:
      said === null
        ? null
        : {
            source: said.source,
            side: said.side,
            probability: said.probability,
            believed: known(said.believed),
            right: said.right,
            judged: said.judged,
            edgeBps: known(said.edge * 10_000),
            tilt: said.tilt,
            untilUs: said.untilUs,
          },
  };
}

/** At the middle of its book; undefined: there is no live price. */
function valueOf(
  { instrument: { id, priceDecimals }, holding }: MarketPosition,
  store: Pick<BookStore, 'sync'>,
): Decimal | undefined {
  if (holding.isFlat) return ZERO;
  const { state, book } = store.sync(id);
  if (state !== 'live' || book.isOneSided || book.isCrossed) return undefined;
  const both = fromUnits(book.bestBid, priceDecimals).plus(fromUnits(book.bestAsk, priceDecimals));
  return divide(holding.qty.times(both), TWO, VALUE_PLACES, 'down');
}

function shareOf(part: Decimal | undefined, worth: Decimal | undefined): number | null {
  if (part === undefined || worth === undefined) return null;
  return worth.gt(0) ? divide(part, worth, SHARE_PLACES, 'down').toNumber() : 0;
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
const textOf = (value: Decimal | null): string | null => value?.toFixed() ?? null;
const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((total, part) => total.plus(part), ZERO);

/** Null: a part of it is not known. */
function sumOf(parts: readonly (Decimal | null)[]): Decimal | null {
  const all = parts.filter((part) => part !== null);
  return all.length < parts.length ? null : sum(all);
}

function amount(whole: Decimal, share: number): Decimal {
  return whole.times(share.toPrecision(15)).toDecimalPlaces(PLACES);
}
