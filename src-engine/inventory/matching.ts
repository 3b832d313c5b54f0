/** Which declared transfers a change of a balance at a venue can be. Exact. */
import { Decimal, ZERO } from '../domain/decimal.ts';
import type { Transfer } from '../domain/inventory-schemas.ts';

/** One end of a transfer at a venue, and by how much it may change the balance there: from `least` to `most`, below zero what leaves. */
export type Candidate = {
  readonly transfer: Transfer;
  readonly isArrival: boolean;
  readonly least: Decimal;
  readonly most: Decimal;
};

/** Ends that are tried together: all their combinations are looked at. */
const MAX_TOGETHER = 10;

/**
 * The fewest candidates, the oldest first, whose changes together can be `change`, each with its part of it; undefined: none can.
 * Where several are in it, each has the least that it may have, and the rest in their order.
 */
export function explaining(
  change: Decimal,
  candidates: readonly Candidate[],
): readonly (readonly [Candidate, Decimal])[] | undefined {
  const tried = candidates.slice(0, MAX_TOGETHER);
  const sets = Array.from({ length: 2 ** tried.length - 1 }, (_, k) =>
    tried.filter((_one, at) => ((k + 1) >> at) % 2 === 1),
  ).toSorted((a, b) => a.length - b.length);
  const chosen = sets.find(
    (set) => change.gte(sum(set.map(({ least }) => least))) && change.lte(sum(set.map(({ most }) => most))),
  );
  if (chosen === undefined || change.isZero()) return undefined;
  let rest = change.minus(sum(chosen.map(({ least }) => least)));
  return chosen.map((one) => {
    const more = Decimal.min(rest, one.most.minus(one.least));
    rest = rest.minus(more);
    return [one, one.least.plus(more)] as const;
  });
}

function sum(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((total, amount) => total.plus(amount), ZERO);
}
