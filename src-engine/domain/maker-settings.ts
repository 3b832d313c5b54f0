/** Rows of the table of settings that are about quotes that rest at one venue and are hedged at another; part of EXECUTION_SETTINGS. */
import type { LimitRows } from './limit-row.ts';

export const MAKER_SETTINGS = {
  /** As `makerMarketsOf` reads it. */
  makerMarkets: {
    kind: 'text',
    unit: '',
    default: '',
    pattern:
      /^$|^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}@[a-z0-9:-]{1,32}>[a-z0-9:-]{1,32}(, ?[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}@[a-z0-9:-]{1,32}>[a-z0-9:-]{1,32}){0,4}$/,
    example: 'BTC/USDT@bybit>binance',
    label: 'Quoted markets',
    hint: 'Maker–taker, as BTC/USDT@bybit>binance: quotes rest at the first venue and each fill is hedged at the second. Up to five, by comma; empty: off.',
  },
  makerAtAccounts: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'Quote at accounts',
    hint: 'In a rehearsal quotes rest at its accounts, where the venue cancels them by itself once the engine falls silent (dead-man switch). Not at real accounts yet.',
  },
  makerMaxNotional: {
    kind: 'amount',
    unit: 'home',
    default: '500',
    looser: 'higher',
    label: 'Max. quote',
    hint: 'Value of one quote, and of what may be unhedged at a time. Both sides of each market take from the max. exposure in flight while they rest. A canary quotes at most 1 % of the max. order value, over all markets.',
  },
  makerEdgeBps: {
    kind: 'number',
    unit: 'bps',
    default: 3,
    min: 0,
    max: 1_000,
    looser: 'lower',
    label: 'Min. edge of a quote',
    hint: 'What a quote must earn after both fees at the worst price that its hedge reaches.',
  },
  makerMaxLossBps: {
    kind: 'number',
    unit: 'bps',
    default: 20,
    min: 0,
    max: 1_000,
    looser: 'higher',
    label: 'Max. hedge loss',
    hint: 'Against the fills that it hedges, without fees: a hedge loses no more until its time limit.',
  },
  makerDeadlineMs: {
    kind: 'whole',
    unit: 'ms',
    default: 3_000,
    min: 100,
    max: 60_000,
    looser: 'higher',
    label: 'Hedge time limit',
    hint: 'From then on a hedge takes what the book shows within the price collar. After twice as long trading halts at the venue of the hedge.',
  },
  makerAfterEnd: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'Hedge once the quote has ended',
    hint: 'A quote that fills in part is canceled, and hedged once its venue has reported its end.',
  },
  makerPingPong: {
    kind: 'flag',
    unit: '',
    default: false,
    label: 'Wait for the way back',
    hint: 'After a fill that side is not quoted again until the other side has brought the coin back.',
  },
} as const satisfies LimitRows;

export type MakerMarket = { readonly symbol: string; readonly quotedAt: string; readonly hedgedAt: string };

/** The markets of the setting `makerMarkets`, whose form was checked. */
export function makerMarketsOf(text: string): MakerMarket[] {
  if (text === '') return [];
  return text.split(/, ?/).map((one) => {
    const [symbol = '', venues = ''] = one.split('@');
    const [quotedAt = '', hedgedAt = ''] = venues.split('>');
    return { symbol, quotedAt, hedgedAt };
  });
}
