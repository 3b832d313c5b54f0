/** The local exchange as OKX: the core with OKX's names, ids, fees and limits. */
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { Market } from '../../core/market.ts';
import { NumberIds } from '../../core/number-ids.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import { OkxProblem } from './okx-problem.ts';
import { ASSETS, type OkxPair } from './pairs.ts';

export type OkxExchangeOptions = {
  readonly pairs: readonly OkxPair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
};

/** New orders of one instrument and account in two seconds. */
export const ORDER_LIMIT = 60;
const SPAN_US = 2_000_000;

export class OkxExchange extends ExchangeCore {
  readonly #updatedUs = new WeakMap<ClientOrder, TimeUs>();
  readonly #orders = new Map<string, TimeUs[]>();
  #bannedUntilUs: TimeUs = 0;
  /** How often a fault refused every client. */
  bans = 0;

  constructor({ pairs, fees, accounts, clock }: OkxExchangeOptions) {
    super({
      pairs,
      fees,
      accounts,
      clock,
      assets: ASSETS,
      ids: new NumberIds(clock.nowUs()),
      feeRule: { chargedIn: 'received' },
      namesOf: (pair: Pair) => [(pair as OkxPair).name, String((pair as OkxPair).code), pair.symbol],
    });
    this.faults.onBan = (forUs) => {
      if (forUs > 0) this.bans++;
      this.#bannedUntilUs = this.clock.nowUs() + forUs;
    };
    this.listen({ onExecution: ({ order, atUs }) => void this.#updatedUs.set(order, atUs) });
  }

  /** A listed market by `instId`, or by the number of `instIdCode`. @throws OkxProblem 51001. */
  named(name: string): Market {
    const market = name.includes('/') ? undefined : this.find(name);
    if (market === undefined) throw new OkxProblem('51001', 'Instrument ID does not exist.');
    return market;
  }

  updatedUs(order: ClientOrder): TimeUs {
    return this.#updatedUs.get(order) ?? order.openedUs;
  }

  /** @throws OkxProblem 50011 while a fault refuses every client. */
  requireOpen(): void {
    if (this.clock.nowUs() < this.#bannedUntilUs) throw new OkxProblem('50011', 'Too Many Requests', 429);
  }

  /** Counts a new order. @throws OkxProblem 50011. */
  countOrder(account: string, market: Market): void {
    const nowUs = this.clock.nowUs();
    const key = `${account} ${market.pair.symbol}`;
    const recent = (this.#orders.get(key) ?? []).filter((atUs) => nowUs - atUs < SPAN_US);
    if (recent.length >= ORDER_LIMIT) throw new OkxProblem('50011', 'Too Many Requests', 429);
    this.#orders.set(key, [...recent, nowUs]);
  }

  /** Leaves an account nothing of its orders for two seconds, as another program with its key would. */
  useUp(account: string): void {
    const nowUs = this.clock.nowUs();
    for (const { pair } of this.markets)
      this.#orders.set(`${account} ${pair.symbol}`, Array<TimeUs>(ORDER_LIMIT).fill(nowUs));
  }
}
