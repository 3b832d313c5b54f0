/** A strategy at an account of which every answer is the test's. */
import { z } from 'zod';
import type { Order } from '../domain/order.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import type { StrategySetup, StrategyStanding } from '../domain/strategy-schemas.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import type { StrategyModule } from '../strategies/strategy-port.ts';
import { AccountRig, VENUE } from './account-rig.ts';

const PARAMETERS = z.strictObject({ above: z.number().default(50_000), stakes: z.number().default(1) });

/** Long while the close is above a price; its watch rests from 60,000 on. */
const above: StrategyModule<z.infer<typeof PARAMETERS>> = {
  manifest: {
    name: 'above',
    version: 1,
    summary: 'Long above a price.',
    markets: 1,
    input: 'bars',
    may: 'position',
    parameters: PARAMETERS,
    features: () => [],
  },
  create: ({ above: price, stakes }) => {
    let close = 0;
    return {
      watch: {
        get mustRest() {
          return close >= 60_000 ? 'drift' : undefined;
        },
      },
      onBar({ steps: [step] }, out) {
        close = step?.close ?? 0;
        out.want(0, close > price ? stakes : 0, close > price ? 'above' : 'not-above');
      },
      save: () => '',
      load: () => undefined,
    };
  },
};

export const STRATEGY = 'above:test:BTC/USD';

export const setupAt = (change: Partial<StrategySetup> = {}): StrategySetup => ({
  strategy: STRATEGY,
  name: 'above',
  version: 1,
  code: 'house',
  mode: 'canary',
  markets: [{ venue: VENUE, symbol: 'BTC/USD' }],
  barSeconds: 1,
  stake: '4000',
  maxSlippageBps: 20,
  parameters: { above: 50_000, stakes: 1 },
  ...change,
});

export class AccountStrategies extends AccountRig {
  constructor(config: Partial<KernelConfig> = {}) {
    super({
      simulatedMarket: true,
      mustArm: true,
      shelf: {
        find: (name, code) => (name === 'above' && code === 'house' ? above : undefined),
      },
      limits: { ...DEFAULT_LIMITS, maxPositionPct: 1_000, maxGrossExposurePct: 1_000, cancelReserve: 0 },
      detection: { ...DEFAULT_DETECTION, minNetBps: 5_000 },
      ...config,
    });
  }

  /** The account agrees, its books are there. */
  begin(): this {
    this.agree();
    this.price(499_000);
    this.quote(1, 4_998, 5_002, 5_000_000_000);
    this.quote(2, 249_900, 250_100, 5_000_000_000);
    this.pass(0.5);
    return this;
  }

  arm(): this {
    this.command({ type: 'arm', venue: VENUE, lossBudget: '50' });
    return this;
  }

  /** Best bid of BTC/USD in ticks of 0.1; the ask is 1 USD above. */
  price(bid: number): void {
    this.quote(0, bid, bid + 10);
  }

  /** Until the bar under way has ended and its decision was carried out. */
  bar(bid: number): void {
    this.price(bid);
    this.pass(2.2);
  }

  get running() {
    const running = this.kernel.strategies.get(STRATEGY);
    if (running === undefined) throw new Error('it is set');
    return running;
  }

  get own(): Order[] {
    return this.placed.filter(({ executionId }) => executionId.includes('-strategy-'));
  }

  /** The venue accepts an order, and fills so much of it at its limit; all of it where nothing is said. */
  fill(order: Order, qty: string = order.qty.toString(), fillId: string = `f-${order.orderId}-${qty}`): void {
    const { orderId, price } = order;
    const fee = price.times(qty).times('0.0005').toFixed();
    const fill = { fillId, orderId, price: price.toString(), qty, fee, feeAsset: 'USD', atUs: this.nowUs };
    this.report({ kind: 'fill', orderId, fill, atUs: this.nowUs });
  }

  cancel(order: Order): void {
    this.report({ kind: 'canceled', orderId: order.orderId, reason: 'ioc', atUs: this.nowUs });
  }

  /** As the last record of it would be read by the next run. */
  get recorded(): readonly StrategyStanding[] {
    return this.of('strategiesRecorded').at(-1)?.strategies ?? [];
  }
}
