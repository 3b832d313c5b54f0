import type { DecimalText } from './decimal.ts';

/**
 * What an account starts with where nothing else is said, in its home currency: a simulated one of the window, of the demo, of paper,
 * and of a backtest in the lab and on the command line alike.
 */
export const DEFAULT_CAPITAL: DecimalText = '25000';
