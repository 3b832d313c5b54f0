/** A wallet as an account, on a scripted chain: what it reported, and what the chain has. */
import { expect } from 'vitest';
import { decimal } from '../../../domain/decimal.ts';
import type { OrderPurpose, VenueOrderEvent } from '../../../domain/order.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import { SystemClock } from '../../../lib/system-clock.ts';
import { until } from '../../../testing/until.ts';
import type { AccountVenue, EmergencyCancel } from '../../venue-account.ts';
import { walletAccess } from '../account/access.ts';
import { walletEmergencyCancel } from '../account/emergency-cancel.ts';
import { localChainAddress } from '../address.ts';
import { POOL } from './scripted-mempool.ts';
import { WalletInProcess } from './wallet-in-process.ts';
import { KEY, signer } from './wallet-rig.ts';

const clock = new SystemClock();
const nonces = { load: () => Promise.resolve(undefined), save: () => Promise.resolve() };
export const CREDENTIAL = { key: signer.address, secret: KEY };
export const BASE = localChainAddress('v2', '/tmp/nowhere');

export class WalletAccount {
  readonly process = new WalletInProcess();
  readonly events: VenueOrderEvent[] = [];
  venue: AccountVenue;
  #placed = 0;

  constructor() {
    this.venue = this.#opened();
  }

  #opened(earlier: readonly string[] = [], createdUs = clock.nowUs()): AccountVenue {
    return walletAccess('uniswap-v2').open({
      clock,
      network: this.process,
      random: () => 0,
      nonces,
      credential: CREDENTIAL,
      urls: { rest: BASE },
      earlierOrders: earlier.map((orderId) => ({ orderId, symbol: POOL.symbol, createdUs })),
    });
  }

  async connect(state: 'up' | 'down' = 'up'): Promise<void> {
    this.venue.connect((event) => this.events.push(event));
    await this.linked(state);
  }

  /** Another engine begins with what was kept: the one before is gone, and its process with it. */
  async restart(earlier: readonly string[], createdUs?: number): Promise<void> {
    await this.reopen(earlier, createdUs);
    await this.connect();
  }

  /** The same, not connected yet. */
  async reopen(earlier: readonly string[], createdUs?: number): Promise<void> {
    await this.end();
    this.events.length = 0;
    this.venue = this.#opened(earlier, createdUs);
  }

  /** The engine is gone, and its process with it. */
  async end(): Promise<void> {
    this.process.end();
    await this.venue.stop();
  }

  /** Cancels alone, as a watchdog beside a dead engine does. */
  emergency(): EmergencyCancel {
    const context = { clock, network: this.process, credential: CREDENTIAL, nonces };
    return walletEmergencyCancel({ ...context, restUrl: BASE, timeoutMs: 4_000 });
  }

  async linked(state: 'up' | 'down'): Promise<void> {
    await until(() => expect(this.of('link').at(-1)?.state).toBe(state));
  }

  /** @returns its id. */
  place(side: 'buy' | 'sell', price: string, qty = '1.5', purpose: OrderPurpose = 'open'): string {
    const placement = this.placement(side, price, qty, purpose);
    this.venue.place(placement);
    return placement.orderId;
  }

  /** With an id of its own. */
  placement(side: 'buy' | 'sell', price: string, qty = '1.5', purpose: OrderPurpose = 'open'): Placement {
    const orderId = (++this.#placed).toString(16).padStart(32, '0');
    const common = { instrumentId: 0, symbol: POOL.symbol, timeInForce: 'ioc', purpose } as const;
    const expireUs = clock.nowUs() + 100_000_000;
    return { ...common, orderId, side, price: decimal(price), qty: decimal(qty), expireUs };
  }

  async reported(kind: VenueOrderEvent['kind']): Promise<void> {
    await until(() => expect(this.kinds()).toContain(kind));
  }

  /** A block with what waits, and a look at it. */
  async mined(kind: VenueOrderEvent['kind']): Promise<void> {
    this.process.chain.mine(1);
    await until(() => {
      this.process.look();
      expect(this.kinds()).toContain(kind);
    });
  }

  async compared() {
    const before = this.of('account').length;
    this.venue.reconcile(0, true);
    await until(() => expect(this.of('account').length).toBeGreaterThan(before));
    const account = this.of('account').at(-1)?.account;
    if (account === undefined) throw new Error('there is no reading');
    return account;
  }

  of<K extends VenueOrderEvent['kind']>(kind: K) {
    return this.events.filter((event): event is Extract<VenueOrderEvent, { kind: K }> => event.kind === kind);
  }

  /** Of orders, in their order. */
  kinds(): string {
    return this.events.flatMap((event) => ('orderId' in event ? [event.kind] : [])).join(' ');
  }
}
