/** A portfolio's targets and proposals, in amounts of its quote currency. */
import type { PortfolioView } from '../../contract/portfolio-records.ts';
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import { LEAST_RETURNS } from '../../strategies/rebalancing/covariance.ts';
import { Portfolio } from '../../strategies/rebalancing/portfolio-strategy.ts';
import type { RunningStrategy } from '../../strategies/session/running-strategy.ts';

/** Places of amounts that are estimates. */
const PLACES = 8;

/** Null: it is none. */
export function portfolioOf({ host, setup, markets, figures }: RunningStrategy): PortfolioView | null {
  if (!(host?.strategy instanceof Portfolio)) return null;
  const { atUs, value, cash, cashTarget, bars, coins } = host.strategy.report();
  const stake = decimal(setup.stake);
  const whole = amount(stake, value);
  // What is booked is exact, and does not wait for a bar.
  const left = markets.reduce(
    (sum: Decimal, { holding }) => sum.minus(holding.cost),
    stake.plus(figures.realized),
  );
  return {
    atUs,
    value: whole.toFixed(),
    cash: left.toFixed(),
    cashShare: value > 0 ? cash / value : 0,
    cashTarget,
    bars,
    barsNeeded: LEAST_RETURNS,
    coins: coins.map((coin, at) => {
      const market = markets[at];
      const parts = [coin.fee, coin.spread, coin.slippage, coin.wayBack].map((share) => amount(whole, share));
      const gains = [coin.growth, coin.signal].map((share) => amount(whole, share));
      const [fee, spread, slippage, wayBack] = parts.map((part) => part.toFixed());
      const [growth, signal] = gains.map((part) => part.toFixed());
      const { recommendation: said } = coin;
      return {
        venue: market?.instrument.venue ?? '',
        symbol: market?.instrument.symbol ?? '',
        base: market?.instrument.symbol.split('/')[0] ?? '',
        weight: coin.base,
        target: coin.target,
        band: coin.band,
        actual: coin.actual,
        value: amount(whole, coin.actual).toFixed(),
        held: market?.holding.qty.toFixed() ?? '0',
        trade: amount(whole, coin.trade).toFixed(),
        fee: fee as string,
        spread: spread as string,
        slippage: slippage as string,
        wayBack: wayBack as string,
        cost: sum(parts).toFixed(),
        growth: growth as string,
        signal: signal as string,
        benefit: sum(gains).toFixed(),
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
    }),
  };
}

const known = (value: number): number | null => (Number.isFinite(value) ? value : null);
const sum = (parts: readonly Decimal[]): Decimal => parts.reduce((total, part) => total.plus(part), ZERO);

function amount(whole: Decimal, share: number): Decimal {
  return whole.times(share.toPrecision(15)).toDecimalPlaces(PLACES);
}
