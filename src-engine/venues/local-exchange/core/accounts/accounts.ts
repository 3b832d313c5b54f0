import { randomBytes } from 'node:crypto';
import { Decimal } from '../../../../domain/decimal.ts';
import { UserError } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { ClientOrder, ClientTrade } from '../orders/client-order.ts';
import { assetInfo } from '../pairs.ts';
import { Elsewhere } from './elsewhere.ts';
import { Ledger } from './ledger.ts';

/** Most closed orders and trades that an account remembers; the oldest are forgotten first. */
const MAX_HISTORY = 20_000;
const MAX_CANCEL_ALLS = 100;

export type AccountOptions = {
  readonly name: string;
  /** API key as sent in `API-Key`. */
  readonly key: string;
  /** API secret, base64, as Kraken hands it out. */
  readonly secret: string;
  /** What it owns at the start, as decimal text by asset. */
  readonly balances: Readonly<Record<Asset, string>>;
  /** What `GetApiKeyInfo` says that the key may do; what trading needs when left out. */
  readonly permissions?: readonly string[];
};

/** Permissions of a key for trading, as Kraken names them. */
const TRADING_PERMISSIONS = [
  'query-funds',
  'query-open-trades',
  'query-closed-trades',
  'modify-trades',
  'close-trades',
  'create-ws-token',
] as const;

/** One client of the local exchange. */
export class Account {
  /** Owner number of its orders in the matching engines; the house is 0. */
  readonly number: number;
  readonly name: string;
  readonly key: string;
  readonly secret: Buffer;
  readonly permissions: readonly string[];
  readonly ledger: Ledger;
  /** What did not come through the order desk. */
  readonly elsewhere: Elsewhere;
  readonly openOrders = new Map<string, ClientOrder>();
  readonly closedOrders: ClientOrder[] = [];
  readonly trades: ClientTrade[] = [];
  /** Highest nonce seen with its key. */
  lastNonce = 0n;
  /** When it was asked to cancel everything, by the venue's clock; the last hundred times. */
  readonly cancelAllsUs: number[] = [];
  /** Stops the countdown of cancelAllOrdersAfter, when one runs. */
  stopCountdown: (() => void) | undefined = undefined;

  constructor(number: number, options: AccountOptions) {
    this.number = number;
    this.name = options.name;
    this.key = options.key;
    this.secret = Buffer.from(options.secret, 'base64');
    this.permissions = options.permissions ?? TRADING_PERMISSIONS;
    const balances = Object.entries(options.balances).map(
      ([asset, amount]) => [assetInfo(asset).code, startBalance(options.name, asset, amount)] as const,
    );
    this.ledger = new Ledger(new Map(balances));
    this.elsewhere = new Elsewhere(this.ledger);
  }

  /** An order of this account by its own or its client's id, open ones first. */
  findOrder(id: string): ClientOrder | undefined {
    return (
      this.findOpen(id) ?? this.closedOrders.findLast((order) => order.orderId === id || order.clOrdId === id)
    );
  }

  findOpen(id: string): ClientOrder | undefined {
    const byId = this.openOrders.get(id);
    if (byId !== undefined) return byId;
    for (const order of this.openOrders.values()) if (order.clOrdId === id) return order;
    return undefined;
  }

  remember(order: ClientOrder): void {
    this.openOrders.delete(order.orderId);
    this.closedOrders.push(order);
    if (this.closedOrders.length > MAX_HISTORY) this.closedOrders.shift();
  }

  rememberCancelAll(atUs: number): void {
    this.cancelAllsUs.push(atUs);
    if (this.cancelAllsUs.length > MAX_CANCEL_ALLS) this.cancelAllsUs.shift();
  }

  rememberTrade(trade: ClientTrade): void {
    this.trades.push(trade);
    if (this.trades.length > MAX_HISTORY) this.trades.shift();
  }
}

function startBalance(account: string, asset: Asset, amount: string): Decimal {
  const value = /^\d{1,15}(\.\d{1,10})?$/.test(amount) ? new Decimal(amount) : undefined;
  if (value !== undefined) return value;
  throw new UserError({
    code: 'bad-balance',
    field: `accounts.${account}.balances.${asset}`,
    value: amount,
    message: 'is not an amount of at most 10 decimals',
    remedy: 'Write plain digits such as "1000.5".',
  });
}

/** Key and secret of the account that a demonstration trades with. Worthless anywhere else. */
export const DEMO_ACCOUNT: AccountOptions = {
  name: 'demo',
  key: 'demo-key-of-the-local-exchange',
  secret: Buffer.from('demo secret of the local exchange').toString('base64'),
  balances: { USD: '50000', EUR: '20000', USDT: '20000', BTC: '0.5', ETH: '5' },
};

/** How long a WebSocket token may wait for its first use (Kraken: 15 minutes). */
export const TOKEN_LIFE_US = 900_000_000;
/** Most tokens that wait for their first use. */
const MAX_TOKENS = 10_000;

/** All accounts, found by key or by WebSocket token. */
export class Accounts {
  readonly #byKey = new Map<string, Account>();
  readonly #tokens = new Map<string, { account: Account; expiresUs: number }>();

  constructor(options: readonly AccountOptions[]) {
    for (const entry of options) {
      if (this.#byKey.has(entry.key)) {
        throw new UserError({
          code: 'duplicate-key',
          field: `accounts.${entry.name}.key`,
          message: 'is the key of another account',
          remedy: 'Give every account a key of its own.',
        });
      }
      this.#byKey.set(entry.key, new Account(this.#byKey.size + 1, entry));
    }
  }

  all(): Account[] {
    return [...this.#byKey.values()];
  }

  byKey(key: string): Account | undefined {
    return this.#byKey.get(key);
  }

  /** A fresh WebSocket token, unguessable. */
  issueToken(account: Account, nowUs: number): string {
    for (const [token, entry] of this.#tokens) {
      if (entry.expiresUs >= nowUs && this.#tokens.size < MAX_TOKENS) break;
      this.#tokens.delete(token);
    }
    const token = randomBytes(32).toString('base64');
    this.#tokens.set(token, { account, expiresUs: nowUs + TOKEN_LIFE_US });
    return token;
  }

  /** The account that a token speaks for, while it has not expired. */
  byToken(token: string, nowUs: number): Account | undefined {
    const entry = this.#tokens.get(token);
    return entry !== undefined && entry.expiresUs >= nowUs ? entry.account : undefined;
  }
}
