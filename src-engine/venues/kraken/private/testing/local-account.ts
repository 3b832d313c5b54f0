/** An account of the local exchange and our adapter connected to it, for tests over real loopback sockets. */
import { expect } from 'vitest';
import { Decimal } from '../../../../domain/decimal.ts';
import type { VenueOrderEvent } from '../../../../domain/order.ts';
import { deriveOrderId } from '../../../../execution/order-id.ts';
import type { Placement } from '../../../../execution/order-venue.ts';
import type { Clock } from '../../../../lib/clock.ts';
import { SystemClock } from '../../../../lib/system-clock.ts';
import type { AccountOptions } from '../../../local-exchange/core/accounts/accounts.ts';
import {
  type LocalExchange,
  type LocalExchangeOptions,
  startLocalExchange,
} from '../../../local-exchange/local-exchange.ts';
import { KrakenCredentials } from '../credentials.ts';
import { KrakenAccountVenue, type KrakenAccountVenueOptions } from '../account-venue.ts';
import type { NonceStore } from '../../../venue-account.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { until } from '../../../../testing/until.ts';

const account = (name: string): AccountOptions => ({
  name,
  key: `${name}-key-of-a-test`,
  secret: Buffer.from(`a secret of ${name} for tests`).toString('base64'),
  balances: { USD: '100000', BTC: '10', ETH: '100' },
});

export const TRADER = account('trader');
export const MAKER = account('maker');
export const SYMBOL = 'BTC/USD';

/** A watermark that lives as long as the test: across restarts of the adapter. */
export function memoryNonces(): NonceStore {
  let kept: bigint | undefined;
  return {
    load: async () => kept,
    save: async (watermark) => {
      kept = watermark;
    },
  };
}

/** An adapter and everything that it reported. */
export class Connected {
  readonly events: VenueOrderEvent[] = [];
  readonly network = new FaultyNetwork();
  readonly venue: KrakenAccountVenue;
  readonly #clock: Clock;
  #count = 0;
  #last: Placement | undefined;

  constructor(
    exchange: LocalExchange,
    options: Partial<KrakenAccountVenueOptions> & { readonly account?: AccountOptions } = {},
  ) {
    const { account: owner = TRADER, clock = new SystemClock(), ...rest } = options;
    this.#clock = clock;
    this.venue = new KrakenAccountVenue({
      venue: 'kraken',
      clock,
      network: this.network,
      random: () => 0.2,
      restUrl: exchange.url,
      wsUrl: `${exchange.wsUrl}/v2/auth`,
      credentials: new KrakenCredentials(owner.key, owner.secret),
      nonceStore: memoryNonces(),
      tier: 'pro',
      // An answer that a busy machine delivers late is not silence of the venue; tests of silence set their own.
      answerMs: 60_000,
      socket: { backoffBaseMs: 100, silenceMs: 60_000 },
      ...rest,
    });
    this.venue.connect((event) => this.events.push(event));
  }

  /** Places a limit order. @returns its id. */
  place(
    side: 'buy' | 'sell',
    qty: string,
    price: string,
    kind: 'ioc' | 'gtc' | 'post-only' = 'ioc',
    expireMs = 50_000,
    symbol = SYMBOL,
  ): string {
    const orderId = deriveOrderId(`${String(this.#clock.nowUs())}-${++this.#count}`);
    const expireUs = this.#clock.nowUs() + expireMs * 1_000;
    const force = { timeInForce: kind === 'ioc' ? 'ioc' : 'gtc', postOnly: kind === 'post-only' } as const;
    const terms = { side, price: new Decimal(price), qty: new Decimal(qty), ...force };
    this.#last = { orderId, instrumentId: 0, symbol, ...terms, expireUs };
    this.venue.place(this.#last);
    return orderId;
  }

  /** Sends the last placement again. */
  again(): void {
    if (this.#last === undefined) throw new Error('nothing was placed yet');
    this.venue.place(this.#last);
  }

  /** What was reported of one order, in order. */
  of(orderId: string): VenueOrderEvent[] {
    return this.events.filter((event) => 'orderId' in event && event.orderId === orderId);
  }

  kindsOf(orderId: string): string[] {
    return this.of(orderId).map(({ kind }) => kind);
  }

  /** Events of one kind. */
  all<K extends VenueOrderEvent['kind']>(kind: K): Extract<VenueOrderEvent, { kind: K }>[] {
    return this.events.filter((event): event is Extract<VenueOrderEvent, { kind: K }> => event.kind === kind);
  }

  links(): string[] {
    return this.all('link').map(({ state }) => state);
  }

  async isUp(): Promise<void> {
    await until(() => expect(this.links().at(-1)).toBe('up'));
  }
}

/** A quiet local exchange with a trader and a maker. */
export function quietExchange(options: LocalExchangeOptions = {}): Promise<LocalExchange> {
  return startLocalExchange({
    updatesPerSecond: 0,
    accounts: [TRADER, MAKER],
    pairs: ['BTC/USD', 'ETH/USD', 'ETH/BTC'],
    ...options,
  });
}
