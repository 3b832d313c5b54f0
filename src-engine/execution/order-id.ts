import { hash } from 'node:crypto';
import type { IntentId, OrderId } from '../domain/ids.ts';

/**
 * The client order id of an intent: the first 128 bits of its SHA-256 as 32 hex digits, a form that Kraken's
 * `cl_ord_id` takes. The same intent gives the same id after a crash, and no two intents share one.
 * Source of the form: Kraken API documentation, WebSocket v2 `add_order`, parameter `cl_ord_id`.
 */
export function deriveOrderId(intentId: IntentId): OrderId {
  return hash('sha256', intentId, 'hex').slice(0, 32);
}
