/** The local exchange as Coinbase: the core with Coinbase's names, ids, fees in quote, and its limit of requests. */
import { fromUnits } from '../../../../domain/decimal.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account, AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { IdSource } from '../../core/id-source.ts';
import type { Market } from '../../core/market.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import { CoinbaseProblem } from './coinbase-problem.ts';
import { ASSETS, type CoinbasePair } from './pairs.ts';
import { RequestLimit } from './request-limit.ts';
import { TokenDesk } from './token-desk.ts';

export type CoinbaseExchangeOptions = {
  readonly pairs: readonly CoinbasePair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
};

/** What the face keeps of an order beyond what the core does. */
export type OrderNote = {
  /** Its client's id: longer than the core takes, as the venue sets no limit. */
  readonly clientOrderId: string;
  /** The kind of the order and its terms, word for word. */
  readonly configuration: object;
};

/** Longest client order id that the core keeps; of a longer one only the face knows. */
const MAX_CORE_ID = 36;

export class CoinbaseExchange extends ExchangeCore {
  readonly tokens: TokenDesk;
  readonly limit = new RequestLimit();
  /** Orders by their client's id, of each account. */
  readonly #byClientId = new Map<Account, Map<string, ClientOrder>>();

  constructor(options: CoinbaseExchangeOptions) {
    const { pairs, fees, accounts, clock } = options;
    super({
      pairs,
      fees,
      accounts,
      clock,
      assets: ASSETS,
      ids: new UuidSource(clock.nowUs()),
      feeRule: { chargedIn: 'quote' },
      namesOf: (pair: Pair) => [(pair as CoinbasePair).productId, pair.symbol],
    });
    this.tokens = new TokenDesk(this.accounts, clock);
    this.faults.onBan = (forUs) => {
      this.limit.block(this.clock.nowUs() + forUs);
      if (forUs > 0) this.faults.dropConnections();
    };
  }

  /** @throws CoinbaseProblem of the status 404. */
  product(productId: string): Market {
    const market = this.find(productId);
    // The core's own symbol has a slash, which no product has.
    if (market !== undefined && !productId.includes('/')) return market;
    throw new CoinbaseProblem('NOT_FOUND', 'valid product_id is required', 404);
  }

  /** The order that the account placed under this id of its own, whatever became of it. */
  byClientId(account: Account, id: string): ClientOrder | undefined {
    return this.#byClientId.get(account)?.get(id);
  }

  remember(account: Account, id: string, order: ClientOrder): void {
    const orders = this.#byClientId.get(account) ?? new Map<string, ClientOrder>();
    this.#byClientId.set(account, orders.set(id, order));
  }
}

/** As the core takes it. */
export function coreId(clientOrderId: string): string | undefined {
  return clientOrderId.length <= MAX_CORE_ID ? clientOrderId : undefined;
}

export function noteOf(order: ClientOrder): OrderNote {
  return (order.terms.note as OrderNote | undefined) ?? plainNote(order);
}

/** Of an order that was placed in the core itself, as by another program of a simulation: a limit order that rests. */
function plainNote({ clOrdId = '', market: { pair }, qty, price }: ClientOrder): OrderNote {
  const base_size = fromUnits(qty, pair.qtyDecimals).toFixed();
  const limit_price = fromUnits(price, pair.priceDecimals).toFixed();
  return {
    clientOrderId: clOrdId,
    configuration: { limit_limit_gtc: { base_size, limit_price, post_only: false } },
  };
}

/** Ids in the form of UUIDs that count up; those of a new start are others. */
class UuidSource implements IdSource {
  readonly #head: string;
  #last = 0;

  constructor(startUs: TimeUs) {
    this.#head = Math.trunc(startUs / 1_000)
      .toString(16)
      .padStart(12, '0')
      .slice(-12);
  }

  next(): string {
    const count = (++this.#last).toString(16).padStart(12, '0');
    return `${this.#head.slice(0, 8)}-${this.#head.slice(8)}-4000-8000-${count}`;
  }
}
