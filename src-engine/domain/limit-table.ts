/**
 * Every limit and setting that an operator may change, one row each: types, defaults, checks, schemas, the API's text, the fields of
 * the window, and what a sweep may vary are made from these. A new limit is a row here, and what holds to it.
 */
import { INVENTORY_SETTINGS } from './inventory-settings.ts';
import { LEG_SETTINGS } from './leg-settings.ts';
import { MAKER_SETTINGS } from './maker-settings.ts';
import type { LimitRows } from './limit-row.ts';
import { SCORER_SETTINGS } from './scorer-settings.ts';

/** A share of equity in percent: some of it, at most all. */
const SHARE = { kind: 'number', unit: '%', min: 0.01, max: 100, looser: 'higher' } as const;
const COUNT = { kind: 'whole', looser: 'higher' } as const;
/** A band of volatility, in bps of the mid price. */
const BAND = { kind: 'number', unit: 'bps', min: 0.1, max: 10_000, looser: 'higher' } as const;
/** What is kept of an edge, or asked of it. */
const EDGE = { kind: 'number', unit: 'bps', min: 0, looser: 'lower' } as const;
const FLAG = { kind: 'flag', unit: '', default: false } as const;
const AMOUNT = { kind: 'amount', unit: 'home', looser: 'higher' } as const;

/**
 * What the risk engine holds orders to. Only `maxBookAgeMs`, `priceCollarBps` and the throttle also bind orders that continue or
 * unwind a cycle; everything else only stops new risk.
 */
