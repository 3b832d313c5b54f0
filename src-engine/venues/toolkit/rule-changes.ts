/** What a venue says of an instrument while a run trades it, against the run that began with it. */
import { Decimal, type DecimalText, isMultipleOf } from '../../domain/decimal.ts';
import type { Instrument, InstrumentChange } from '../../domain/instrument.ts';

/** What a session takes over at once. */
const RULES = ['tickSize', 'lotSize', 'minQty', 'minNotional'] as const;
export type ListedRules = { readonly [Rule in (typeof RULES)[number]]: DecimalText } & {
  readonly orderCost?: DecimalText | undefined;
};

/** Only what changed; undefined: nothing did. */
export function changedRules(instrument: Instrument, rules: ListedRules): InstrumentChange | undefined {
  const change: { -readonly [K in keyof InstrumentChange]: InstrumentChange[K] } = {};
  for (const field of RULES) if (!instrument[field].eq(rules[field])) change[field] = rules[field];
  const { orderCost } = rules;
  if (orderCost !== undefined && instrument.orderCost?.eq(orderCost) !== true) change.orderCost = orderCost;
  return Object.keys(change).length > 0 ? change : undefined;
}

/**
 * Why a run cannot go on with these steps; empty: it can. Its books count in the decimals of its beginning, and so must the
 * steps.
 */
export function obstacleTo(instrument: Instrument, { tickSize, lotSize }: ListedRules): string {
  const { symbol, priceDecimals, qtyDecimals } = instrument;
  for (const [name, step, decimals] of [
    ['tick', new Decimal(tickSize), priceDecimals],
    ['lot', new Decimal(lotSize), qtyDecimals],
  ] as const) {
    if (step.gt(0) && isMultipleOf(step, Decimal.pow(10, -decimals))) continue;
    return `${symbol} has a ${name} of ${step.toFixed()} at the venue now, which does not fit ${decimals} decimals`;
  }
  return '';
}
