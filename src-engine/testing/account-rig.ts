/** A live kernel, and a venue whose every answer the test gives. */
import type { Effect } from '../domain/effect.ts';
import type { EngineEvent, RecoveredOrder } from '../domain/event.ts';
import { createInstrument } from '../domain/instrument.ts';
import { DEFAULT_DETECTION, DEFAULT_LIMITS } from '../domain/limits.ts';
import { BookUpdate } from '../domain/market-data.ts';
import type { Fill, VenueAccount, VenueOrder, VenueOrderEvent } from '../domain/order.ts';
import type { Command, Input } from '../kernel/input.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { KernelConfig } from '../kernel/kernel-config.ts';
import { START_US, TRIANGLE } from './kernel-harness.ts';
import { sampleOrder } from './sample-events.ts';

export const VENUE = 'test';
const S = 1_000_000;
type Account = Partial<Omit<VenueAccount, 'venue' | 'sinceUs'>>;

export class AccountRig {
  readonly kernel: Kernel;
  readonly events: EngineEvent[] = [];
  readonly effects: Effect[] = [];
  nowUs = START_US;

  constructor(config: Partial<KernelConfig> = {}) {
    this.kernel = new Kernel({
      runId: 'run',
      mode: 'live',
      simulatedMarket: false,
      seed: 1,
      homeAsset: 'USD',
      instruments: TRIANGLE.map((spec, id) => createInstrument(spec, id, VENUE)),
      bookDepth: 10,
      limits: DEFAULT_LIMITS,
      detection: DEFAULT_DETECTION,
      opening: { balances: [{ asset: 'USD', total: '10000' }], realizedPnl: '0', fees: '0' },
      killed: false,
      mustReconcile: true,
      ...config,
    });
    this.kernel.begin(this.nowUs);
    this.#take();
  }

  of<T extends EngineEvent['type']>(type: T): Extract<EngineEvent, { readonly type: T }>[] {
    return this.events.filter(
      (event): event is Extract<EngineEvent, { readonly type: T }> => event.type === type,
    );
  }

  get placed() {
    return this.effects.flatMap((effect) => (effect.type === 'place' ? [effect.order] : []));
  }

  /** Questions that the venue was asked so far. */
  get asked(): number {
    return this.effects.filter(({ type }) => type === 'reconcile').length;
  }

  /** The last of them. @throws Error when none was asked. */
  get question() {
    const question = this.effects.findLast(({ type }) => type === 'reconcile');
    if (question?.type !== 'reconcile') throw new Error('no account was asked for');
    return question;
  }

  report(event: VenueOrderEvent): void {
    this.kernel.step({ kind: 'order', event });
    this.#take();
  }

  /** Answers the last question to a venue. */
  answer({ orders = [], fills = [], balances, unread, readToUs, takenBack }: Account, venue = VENUE): void {
    const question = this.effects.findLast((one) => one.type === 'reconcile' && one.venue === venue);
    const sinceUs = question?.type === 'reconcile' ? question.sinceUs : 0;
    const account = { venue, orders, fills, balances, unread, sinceUs, readToUs, takenBack };
    this.report({ kind: 'account', account, atUs: this.nowUs });
  }

  /** As `answer`, with the balances of the ledger. */
  agree(account: Account = {}): void {
    this.answer({ balances: this.balances(), ...account });
  }

  total(asset: string): string {
    return this.kernel.portfolio.balances.total(asset).toString();
  }

  balances(): { asset: string; total: string }[] {
    return this.kernel.portfolio.snapshot().map(({ asset, total }) => ({ asset, total }));
  }

  command(command: Command): void {
    const actor = { kind: 'operator', via: 'test' } as const;
    this.kernel.step({ kind: 'command', command, actor, atUs: this.nowUs });
    this.#take();
  }

  /** Ticks of 100 ms; the books stay true, unless nothing is heard of them. */
  pass(seconds: number, isSilent = false): void {
    for (let i = 0; i < seconds * 10; i++) {
      this.nowUs += S / 10;
      for (const venue of isSilent ? [] : this.kernel.feeds.keys())
        this.step({ kind: 'alive', venue, receivedUs: this.nowUs });
      this.step({ kind: 'tick', atUs: this.nowUs });
    }
  }

  step(input: Input): void {
    this.kernel.step(input);
    this.#take();
  }

  /** One level of a book in its units, deep enough. */
  quote(id: number, bid: number, ask: number, qty = 200_000_000): void {
    const update = new BookUpdate();
    update.reset(id, true, this.nowUs);
    update.pushBid(bid, qty);
    update.pushAsk(ask, qty);
    this.kernel.step(update);
    this.#take();
  }

  /** A cycle that pays: USD → BTC → ETH → USD. */
  openEdge(): void {
    this.quote(0, 499_950, 500_050);
    this.quote(1, 4_998, 5_002, 5_000_000_000);
    this.quote(2, 251_800, 251_900, 5_000_000_000);
  }

  #take(): void {
    const { outbox } = this.kernel;
    this.events.push(...outbox.events);
    this.effects.push(...outbox.effects);
    outbox.events = [];
    outbox.effects = [];
  }
}

/** A fill of the last run's order. */
export const fillOf = (change: Partial<Fill> = {}): Fill => ({
  fillId: 'f1',
  orderId: 'old',
  price: '50000',
  qty: '0.01',
  fee: '0.25',
  feeAsset: 'USD',
  atUs: START_US - 5 * S,
  ...change,
});

/** That order as the venue lists it. */
export const shown = (change: Partial<VenueOrder> = {}): VenueOrder => ({
  orderId: 'old',
  venueOrderId: 'V1',
  symbol: 'BTC/USD',
  side: 'buy',
  price: '50000',
  qty: '0.02',
  filledQty: '0.01',
  state: 'canceled',
  ...change,
});

/** An order of the last run whose outcome is unknown. */
export const recovered = (): RecoveredOrder => ({
  record: sampleOrder({
    orderId: 'old',
    venue: VENUE,
    price: '50000',
    qty: '0.02',
    state: 'accepted',
    createdUs: START_US - 30 * S,
    updatedUs: START_US - 30 * S,
  }),
  fillIds: [],
});

/** An account that agrees, and an order that has just left. */
export function withOrder(config: Partial<KernelConfig> = {}): { rig: AccountRig; orderId: string } {
  const rig = new AccountRig(config);
  rig.agree();
  rig.openEdge();
  const [order] = rig.placed;
  if (order === undefined) throw new Error('no order was placed');
  return { rig, orderId: order.orderId };
}
