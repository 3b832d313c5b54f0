/** What a strategy has done so far, as its figures tell it. */
import { ZERO } from '../../domain/decimal.ts';
import type { TimeUs } from '../../domain/time.ts';

/** What all markets of a strategy add to. Amounts in quote. */
export class StrategyFigures {
  realized = ZERO;
  fees = ZERO;
  fills = 0;
  wins = 0;
  losses = 0;
  readonly missed = new Map<string, number>();
  /** Last one of all markets. */
  lastMiss: { readonly atUs: TimeUs; readonly code: string; readonly detail: string } | undefined;
}
