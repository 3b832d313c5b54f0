/** An account of an adapter at a local exchange with its venue's face, over real sockets: the exchange's ledger is the authority. */
import { expect } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../domain/order.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import type { Account, AccountOptions } from '../../local-exchange/core/accounts/accounts.ts';
import { FACE_CASH, type FaceName } from '../../local-exchange/face-names.ts';
import { FACE_FACTS, type RunningExchange, startFace } from '../../local-exchange/local-exchange.ts';
import type { Network } from '../../network.ts';
import { SystemNetwork } from '../../system-network.ts';
import { venueAdapter } from '../../registry.ts';

const clock = new SystemClock();
const system = new SystemNetwork();

/** Through which adapter the account is reached, where that is not the one of the face's venue. Its symbols are the pairs of the face. */
export type Through = { readonly venue: string; readonly network: Network };
const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };

/** The account of a face, and another client whose orders it meets. */
function accountsOf(face: FaceName, more: Partial<AccountOptions> = {}): AccountOptions[] {
  const { account } = FACE_FACTS[face];
  const trader = { ...account, balances: { [FACE_CASH[face]]: '100000', BTC: '10', ETH: '100' }, ...more };
  const maker = { ...account, name: 'maker', key: 'maker-key-of-a-test' };
  return [trader, { ...maker, balances: { [FACE_CASH[face]]: '9000000', BTC: '100', ETH: '1000' } }];
}

export class FaceAccount {
  readonly adapter;
  readonly exchange: RunningExchange;
  readonly account: Account;
  readonly venue;
  readonly events: VenueOrderEvent[] = [];
  readonly #maker: Account;
  readonly #network: Network;
  /** The venue's names of pairs. */
  readonly #names: ReadonlyMap<string, string>;
  #placed = 0;

  private constructor(
    face: FaceName,
    exchange: RunningExchange,
    names: ReadonlyMap<string, string>,
    { venue, network }: Through = { venue: face, network: system },
  ) {
    this.adapter = venueAdapter(venue, 'venue');
    this.#network = network;
    this.exchange = exchange;
    this.#names = names;
    const [trader, maker] = exchange.accounts.all();
    if (trader === undefined || maker === undefined) throw new Error('there are no two accounts');
    this.account = trader;
    this.#maker = maker;
    const access = this.adapter.account;
    if (access === undefined) throw new Error(`${face} has no accounts`);
    const { account: credential } = FACE_FACTS[face];
    this.venue = access.open({ ...this.#context(), credential, nonces });
  }

  /** Starts an exchange without a crowd, and opens an account there. */
  static async start(
    face: FaceName,
    more: Partial<AccountOptions> = {},
    through?: Through,
  ): Promise<FaceAccount> {
    const accounts = accountsOf(face, more);
    const exchange = await startFace(face, { accounts, updatesPerSecond: 0, fees: 'real' });
    if (through !== undefined) {
      const pairs = exchange.core.markets.map(({ pair }) => [pair.symbol, pair.symbol] as const);
      return new FaceAccount(face, exchange, new Map(pairs), through);
    }
    const adapter = venueAdapter(face, 'face');
    const urls = adapter.localUrls(exchange.url);
    const { instruments } = await adapter.listInstruments({
      clock,
      network: system,
      random: () => 0.5,
      urls,
    });
    const names = new Map(instruments.map(({ base, quote, symbol }) => [`${base}/${quote}`, symbol]));
    return new FaceAccount(face, exchange, names);
  }

  async connect(): Promise<void> {
    this.venue.connect((event) => this.events.push(event));
    await until(() => expect(this.events.at(-1)).toMatchObject({ kind: 'link', state: 'up' }));
  }

  async stop(): Promise<void> {
    await this.venue.stop();
    await this.exchange.stop();
  }

  #context() {
    return {
      clock,
      network: this.#network,
      random: () => 0.5,
      urls: this.adapter.localUrls(this.exchange.url),
    };
  }

  get nowUs(): number {
    return clock.nowUs();
  }

  /** The venue's name of a pair such as `BTC/USDT`. */
  symbol(pair: string): string {
    const symbol = this.#names.get(pair);
    if (symbol === undefined) throw new Error(`${pair} is not listed`);
    return symbol;
  }

  /** Buys by a limit order. @returns its id. */
  place(pair: string, qty: string, price: string, kind: 'ioc' | 'gtc' | 'post-only' = 'ioc'): string {
    const orderId = (++this.#placed).toString(16).padStart(32, '0');
    const expireUs = clock.nowUs() + 5_000_000;
    const timeInForce = kind === 'ioc' ? 'ioc' : 'gtc';
    const postOnly = kind === 'post-only' ? true : undefined;
    const amounts = { price: decimal(price), qty: decimal(qty) };
    const terms = { side: 'buy', ...amounts, timeInForce, postOnly, expireUs } as const;
    this.venue.place({ orderId, instrumentId: 0, symbol: this.symbol(pair), ...terms });
    return orderId;
  }

  /** An order of another client rests in the book. */
  offer(pair: string, price: string, qty: string): void {
    const market = this.exchange.core.market(pair);
    this.exchange.core.desk.place(this.#maker, market, { side: 'sell', type: 'limit', price, qty });
  }

  of<K extends VenueOrderEvent['kind']>(kind: K): Extract<VenueOrderEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<VenueOrderEvent, { kind: K }> => event.kind === kind);
  }

  get open(): number {
    return this.account.openOrders.size;
  }

  /** The venue's way to cancel without a session. */
  emergency() {
    const { adapter, exchange } = this;
    const { key, secret, passphrase } = this.account;
    const parts = {
      clock,
      network: this.#network,
      credential: { key, secret, passphrase },
      nonces,
      restUrl: exchange.url,
      timeoutMs: 4_000,
    };
    const cancel = adapter.account?.emergencyCancel(parts);
    if (cancel === undefined) throw new Error('there is no emergency cancel');
    return cancel;
  }
}
