import type { VenueName } from '../domain/ids.ts';
import { isOpenState } from '../execution/order-record.ts';
import type { KernelConfig } from './kernel-config.ts';

/**
 * Venues that must show that nothing of ours is open before a kill is verified: those of the run, and those at which an order
 * of an earlier run may be open. One of the latter that this run does not reach keeps the kill unverified until it does.
 */
export function venuesToEmpty(
  { openOrders = [] }: Pick<KernelConfig, 'openOrders'>,
  reached: readonly VenueName[],
): VenueName[] {
  const left = openOrders.flatMap(({ record }) => (isOpenState(record.state) ? [record.venue] : []));
  return [...new Set([...reached, ...left])];
}
