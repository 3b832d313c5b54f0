import { Decimal, estimateOf } from '../../domain/decimal.ts';
import { US_PER_MS } from '../../domain/time.ts';
import { beyond, type Check, isWellWithin } from '../check.ts';

/**
 * An order that takes risk is also measured by the mid price that was sampled last, apart from the book it was planned
 * on: a book that jumped within a moment is not believed, to either side, as what is too good to be true is not. Neither
 * is a sample that is missing or old.
 */
export const referencePrice: Check = (intent, context) => {
  if (context.reducesExposure) return undefined;
  const { reference, limits } = context;
  if (reference === undefined) {
    return { code: 'reference-price', detail: `${intent.symbol} has no sampled price yet` };
  }
  const { price, ageUs } = reference;
  if (!(ageUs >= -US_PER_MS && ageUs <= limits.maxReferenceAgeMs * US_PER_MS)) {
    const what = `the sampled price of ${intent.symbol} is old:`;
    return beyond('reference-price', what, ageUs / US_PER_MS, limits.maxReferenceAgeMs, 'ms');
  }
  if (isWellWithin(estimateOf(intent.price), price, limits.referenceCollarBps)) return undefined;
  const mid = new Decimal(price);
  // Nothing is divided for an order that passes.
  const away = intent.price.minus(mid).abs().times(10_000);
  if (mid.gt(0) && away.isFinite() && away.lte(mid.times(limits.referenceCollarBps))) return undefined;
  const what = `${intent.price.toString()} is away from the sampled price ${mid.toString()} by`;
  return beyond('reference-price', what, away.div(mid), limits.referenceCollarBps, 'bps');
};
