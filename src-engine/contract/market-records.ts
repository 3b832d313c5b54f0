/** What the market did lately, as the window draws it: public trades and bars. Kept in memory, by instrument. */
import { z } from 'zod';

/** Trades of an instrument that are kept, newest first. */
export const MAX_TRADES = 200;

export const barSpan = z.enum(['1s', '1m']);
export type BarSpan = z.infer<typeof barSpan>;
/** Bars that are kept: a quarter of an hour, and twelve hours. */
export const KEPT_BARS: Readonly<Record<BarSpan, number>> = { '1s': 900, '1m': 720 };
export const MAX_BARS = 900;
export const BAR_SPAN_US: Readonly<Record<BarSpan, number>> = { '1s': 1_000_000, '1m': 60_000_000 };

/** Numbers of one trade in `trades`: receivedUs, price, quantity, side (1: the taker bought, −1: sold). */
export const TRADE_FIELDS = 4;

export const tradesView = z.object({
  instrumentId: z.number().int(),
  /** Since the session began: a window that sees it jump by more than it was sent knows what it missed. */
  total: z.number().int(),
  /** TRADE_FIELDS numbers each, newest first. Price and quantity in the instrument's units. */
  trades: z.array(z.number()),
});
export type TradesView = z.infer<typeof tradesView>;

/**
 * One bar of middle prices, sampled ten times a second while the book is live, and of the trades in the same time. The
 * four prices are best bid plus best ask, hence twice the middle, so that they stay integers.
 */
export const bar = z.object({
  startUs: z.number().int(),
  openTwice: z.number(),
  highTwice: z.number(),
  lowTwice: z.number(),
  closeTwice: z.number(),
  /** Ask minus bid, of the last sample and the widest one. */
  spread: z.number(),
  widestSpread: z.number(),
  /** Of public trades. */
  volume: z.number(),
  trades: z.number().int(),
});
export type Bar = z.infer<typeof bar>;

/** The bar under way and the ones before it: what a chart appends to what `listBars` gave. */
export const barsView = z.object({ instrumentId: z.number().int(), span: barSpan, bars: z.array(bar) });
export type BarsView = z.infer<typeof barsView>;

/** Names of `REGIMES` of the ensemble, which a test holds to them. */
export const regimeName = z.enum(['trend-up', 'trend-down', 'range', 'volatile', 'illiquid', 'crisis']);
/** Bars of one regime in a row, oldest first. */
export const regimeSpan = z.object({ regime: regimeName, fromUs: z.number().int(), toUs: z.number().int() });
export type RegimeSpan = z.infer<typeof regimeSpan>;
/** Bars that are taken together as one before regimes are looked for. */
export const MAX_BARS_A_STEP = 60;

/** What cycles earned, added up exactly, in the home currency. */
export const pnlReport = z.object({
  homeAsset: z.string(),
  /** Executions that were added up, and whether older ones were left out. */
  executions: z.number().int(),
  isCut: z.boolean(),
  profit: z.string(),
  days: z.array(
    z.object({
      /** Midnight UTC. */
      dayUs: z.number().int(),
      profit: z.string(),
      executions: z.number().int(),
      wins: z.number().int(),
      losses: z.number().int(),
    }),
  ),
  cycles: z.array(
    z.object({
      path: z.array(z.string()).readonly(),
      profit: z.string(),
      executions: z.number().int(),
      wins: z.number().int(),
      losses: z.number().int(),
      /** Means over its executions that traded. */
      expectedBps: z.number(),
      realizedBps: z.number(),
    }),
  ),
});
export type PnlReport = z.infer<typeof pnlReport>;
