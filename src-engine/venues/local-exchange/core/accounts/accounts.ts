import { Decimal } from '../../../../domain/decimal.ts';
import { UserError } from '../../../../domain/errors.ts';
import type { Asset } from '../../../../domain/ids.ts';
import type { ClientOrder, ClientTrade } from '../orders/client-order.ts';
import { Elsewhere } from './elsewhere.ts';
import { Ledger } from './ledger.ts';

/** Most closed orders and trades that an account remembers; the oldest are forgotten first. */
const MAX_HISTORY = 20_000;
const MAX_CANCEL_ALLS = 100;

export type AccountOptions = {
  readonly name: string;
  /** API key, as its client sends it. */
  readonly key: string;
  /** API secret, in the form in which its venue hands it out. */
  readonly secret: string;
  /** What its owner chose beside it, at a venue that asks for one. */
  readonly passphrase?: string | undefined;
  /** Public key of a client that signs with a key pair of its own (PEM, SubjectPublicKeyInfo). */
  readonly publicKey?: string;
  /** What it owns at the start, as decimal text by asset. */
  readonly balances: Readonly<Record<Asset, string>>;
  /** What the key may do, in the words of its venue; what trading needs when left out. */
  readonly permissions?: readonly string[];
};

/** One client of the local exchange. */
export class Account {
  /** Owner number of its orders in the matching engines; the house is 0. */
  readonly number: number;
  readonly name: string;
  readonly key: string;
  readonly secret: string;
  readonly passphrase: string | undefined;
  readonly publicKey: string | undefined;
  readonly permissions: readonly string[] | undefined;
  /** Fees are paid in the venue's own coin, at a discount, while there is enough of it. */
  paysNativeFees = false;
  readonly ledger: Ledger;
  /** What did not come through the order desk. */
  readonly elsewhere: Elsewhere;
  readonly openOrders = new Map<string, ClientOrder>();
  readonly closedOrders: ClientOrder[] = [];
  readonly trades: ClientTrade[] = [];
  /** Highest nonce seen with its key, at a venue that has nonces. */
  lastNonce = 0n;
  /** When it was asked to cancel everything, by the venue's clock; the last hundred times. */
  readonly cancelAllsUs: number[] = [];
  /** Stops the countdown of cancelAllOrdersAfter, when one runs. */
  stopCountdown: (() => void) | undefined = undefined;

  constructor(number: number, options: AccountOptions, assets: ReadonlySet<Asset>) {
    this.number = number;
    this.name = options.name;
    this.key = options.key;
    this.secret = options.secret;
    this.passphrase = options.passphrase;
    this.publicKey = options.publicKey;
    this.permissions = options.permissions;
    const balances = Object.entries(options.balances).map(
      ([asset, amount]) => [known(asset, assets), startBalance(options.name, asset, amount)] as const,
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

function known(asset: Asset, assets: ReadonlySet<Asset>): Asset {
  if (assets.has(asset)) return asset;
  throw new UserError({
    code: 'unknown-asset',
    field: 'asset',
    value: asset,
    message: 'is not an asset of the local exchange',
    remedy: `Use one of ${[...assets].join(', ')}.`,
  });
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

/** All accounts, found by their keys. */
export class Accounts {
  readonly #byKey = new Map<string, Account>();

  constructor(options: readonly AccountOptions[], assets: ReadonlySet<Asset>) {
    for (const entry of options) {
      if (this.#byKey.has(entry.key)) {
        throw new UserError({
          code: 'duplicate-key',
          field: `accounts.${entry.name}.key`,
          message: 'is the key of another account',
          remedy: 'Give every account its own key.',
        });
      }
      this.#byKey.set(entry.key, new Account(this.#byKey.size + 1, entry, assets));
    }
  }

  all(): Account[] {
    return [...this.#byKey.values()];
  }

  byKey(key: string): Account | undefined {
    return this.#byKey.get(key);
  }
}
