/** The local exchange as KuCoin: the core with KuCoin's names, ids, fees in quote, numbers of books, and tokens of connections. */
import type { TimeUs } from '../../../../domain/time.ts';
import type { Clock } from '../../../../lib/clock.ts';
import type { Account, AccountOptions } from '../../core/accounts/accounts.ts';
import { ExchangeCore } from '../../core/exchange-core.ts';
import type { Market } from '../../core/market.ts';
import { NumberIds } from '../../core/number-ids.ts';
import type { ClientOrder } from '../../core/orders/client-order.ts';
import type { FeeSchedule, Pair } from '../../core/pair.ts';
import { KucoinProblem } from './kucoin-problem.ts';
import { ASSETS, type KucoinPair } from './pairs.ts';

export type KucoinExchangeOptions = {
  readonly pairs: readonly KucoinPair[];
  readonly fees: FeeSchedule;
  readonly accounts: readonly AccountOptions[];
  readonly clock: Clock;
};

/** Weight of the account's spot calls in a span. */
export const WEIGHT_LIMIT = 4_000;
export const SPAN_US = 30_000_000;
/** Tokens that were given out and not used. */
const MOST_TOKENS = 1_000;

export class KucoinExchange extends ExchangeCore {
  readonly #updatedUs = new WeakMap<ClientOrder, TimeUs>();
  readonly #numbers = new Map<Market, number>();
  /** Account whose connection a token opens; undefined where the connection is public. */
  readonly #tokens = new Map<string, Account | undefined>();
  readonly #weights = new Map<string, { startUs: TimeUs; used: number }>();
  readonly #firstNumber: number;
  #lastToken = 0;
  #bannedUntilUs: TimeUs = 0;
  /** How often a fault refused every client. */
  bans = 0;

  constructor({ pairs, fees, accounts, clock }: KucoinExchangeOptions) {
    super({
      pairs,
      fees,
      accounts,
      clock,
      assets: ASSETS,
      ids: new NumberIds(clock.nowUs()),
      feeRule: { chargedIn: 'quote' },
      namesOf: (pair: Pair) => [(pair as KucoinPair).name, pair.symbol],
    });
    this.#firstNumber = Math.trunc(clock.nowUs() / 1_000_000);
    this.faults.onBan = (forUs) => {
      if (forUs > 0) this.bans++;
      this.#bannedUntilUs = this.clock.nowUs() + forUs;
    };
    this.listen({ onExecution: ({ order, atUs }) => void this.#updatedUs.set(order, atUs) });
  }

  /** A listed market by its symbol, `BTC-USDT`. @throws KucoinProblem 900001. */
  named(name: string): Market {
    const market = name.includes('/') ? undefined : this.find(name);
    if (market === undefined) throw new KucoinProblem('900001', 'symbol not exists');
    return market;
  }

  updatedUs(order: ClientOrder): TimeUs {
    return this.#updatedUs.get(order) ?? order.openedUs;
  }

  /** Number of the newest change of a book. */
  sequence(market: Market): number {
    return this.#numbers.get(market) ?? this.#firstNumber;
  }

  /** Numbers so many changes. @returns the first of them. */
  advance(market: Market, count: number): number {
    const first = this.sequence(market) + 1;
    this.#numbers.set(market, first + count - 1);
    return first;
  }

  /** A token for one connection. */
  newToken(account?: Account): string {
    const token = `local-${this.#firstNumber.toString(36)}-${(++this.#lastToken).toString(36)}`;
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= MOST_TOKENS) this.#tokens.delete(oldest);
    this.#tokens.set(token, account);
    return token;
  }

  /** Uses a token up; undefined: it was never given out, or is used. */
  takeToken(token: string): { readonly account: Account | undefined } | undefined {
    const account = this.#tokens.get(token);
    return this.#tokens.delete(token) ? { account } : undefined;
  }

  /** @throws KucoinProblem 429000 while a fault refuses every client. */
  requireOpen(): void {
    if (this.clock.nowUs() < this.#bannedUntilUs) throw new KucoinProblem('429000', 'Too Many Requests', 429);
  }

  /** Counts a call of the account. @returns the headers that say what is left. @throws KucoinProblem 429000. */
  count(account: string, weight: number): Readonly<Record<string, string>> {
    const nowUs = this.clock.nowUs();
    const known = this.#weights.get(account);
    const window =
      known !== undefined && nowUs - known.startUs < SPAN_US ? known : { startUs: nowUs, used: 0 };
    this.#weights.set(account, window);
    window.used += weight;
    const headers = {
      'gw-ratelimit-limit': String(WEIGHT_LIMIT),
      'gw-ratelimit-remaining': String(Math.max(0, WEIGHT_LIMIT - window.used)),
      'gw-ratelimit-reset': String(Math.ceil((window.startUs + SPAN_US - nowUs) / 1_000)),
    };
    if (window.used > WEIGHT_LIMIT) throw new KucoinProblem('429000', 'Too Many Requests', 429, headers);
    return headers;
  }

  /** Leaves an account nothing of its weight for this span, as another program with its key would. */
  useUp(account: string): void {
    this.#weights.set(account, { startUs: this.clock.nowUs(), used: WEIGHT_LIMIT });
  }
}
