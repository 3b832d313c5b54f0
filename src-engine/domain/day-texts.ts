/** What a run, or all runs of a day, traded with, and how much of the day is over, in words that people read. */
import type { RunMode } from './event.ts';
import { formatTimeUs } from './time.ts';

const MODE_TEXTS: Readonly<Record<RunMode, string>> = {
  backtest: 'backtest',
  paper: 'paper trading, simulated fills',
  ghost: 'account disarmed, simulated fills beside it',
  // A live run begins disarmed, and is armed and disarmed as it goes on.
  live: 'live: orders to the account while it is armed, none while it is disarmed',
};

/** What kind of money and prices a run had: `simulated market, paper trading, simulated fills`. */
export function modeText(mode: RunMode, simulatedMarket: boolean): string {
  return `${simulatedMarket ? 'simulated market, ' : ''}${MODE_TEXTS[mode]}`;
}

type Mode = { readonly mode: RunMode; readonly simulatedMarket: boolean };

type RunsOfDay = {
  readonly modes: readonly Mode[];
  readonly found: number;
  readonly executions: number;
  readonly equity: object | null;
};

/** What kind of money the runs of a day had: a simulated day is not to be taken for a real one. */
export function modesText({ modes, found, executions, equity }: RunsOfDay): string {
  const ran = found > 0 || executions > 0 || equity !== null;
  if (modes.length === 0) return ran ? 'The mode is not known.' : 'Nothing ran on this day.';
  return `Mode: ${modes.map((one) => modeText(one.mode, one.simulatedMarket)).join('; then ')}.`;
}

type DayUntil = { readonly fromUs: number; readonly untilUs: number; readonly toUs: number };

/** ` until 14:05` (UTC) while a day is not over, else nothing. */
export function untilText({ fromUs, untilUs, toUs }: DayUntil): string {
  if (untilUs <= fromUs) return ', which has not begun';
  return untilUs < toUs ? ` until ${formatTimeUs(untilUs).slice(11, 16)}` : '';
}

type Standing = {
  readonly equity: string;
  readonly capital: string | null;
  /** Coins that the equity leaves out. */
  readonly withoutPrice: number;
};

/** `25000`, or `unknown for 2 coins without a price`. */
export function capitalText({ capital, withoutPrice }: Standing): string {
  return capital ?? `unknown for ${coinsText(withoutPrice)}`;
}

/** `25000`, or `25000 and 2 coins without a price`. */
export function equityText({ equity, withoutPrice }: Standing): string {
  return withoutPrice === 0 ? equity : `${equity} and ${coinsText(withoutPrice)}`;
}

/** `2 coins without a price`. */
export function coinsText(count: number): string {
  return `${count} ${count === 1 ? 'coin' : 'coins'} without a price`;
}
