/** What a strategy has done so far, as its figures tell it. */
import { type Decimal, decimal, ZERO } from '../../domain/decimal.ts';
import type { TradeRecord } from '../../domain/risk.ts';
import type { StrategyStanding } from '../../domain/strategy-schemas.ts';
import type { TimeUs } from '../../domain/time.ts';

/** Longest detail of a fact about a strategy, in characters. */
export const MAX_DETAIL = 200;

/** What all markets of a strategy add to. Amounts in quote. */
export class StrategyFigures {
  realized = ZERO;
  fees = ZERO;
  fills = 0;
  wins = 0;
  losses = 0;
  /** Sums of what sales gained, and of what they lost. */
  won = ZERO;
  lost = ZERO;
  readonly missed = new Map<string, number>();
  /** Last one of all markets. */
  lastMiss: { readonly atUs: TimeUs; readonly code: string; readonly detail: string } | undefined;

  /** As the run before recorded them. */
  load(saved: StrategyStanding): void {
    this.realized = decimal(saved.realized);
    this.fees = decimal(saved.fees);
    this.fills = saved.fills;
    this.wins = saved.wins;
    this.losses = saved.losses;
    this.won = decimal(saved.won ?? '0');
    this.lost = decimal(saved.lost ?? '0');
    for (const [code, count] of Object.entries(saved.missed)) this.missed.set(code, count);
  }

  /** @param gain of a sale, all fees included. */
  onSale(gain: Decimal): void {
    this.realized = this.realized.plus(gain);
    if (gain.gt(0)) {
      this.wins++;
      this.won = this.won.plus(gain);
    } else {
      this.losses++;
      this.lost = this.lost.minus(gain);
    }
  }

  /** A fee that brought nothing. */
  onCharge(fee: Decimal): void {
    this.fees = this.fees.plus(fee);
    this.realized = this.realized.minus(fee);
  }

  /** A decision, or a part of one, was not carried out. */
  onMiss(code: string, text: string, atUs: TimeUs): NonNullable<StrategyFigures['lastMiss']> {
    const lastMiss = { atUs, code, detail: text.slice(0, MAX_DETAIL) };
    this.missed.set(code, (this.missed.get(code) ?? 0) + 1);
    this.lastMiss = lastMiss;
    return lastMiss;
  }

  /** As its sales were, for what its record allows. */
  get record(): TradeRecord {
    const { wins, losses, won, lost } = this;
    return { wins, losses, won: won.toFixed(), lost: lost.toFixed() };
  }
}
