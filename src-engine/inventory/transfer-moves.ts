/** Transfers that could be made, over each network that the trader entered for the source. What he did not enter is not known here. */
import { type Decimal, decimal } from '../domain/decimal.ts';
import type { InventoryMove, TransferTerms } from '../domain/inventory-schemas.ts';

type Wanted = { readonly coin: string; readonly from: string; readonly to: string; readonly amount: string };

/** The cheapest first, those of unknown fee last; one of unknown network where nothing was entered. @param valueOf in the home currency. */
export function transferMoves(
  wanted: Wanted,
  terms: readonly TransferTerms[],
  valueOf: (fee: Decimal) => Decimal | undefined,
): InventoryMove[] {
  const { coin, from, amount } = wanted;
  const entered = terms.filter((one) => one.coin === coin && one.venue === from);
  const nothing = { network: null, fee: null, minimum: null, minutes: null };
  const moves = (entered.length === 0 ? [nothing] : entered).map(
    ({ network, fee, minimum, minutes }): InventoryMove => {
      const cost = fee === null ? undefined : valueOf(decimal(fee));
      return {
        ...wanted,
        kind: 'transfer',
        through: null,
        network,
        fee,
        minimum,
        minutes,
        costBps: fee === null ? null : decimal(fee).times(10_000).div(amount).toDecimalPlaces(2).toNumber(),
        costHome: cost?.toDecimalPlaces(8).toString() ?? null,
        breakEvenDays: null,
        note: noteOf(wanted, network, fee, minimum),
      };
    },
  );
  const rank = ({ costBps }: InventoryMove): number => costBps ?? Number.POSITIVE_INFINITY;
  return moves.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

function noteOf(
  { coin, from, amount }: Wanted,
  network: string | null,
  fee: string | null,
  minimum: string | null,
): string {
  if (network === null)
    return `Enter what ${from} asks for a withdrawal of ${coin}: its fee, minimum and time are not known.`;
  if (minimum !== null && decimal(amount).lt(minimum))
    return `Below the smallest withdrawal, ${minimum} ${coin}.`;
  return fee === null ? 'The fee is not known, so neither is the cost.' : '';
}
