/** Quotes that rest at the account of one venue and are hedged at that of another: every answer of both venues is the test's. */
import { DEFAULT_EXECUTION, DEFAULT_LIMITS, type ExecutionSettings } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Order } from '../domain/order.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { AccountRig } from './account-rig.ts';
import { EAST, twoVenuesHolding, WEST } from './two-venues.ts';

const HELD = { 'USD@east': '10000', 'BTC@east': '1', 'USD@west': '10000', 'BTC@west': '1' };
/** BTC/USD of each venue. */
export const [AT_EAST, AT_WEST] = [0, 3];
const LIMITS = {
  ...DEFAULT_LIMITS,
  maxPositionPct: 1_000,
  maxGrossExposurePct: 1_000,
  maxOrderNotional: '5000',
  cancelReserve: 0,
};

/** Quotes in the wide west, hedges in the narrow east. */
export class QuotedAccounts extends AccountRig {
  constructor(config: Partial<KernelConfig> = {}, execution: Partial<ExecutionSettings> = {}) {
    super({
      ...twoVenuesHolding(HELD),
      // A rehearsal's: at real accounts nothing is quoted yet.
      simulatedMarket: true,
      limits: LIMITS,
      execution: {
        ...DEFAULT_EXECUTION,
        makerMarkets: 'BTC/USD@west>east',
        makerAtAccounts: true,
        ...execution,
      },
      ...config,
    });
  }

  /** Both are compared, their books are there, and both dead-man switches are set. */
  begin(): this {
    for (const venue of [EAST, WEST]) this.agreeAt(venue);
    this.wide();
    this.quote(AT_EAST, 499_900, 500_100);
    this.pass(2);
    for (const venue of [EAST, WEST]) this.guard(venue);
    this.pass(0.2);
    return this;
  }

  agreeAt(venue: string, more = {}): void {
    const balances = this.balances()
      .filter(({ asset }) => asset.endsWith(`@${venue}`))
      .map(({ asset, total }) => ({ asset: asset.slice(0, asset.indexOf('@')), total }));
    this.answer({ balances, ...more }, venue);
  }

  guard(venue: string): void {
    this.report({ kind: 'guarded', venue, timeoutMs: 60_000, refusal: '', atUs: this.nowUs });
  }

  wide(): void {
    this.quote(AT_WEST, 499_000, 501_000);
  }

  /** The public book of the west, in which these own quotes stand before all others'. */
  shown(bid: number, ask: number, qty = 1_000_000): void {
    const update = new BookUpdate();
    update.reset(AT_WEST, true, this.nowUs);
    for (const price of [bid, 499_000]) update.pushBid(price, price === bid ? qty : 200_000_000);
    for (const price of [ask, 501_000]) update.pushAsk(price, price === ask ? qty : 200_000_000);
    this.step(update);
  }

  get quotes(): Order[] {
    return [...this.kernel.orders.open()].filter(({ timeInForce }) => timeInForce === 'gtc');
  }

  get hedges(): Order[] {
    return this.placed.filter(({ timeInForce }) => timeInForce === 'ioc');
  }

  accept(...orders: readonly Order[]): void {
    for (const { orderId } of orders)
      this.report({ kind: 'accepted', orderId, venueOrderId: `V${orderId.slice(0, 8)}`, atUs: this.nowUs });
  }

  end(order: Order, reason = 'canceled'): void {
    this.report({
      kind: 'canceled',
      orderId: order.orderId,
      reason,
      filledQty: order.filledQty.toString(),
      atUs: this.nowUs,
    });
  }

  fill({ orderId, price, filledQty }: Order, qty: string): void {
    const fill = { fillId: `${orderId}-${filledQty.toString()}`, orderId, price: price.toString(), qty };
    this.report({
      kind: 'fill',
      orderId,
      fill: { ...fill, fee: '0.01', feeAsset: 'USD', atUs: this.nowUs },
      atUs: this.nowUs,
    });
  }

  canceled(from = 0): string[] {
    return this.effects.slice(from).flatMap((one) => (one.type === 'cancel' ? [one.orderId] : []));
  }

  get standing() {
    return this.kernel.desk.maker.standings(this.nowUs)[0];
  }
}

/** Both sides rest in the west. */
export function quoting(
  config: Partial<KernelConfig> = {},
  execution: Partial<ExecutionSettings> = {},
): QuotedAccounts {
  const rig = new QuotedAccounts(config, execution).begin();
  rig.accept(...rig.quotes);
  return rig;
}
