/** Which pairs a session would watch if it began now, beside those that it watches. */
import type { Instrument } from '../../domain/instrument.ts';

/** What a session knew of a venue when it began. */
export type KnownPairs = {
  /** Symbols of all pairs that could be traded then, watched or not. */
  readonly online: ReadonlySet<string>;
  readonly watched: ReadonlyMap<string, Pick<Instrument, 'priceDecimals' | 'qtyDecimals'>>;
};

/** What has become of it since. */
export type SinceStart = {
  /** Symbols that the session watches and had to stop. */
  readonly stopped: ReadonlySet<string>;
  /** The trades of 24 hours by which the session chose its pairs are those of a day before. */
  readonly isChoiceOld: boolean;
};

/**
 * Symbols that join, in the order of the list: pairs that the venue did not list when the session began, or that could not be
 * traded then; watched pairs that were stopped and whose decimals are others now, which only a new session can count; and once
 * the choice is old those that trade more than others by now. The order of activity changes with every look: by itself it
 * joins nothing earlier.
 * @param selected what the plan would select now.
 */
export function joiningPairs(
  selected: readonly Instrument[],
  { online, watched }: KnownPairs,
  { stopped, isChoiceOld }: SinceStart,
): string[] {
  return selected.flatMap((instrument) => {
    const { symbol, priceDecimals, qtyDecimals } = instrument;
    const before = watched.get(symbol);
    const joins =
      before === undefined
        ? isChoiceOld || !online.has(symbol)
        : stopped.has(symbol) &&
          (before.priceDecimals !== priceDecimals || before.qtyDecimals !== qtyDecimals);
    return joins ? [symbol] : [];
  });
}
