/** When a strategy is taken back from an account: what it lost since it was let there, and what its model is watched by. */
import type { BookStore } from '../../books/book-store.ts';
import { type Decimal, decimal, fromUnits, ZERO } from '../../domain/decimal.ts';
import { type Instrument, takerFeeOf } from '../../domain/instrument.ts';
import type {
  StrategyFault,
  StrategySetup,
  StrategyStanding,
  StrategyWay,
} from '../../domain/strategy-schemas.ts';
import { assetName } from '../../domain/venue-asset.ts';
import type { Strategy } from '../strategy-port.ts';
import { isAtAccount, lossBudgetOf } from './at-account.ts';
import type { Holding } from './holding.ts';

type Held = { readonly instrument: Instrument; readonly holding: Holding };

export type StopReason = { readonly code: StrategyFault; readonly detail: string };

/** What selling it now would gain, at the best price less the fee; undefined: its book is not live. */
export function openGainOf(store: BookStore, { instrument, holding }: Held): Decimal | undefined {
  if (holding.isFlat) return ZERO;
  const { state, book } = store.sync(instrument.id);
  if (state !== 'live' || book.bidCount === 0) return undefined;
  const value = holding.qty.times(fromUnits(book.bestBid, instrument.priceDecimals));
  return value.minus(takerFeeOf(instrument, value)).minus(holding.cost);
}

export class AccountStop {
  /** What was realized as its loss budget began to count. */
  budgetFrom = ZERO;
  /** Why it was taken back; undefined: it was not, or an operator has set it since. */
  fallen: StrategyStanding['fallen'];

  /** Loss in quote since its budget began to count, above zero: lost. What it holds counts as far as it has a price. */
  lossOf(realized: Decimal, markets: readonly Held[], store: BookStore): Decimal {
    let gained = realized.minus(this.budgetFrom);
    for (const market of markets) gained = gained.plus(openGainOf(store, market) ?? ZERO);
    return gained.negated();
  }

  /** Its budget counts from now. @param markets whose loss so far is not counted any longer. */
  begin(realized: Decimal, markets: readonly Held[], store: BookStore): void {
    this.fallen = undefined;
    this.budgetFrom = this.budgetFrom.minus(this.lossOf(realized, markets, store));
  }

  /** Why it is to be taken back now; undefined: it goes on. */
  reason(
    setup: StrategySetup,
    way: StrategyWay,
    of: { readonly realized: Decimal; readonly markets: readonly Held[]; readonly store: BookStore },
    strategy: Strategy | undefined,
  ): StopReason | undefined {
    if (!isAtAccount(setup.mode)) return undefined;
    const doubt = strategy?.watch?.mustRest;
    if (doubt !== undefined) return { code: 'drift', detail: `its model is watched, and rests: ${doubt}` };
    const budget = lossBudgetOf(setup, way);
    const loss = this.lossOf(of.realized, of.markets, of.store);
    if (loss.lt(budget)) return undefined;
    const quote = assetName(of.markets[0]?.instrument.quote ?? '');
    return {
      code: 'loss-budget',
      detail: `it lost ${loss.toFixed(2)} ${quote} of at most ${budget.toFixed(2)} ${quote}`,
    };
  }

  save(way: StrategyWay): Pick<StrategyStanding, 'budgetFrom' | 'fallen'> {
    return {
      ...(isAtAccount(way) ? { budgetFrom: this.budgetFrom.toFixed() } : {}),
      ...(this.fallen === undefined ? {} : { fallen: this.fallen }),
    };
  }

  load({ budgetFrom, fallen }: StrategyStanding): void {
    if (budgetFrom !== undefined) this.budgetFrom = decimal(budgetFrom);
    this.fallen = fallen;
  }
}
