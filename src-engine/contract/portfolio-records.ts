/** Targets of a portfolio beside what it holds, as views have them; part of a strategy's row. */
import { z } from 'zod';
import { decimalText, timeUs } from '../domain/value-schemas.ts';

/** Coins of a portfolio at most. */
export const MOST_COINS = 12;
const share = z.number();

/** What another strategy says of the coin, and how far it is believed. */
const recommendation = z.object({
  source: z.string().max(250),
  side: z.enum(['up', 'down']),
  /** As it was said, and no more than the lower end of the 95 % interval of its own hits; null: too few outcomes. */
  probability: share,
  believed: share.nullable(),
  right: z.number().int().min(0),
  judged: z.number().int().min(0),
  /** Expected of the move before costs, in bps; null: not known. */
  edgeBps: z.number().nullable(),
  /** Share of the portfolio by which the target moves: below 0 less. */
  tilt: share,
  untilUs: timeUs,
});

const portfolioCoin = z.object({
  venue: z.string(),
  symbol: z.string(),
  base: z.string(),
  /** Shares of the portfolio's value: by the trader, with what signals ask for, and half the width of its band. */
  weight: share,
  target: share,
  band: share,
  /** As held now, and its value in quote at the middle of the book; null: a book is not live. */
  actual: share.nullable(),
  value: decimalText.nullable(),
  held: decimalText,
  /** Of the last bar: what brings it back towards its target, in quote, below 0: a sale; 0: none was needed. */
  trade: decimalText,
  /** Of that trade, in quote: the fee, half the spread, what its size takes of the book beyond, and the way back of what a signal asks for; null: not known. */
  fee: decimalText.nullable(),
  spread: decimalText.nullable(),
  slippage: decimalText.nullable(),
  wayBack: decimalText.nullable(),
  cost: decimalText.nullable(),
  /** Part of that cost that was counted as the way back when a signal asked for it. */
  prepaid: decimalText.nullable(),
  /** Expected of it, in quote: the growth that the deviation would cost over the horizon, and the edge of a signal; null: not known. */
  growth: decimalText.nullable(),
  signal: decimalText.nullable(),
  benefit: decimalText.nullable(),
  why: z.enum([
    'traded',
    'way-back',
    'within-band',
    'cost-above-benefit',
    'no-cash',
    'variance-unknown',
    'waits',
    'no-book',
    'no-depth',
    'fee-unknown',
    'below-minimum',
  ]),
  recommendation: recommendation.nullable(),
});
export type PortfolioCoin = z.infer<typeof portfolioCoin>;

export const portfolioReport = z.object({
  /** Of the last bar that was judged; 0: none yet. */
  atUs: timeUs,
  /** Of all that it holds now at the middle of the books, and the part that is cash, in quote; null: a book is not live. */
  value: decimalText.nullable(),
  cash: decimalText,
  cashShare: share.nullable(),
  cashTarget: share,
  /** Bars that variances rest on, and how many they need. */
  bars: z.number().int().min(0),
  barsNeeded: z.number().int().min(0),
  coins: z.array(portfolioCoin).max(MOST_COINS),
});
export type PortfolioView = z.infer<typeof portfolioReport>;
