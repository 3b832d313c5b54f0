/** The coins of a portfolio as they are typed: a line each, and what their shares leave. */
import { X } from 'lucide-react';
import { MOST_COINS } from '../../../src-engine/contract/portfolio-records.ts';
import { withVenueTitles } from '../../../src-engine/domain/venue-titles.ts';
import { FigureInput } from '../../components/figure-input.tsx';
import { type CoinField, quoteOf, sharesText } from './portfolio-words.ts';

type PortfolioCoinsProps = {
  readonly coins: readonly CoinField[];
  /** Of the session, as `BTC/USD@kraken`. */
  readonly markets: readonly string[];
  /** Percent that stays cash, as it was typed. */
  readonly cash: string;
  /** A market whose share or band is no figure; empty: none is. */
  readonly wrong: string;
  readonly onChange: (coins: readonly CoinField[]) => void;
};

export function PortfolioCoins({ coins, markets, cash, wrong, onChange }: PortfolioCoinsProps) {
  const unused = markets.filter((market) => !coins.some((coin) => coin.market === market));
  // All coins of a portfolio are paid in one currency: another one is chosen while there is one coin.
  const quote = quoteOf(coins);
  const fitting = unused.filter((market) => quoteOf([{ market }]) === quote);
  const [next] = fitting;
  const free = coins.length === 1 ? unused : fitting;
  const change = (id: number, to: Partial<CoinField>) =>
    onChange(coins.map((coin) => (coin.id === id ? { ...coin, ...to } : coin)));
  const shares = sharesText(coins, cash);
  return (
    <fieldset className="portfolio-coins">
      <legend>Coins of the portfolio; within its band nothing is traded</legend>
      <div className="portfolio-coin dim" aria-hidden="true">
        <span>Market</span>
        <span className="portfolio-head">Share %</span>
        <span className="portfolio-head">Band %</span>
        <span />
      </div>
      {coins.map(({ id, market, weight, band }, at) => {
        const name = withVenueTitles(market);
        return (
          <div key={id} className="portfolio-coin">
            <select
              className="input"
              aria-label={`Coin ${at + 1}`}
              value={market}
              onChange={({ target }) => change(id, { market: target.value })}
            >
              {[market, ...free].map((one) => (
                <option key={one} value={one}>
                  {withVenueTitles(one)}
                </option>
              ))}
            </select>
            <FigureInput
              aria-label={`Share of ${name} in %`}
              aria-invalid={wrong === market}
              value={weight}
              onChange={(text) => change(id, { weight: text })}
            />
            <FigureInput
              aria-label={`Band of ${name} in %`}
              aria-invalid={wrong === market}
              value={band}
              onChange={(text) => change(id, { band: text })}
            />
            <button
              type="button"
              className="icon-button"
              aria-label={`Leave out ${name}`}
              disabled={coins.length <= 1}
              onClick={() => onChange(coins.filter((coin) => coin.id !== id))}
            >
              <X size={13} aria-hidden="true" />
            </button>
          </div>
        );
      })}
      <div className="portfolio-sum">
        <span role="status" className={shares.isTooMuch ? 'field-error' : 'field-help'}>
          {shares.text}
        </span>
        <button
          type="button"
          className="button"
          disabled={next === undefined || coins.length >= MOST_COINS}
          onClick={() =>
            next !== undefined &&
            onChange([...coins, { id: nextId(coins), market: next, weight: '10', band: '5' }])
          }
        >
          Add a coin
        </button>
      </div>
    </fieldset>
  );
}

const nextId = (coins: readonly CoinField[]): number => 1 + Math.max(0, ...coins.map(({ id }) => id));
