import type { KernelConfig } from '../kernel/kernel-config.ts';
import { AccountRig, fillOf } from './account-rig.ts';

/** A venue whose every answer the test gives, and its last order. */
export function answered(options: Partial<KernelConfig> = {}) {
  const rig = new AccountRig(options);
  rig.agree();
  rig.openEdge();
  // Of an account that holds more than dollars the worth is known now.
  rig.quote(2, 249_900, 250_100, 5_000_000_000);
  rig.pass(0.2);
  if (rig.placed.length === 0) rig.openEdge();
  const at = (nth: number) => {
    const order = rig.placed.at(nth);
    if (order === undefined) throw new Error(`order ${nth} was placed`);
    return order;
  };
  /** All that is left of it, or half of it. */
  const fill = (nth: number, what: 'rest' | 'half' = 'rest', price = at(nth).price.toString()): void => {
    const { orderId, qty, filledQty } = at(nth);
    const part = what === 'rest' ? qty.minus(filledQty) : qty.div(2).toDecimalPlaces(8, 1);
    const fillId = `${nth} ${what}`;
    const one = fillOf({ fillId, orderId, qty: part.toString(), price, fee: '0' });
    rig.report({ kind: 'fill', orderId, fill: one, atUs: rig.nowUs });
  };
  const cancel = (nth: number): void =>
    rig.report({ kind: 'canceled', orderId: at(nth).orderId, reason: 'ioc', atUs: rig.nowUs });
  const names = (): string[] => rig.placed.map(({ side, symbol }) => `${side} ${symbol}`);
  return { rig, at, fill, cancel, names };
}