export const RISK_LIMITS = {
  maxOrderNotional: {
    ...AMOUNT,
    default: '5000',
    label: 'Max. order value',
    hint: 'An order of a higher value is denied.',
  },
  maxOrderQty: {
    kind: 'amounts',
    unit: 'base asset',
    looser: 'higher',
    default: { BTC: '1', ETH: '20' },
    label: 'Max. order quantity',
    hint: 'Of one order, by base asset; an asset that is not listed is limited by value alone.',
  },
  maxOpenNotional: {
    ...AMOUNT,
    default: '20000',
    label: 'Max. exposure in flight',
    hint: 'Value of all orders in flight together.',
  },
  /** The home currency is not a position. */
  maxPositionPct: {
    ...SHARE,
    default: 5,
    conservative: 2,
    label: 'Max. position',
    hint: 'Of equity: value of one asset above the opening balance of the account.',
  },
  /** Orders in flight included. */
  maxGrossExposurePct: {
    ...SHARE,
    default: 80,
    conservative: 40,
    label: 'Max. gross exposure',
    hint: 'Of equity: value of all positions together.',
  },
  maxTradesPerDay: {
    ...COUNT,
    unit: 'cycles',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    label: 'Max. cycles a day',
    hint: 'Counted from midnight UTC. What quotes filled and its hedge count as one.',
  },
  maxRelatedExecutions: {
    ...COUNT,
    unit: 'cycles',
    default: 3,
    conservative: 2,
    min: 1,
    max: 1_000,
    label: 'Max. related cycles at once',
    hint: 'Open cycles over the same assets, or over correlated assets.',
  },
  /** Of returns over 1 s. */
  relatedCorrelation: {
    kind: 'number',
    unit: '',
    default: 0.8,
    min: 0.1,
    max: 1,
    looser: 'higher',
    label: 'Correlation threshold',
    hint: 'From 0 to 1: from this value two assets count as correlated.',
  },
  /** The next four: loss since the day began (UTC) at which the next level is reached; see domain/risk.ts. */
  cautionLossPct: {
    ...SHARE,
    default: 3,
    label: 'Caution at a loss of',
    hint: 'Of equity at the start of the day. Sizes are halved.',
  },
  restrictedLossPct: {
    ...SHARE,
    default: 5,
    label: 'Restricted at a loss of',
    hint: 'Only orders that reduce exposure.',
  },
  haltedLossPct: {
    ...SHARE,
    default: 8,
    label: 'Halted at a loss of',
    hint: 'No new cycle until you reset it.',
  },
  shutdownLossPct: {
    ...SHARE,
    default: 10,
    label: 'Shut down at a loss of',
    hint: 'Triggers the kill switch.',
  },
  maxDrawdownPct: {
    ...SHARE,
    default: 15,
    label: 'Max. drawdown',
    hint: 'Of peak equity. No new cycle until you reset it.',
  },
  priceCollarBps: {
    kind: 'number',
    unit: 'bps',
    default: 100,
    min: 1,
    max: 5_000,
    looser: 'higher',
    label: 'Price collar',
    hint: 'Max. distance of a price beyond the best opposite price.',
  },
  /** To either side. */
  referenceCollarBps: {
    kind: 'number',
    unit: 'bps',
    default: 200,
    min: 1,
    max: 5_000,
    looser: 'higher',
    label: 'Reference collar',
    hint: 'Max. distance of a price from the last sampled mid price.',
  },
  maxReferenceAgeMs: {
    ...COUNT,
    unit: 'ms',
    default: 5_000,
    min: 100,
    max: 60_000,
    label: 'Max. reference age',
    hint: 'No new order is checked against an older sample.',
  },
  maxBookAgeMs: {
    ...COUNT,
    unit: 'ms',
    default: 3_000,
    min: 100,
    max: 60_000,
    label: 'Max. book age',
    hint: 'An older book is not traded.',
  },
  maxStdevBps: {
    ...BAND,
    default: 60,
    label: 'Volatility, standard deviation',
    hint: 'Of returns over a second; half sizes from half of it on.',
  },
  maxEwmaBps: {
    ...BAND,
    default: 60,
    label: 'Volatility, EWMA',
    hint: 'Of returns over a second; half sizes from half of it on.',
  },
  maxAtrBps: {
    ...BAND,
    default: 250,
    label: 'Volatility, ATR',
    hint: 'True range of ten seconds; half sizes from half of it on.',
  },
  maxOrdersPerSecond: {
    ...COUNT,
    unit: '1/s',
    default: 20,
    min: 1,
    max: 1_000,
    label: 'Max. messages per second',
    hint: 'Placements and cancels over all venues; cancels are never delayed.',
  },
  cancelReserve: {
    kind: 'whole',
    unit: '1/s',
    default: 4,
    min: 0,
    max: 999,
    looser: 'lower',
    label: 'Reserved for cancels',
    hint: 'The part of these messages that no placement may use.',
  },
  maxRepeats: {
    ...COUNT,
    unit: 'tries',
    default: 8,
    min: 2,
    max: 1_000,
    label: 'Max. losing attempts',
    hint: 'This many of one cycle within the window stop it.',
  },
  repeatWindowS: {
    kind: 'whole',
    unit: 's',
    default: 60,
    min: 1,
    max: 86_400,
    looser: 'lower',
    label: 'Window of these attempts',
    hint: 'Time within which they count.',
  },
  maxBookFaultsPerMinute: {
    ...COUNT,
    unit: 'faults',
    default: 20,
    min: 1,
    max: 1_000,
    label: 'Book faults a minute',
    hint: 'Checksum faults, gaps, unreadable frames: the venue is paused.',
  },
  maxOrderFaultsPerMinute: {
    ...COUNT,
    unit: 'faults',
    default: 5,
    min: 1,
    max: 1_000,
    label: 'Order faults a minute',
    hint: 'Rejected or unknown orders: the venue is paused.',
  },
  breakerRestS: {
    kind: 'whole',
    unit: 's',
    default: 30,
    min: 1,
    max: 3_600,
    looser: 'lower',
    label: 'Pause after faults',
    hint: 'Before one cycle may be traded again as a test.',
  },
  kellyFraction: {
    kind: 'number',
    unit: '',
    default: 0.25,
    conservative: 0.1,
    min: 0.01,
    max: 1,
    looser: 'higher',
    label: 'Kelly fraction',
    hint: 'From 0 to 1: caps the start amount of a cycle by its record so far.',
  },
  minKellyTrades: {
    ...COUNT,
    unit: 'trades',
    default: 30,
    min: 1,
    max: 200,
    label: 'Min. record for Kelly',
    hint: 'With fewer executions, start amounts are not capped by it.',
  },
} as const satisfies LimitRows;

