/** Orders of ours by the form of their id at the venue: 32 hexadecimal digits (`execution/order-id.ts`). */
import type { OrderId } from '../../domain/ids.ts';

const FORM = /^[0-9a-f]{32}$/;

/** Ours by its form; undefined for an order that was placed elsewhere. */
export function orderIdOf(value: unknown): OrderId | undefined {
  return typeof value === 'string' && FORM.test(value) ? value : undefined;
}
