/** Quantities in whole lots, of floats whose last bits may be off. */

/** Forgives the last bits of a float when counting whole lots: 0.01 / 0.01 is one lot. */
export const LOT_FUZZ = 1e-9;

/** The most whole lots that are in so many book units, in book units. */
export function lotsWithin(units: number, lotUnits: number): number {
  return Math.floor(units / lotUnits + LOT_FUZZ) * lotUnits;
}

/** The fewest whole lots that cover so many book units, in book units. */
export function lotsCovering(units: number, lotUnits: number): number {
  return Math.ceil(units / lotUnits - LOT_FUZZ) * lotUnits;
}