/** What detection asks of a candidate. */
export const DETECTION_SETTINGS = {
  maxLegs: {
    kind: 'choice',
    unit: 'legs',
    default: 3,
    choices: [3, 4],
    label: 'Max. cycle length',
    hint: 'Cycles of three legs, or of four as well; set when the engine starts.',
  },
  minNetBps: {
    ...EDGE,
    default: 1,
    max: 1_000,
    inBacktests: { min: -100, max: 10_000 },
    label: 'Min. net edge',
    hint: 'A cycle is traded from this net edge after all costs.',
  },
  slippageBps: {
    ...EDGE,
    default: 1,
    max: 100,
    inBacktests: { min: 0, max: 10_000 },
    label: 'Slippage buffer',
    hint: 'Reserve in the edge for price moves before the orders arrive.',
  },
  maxStartNotional: {
    ...AMOUNT,
    default: '2000',
    label: 'Max. notional per cycle',
    hint: 'Value of the first leg of one cycle.',
  },
  cooldownMs: {
    kind: 'whole',
    unit: 'ms',
    default: 1_000,
    min: 0,
    max: 600_000,
    inBacktests: { min: 0, max: 86_400_000 },
    looser: 'lower',
    label: 'Cooldown',
    hint: 'Time before the same cycle is traded again.',
  },
  /** In a plan of several venues it is on until it is set. */
  crossVenue: {
    ...FLAG,
    label: 'Cross-venue routes',
    hint: 'Looks for routes over several venues and shows them on the board.',
  },
  /** In a demo of several venues it is on until it is set; elsewhere the trader turns it on. */
  tradeCrossVenue: {
    ...FLAG,
    needs: 'crossVenue',
    label: 'Trade cross-venue routes',
    hint: 'Trades the routes that are looked for, from what lies at each venue. Off: they are watched.',
  },
  carryBps: {
    ...EDGE,
    default: 2,
    max: 1_000,
    label: 'Cost of a carry',
    hint: 'Of a cross-venue route: what bringing one coin back to the venue where it was spent costs.',
  },
  ageRiskFactor: {
    kind: 'number',
    unit: '×',
    default: 1,
    min: 0,
    max: 10,
    looser: 'lower',
    label: 'Age and latency risk',
    hint: 'Of a cross-venue route: multiples of the average cost of a price that moves while books age and orders travel.',
  },
  assumedRoundTripMs: {
    kind: 'whole',
    unit: 'ms',
    default: 100,
    min: 0,
    max: 10_000,
    looser: 'lower',
    label: 'Assumed round trip',
    hint: 'Of a cross-venue route: to a venue and back, until it was measured.',
  },
  ...INVENTORY_SETTINGS,
  ...SCORER_SETTINGS,
} as const satisfies LimitRows;

/** How cycles are traded once they are chosen. */
export const EXECUTION_SETTINGS = {
  /** At the books, before the cycle starts. */
  maxUnwindBps: {
    kind: 'number',
    unit: 'bps',
    default: 300,
    min: 0,
    max: 10_000,
    looser: 'higher',
    label: 'Max. unwind cost',
    hint: 'Of the start amount: a cycle whose worst unwind would cost more is not started.',
  },
  /** Also the time in which an order's end must be reported. */
  unwindDeadlineMs: {
    ...COUNT,
    unit: 'ms',
    default: 5_000,
    min: 1_000,
    max: 60_000,
    label: 'Unwind timeout',
    hint: 'The position of a failed leg must be unwound by then, or trading halts.',
  },
  residualBps: {
    kind: 'number',
    unit: 'bps',
    formerly: 'crumbBps',
    default: 25,
    min: 0,
    max: 1_000,
    looser: 'higher',
    label: 'Dust threshold',
    hint: 'Of the max. start amount: a residual worth less is kept for a sweep.',
  },
  ...LEG_SETTINGS,
  ...MAKER_SETTINGS,
} as const satisfies LimitRows;

/** The rows of each set, under the name that its changes are recorded by. */
export const LIMIT_SETS = {
  limits: RISK_LIMITS,
  detection: DETECTION_SETTINGS,
  execution: EXECUTION_SETTINGS,
} as const;
