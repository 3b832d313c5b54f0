/** Rows of the table of settings that are about inventory and stablecoins; part of DETECTION_SETTINGS. */
import type { LimitRows } from './limit-row.ts';

export const INVENTORY_SETTINGS = {
  inventoryLowPct: {
    kind: 'number',
    unit: '%',
    default: 50,
    min: 0,
    max: 99,
    looser: 'lower',
    label: 'Running dry below',
    hint: 'Of the target of a coin at a venue: the lower end of its band.',
  },
  inventoryHighPct: {
    kind: 'number',
    unit: '%',
    default: 150,
    min: 101,
    max: 10_000,
    looser: 'higher',
    label: 'Overfull above',
    hint: 'Of the target of a coin at a venue: the upper end of its band.',
  },
  inventoryMinValue: {
    kind: 'amount',
    unit: 'home',
    default: '100',
    looser: 'higher',
    label: 'Least value for a target',
    hint: 'A coin that is worth less at all venues together has no target unless you set one, and no smaller move is proposed.',
  },
  /** See inventory/skew.ts. */
  inventorySkewBps: {
    kind: 'number',
    unit: 'bps',
    default: 0,
    min: 0,
    max: 100,
    looser: 'lower',
    label: 'Inventory skew',
    hint: 'Of a cross-venue route: at most so much is added to its min. edge as a side runs dry, or taken off for one that brings it back.',
  },
  /** By stablecoin; one that is not listed is not watched. */
  pegBands: {
    kind: 'amounts',
    unit: '%',
    default: { USDT: '1', USDC: '1', DAI: '1', FDUSD: '1', PYUSD: '1', TUSD: '1', EURC: '1' },
    looser: 'higher',
    label: 'Stablecoin bands',
    hint: 'By coin: further from its peg currency, cycles and routes through it are stopped.',
  },
  pegWaitS: {
    kind: 'whole',
    unit: 's',
    default: 10,
    min: 1,
    max: 600,
    looser: 'higher',
    label: 'Time outside the band',
    hint: 'A stablecoin must be outside its band so long to be stopped, and within half of it as long to be released.',
  },
} as const satisfies LimitRows;
