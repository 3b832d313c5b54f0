/** How proposals of a portfolio are put into words. Pure. */
import type { PortfolioCoin } from '../../../src-engine/contract/portfolio-records.ts';
import { ABSENT } from '../../lib/decimal-text.ts';
import { fixedText } from '../../lib/figures.ts';
import { typedFigure } from '../../lib/typed-figure.ts';
import type { Word } from '../../lib/words.ts';

export const WHY_WORDS: Readonly<Record<PortfolioCoin['why'], Word>> = {
  traded: {
    label: 'Trading',
    explain: 'The benefit exceeds the cost: it is carried out from the next tick on.',
    tone: 'good',
  },
  'way-back': {
    label: 'Way back',
    explain: 'A signal is over: what it asked for goes back. Its cost was counted before it was begun.',
    tone: 'good',
  },
  'within-band': {
    label: 'Within band',
    explain: 'Its share is within the band: nothing is to be traded.',
    tone: 'quiet',
  },
  'cost-above-benefit': {
    label: 'Costs more',
    explain: 'Fee, spread and slippage of the trade exceed what it is expected to bring.',
    tone: 'warn',
  },
  'no-cash': {
    label: 'No cash',
    explain: 'What would be spent is to stay cash, or a sale has yet to bring it.',
    tone: 'warn',
  },
  'variance-unknown': {
    label: 'Warming up',
    explain: 'Too few bars for the variance on which the benefit rests.',
    tone: 'info',
  },
  waits: {
    label: 'Waits',
    explain:
      'It pays. The trade of a bar before was not carried out: it is tried again later, ever less often.',
    tone: 'warn',
  },
  'no-book': { label: 'No book', explain: 'The book of the market is not live.', tone: 'warn' },
  'no-depth': { label: 'No depth', explain: 'The book shows less than the trade would take.', tone: 'warn' },
  'fee-unknown': { label: 'Fee unknown', explain: 'The fee of the market is not known.', tone: 'warn' },
  'below-minimum': {
    label: 'Too small',
    explain: 'The trade is below the smallest order of the venue.',
    tone: 'quiet',
  },
};

export const percentText = (share: number | null): string =>
  share === null ? ABSENT : `${fixedText(share * 100, 2)} %`;

/** From its lower edge to its upper one; no share is below 0. */
export const bandText = ({ target, band }: Pick<PortfolioCoin, 'target' | 'band'>): string =>
  `${fixedText(Math.max(0, target - band) * 100, 1)} to ${fixedText((target + band) * 100, 1)} %`;

/** A coin of the form: its market, share and band as they were typed. Its line keeps its number when another market is chosen. */
export type CoinField = {
  readonly id: number;
  readonly market: string;
  readonly weight: string;
  readonly band: string;
};

/** What the shares add up to, and what they leave beside the cash that stays. */
export function sharesText(
  coins: readonly Pick<CoinField, 'weight'>[],
  cash: string,
): { readonly text: string; readonly isTooMuch: boolean } {
  const shares = coins.reduce((sum, { weight }) => sum + typedFigure(weight), 0);
  const kept = typedFigure(cash);
  if (Number.isNaN(shares + kept))
    return { text: 'Shares are added up once all are figures.', isTooMuch: false };
  const [sum, stays] = [shares, kept].map((percent) => `${fixedText(percent, 1)} %`);
  const left = 100 - shares - kept;
  // Shares of a tenth do not add up exactly.
  if (left < -1e-9) {
    return { text: `${sum} of coins and ${stays} of cash are more than 100 %.`, isTooMuch: true };
  }
  return {
    text: `${sum} of coins, ${fixedText(100 - shares, 1)} % of cash (at least ${stays}).`,
    isTooMuch: false,
  };
}

/** The currency that all of them are paid in, by the first of them: `USD` of `BTC/USD@kraken`. */
export const quoteOf = (coins: readonly Pick<CoinField, 'market'>[]): string =>
  coins[0]?.market.split('@')[0]?.split('/')[1] ?? '';
