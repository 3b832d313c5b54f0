/** A wallet as an account of the engine: every order goes to the process that signs, and only the chain says what became of it. */
import { Decimal, type DecimalText } from '../../../domain/decimal.ts';
import type { Asset, OrderId, VenueName } from '../../../domain/ids.ts';
import type { VenueAccount, VenueBalance, VenueOrderEvent } from '../../../domain/order.ts';
import { US_PER_MS, US_PER_SECOND } from '../../../domain/time.ts';
import type { Placement } from '../../../execution/order-venue.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Network } from '../../network.ts';
import { AccountReader, type AskedAccount } from '../../toolkit/account-reader.ts';
import type { Json } from '../../toolkit/json.ts';
import { orderIdOf } from '../../toolkit/own-order-id.ts';
import { NotSent } from '../../toolkit/signed-calls.ts';
import type { AccountCheck, AccountFees, AccountVenue } from '../../venue-account.ts';
import type { AccountContext } from '../../venue-adapter.ts';
import { accountAddress } from '../address.ts';
import type { AskedOrder } from '../wallet/asks.ts';
import { eventOf, type Standing, standingOf, wordsOf } from './account-lines.ts';
import type { WalletCredentials } from './credentials.ts';
import { WalletLink } from './wallet-link.ts';

export type WalletVenueOptions = {
  readonly venue: VenueName;
  readonly clock: Clock;
  readonly network: Network;
  readonly random: () => number;
  readonly credentials: WalletCredentials;
  /** Of the local chain: `localChainAddress`. */
  readonly base: string;
  readonly earlierOrders?: AccountContext['earlierOrders'];
};

/** What a trader should know of such a key. */
export const WALLET_NOTES = [
  'The key may do everything with what its wallet holds: use one of the local chain alone.',
  'What was sent is canceled by its nonce, by a transfer of nothing at a higher fee; what was mined cannot be canceled, and each swap has its deadline.',
  'The watchdog cancels beside an engine that has ended or is frozen: what takes the place of a swap is signed with it, at twice its price for gas within the bound of a cancel.',
] as const;

/** A cycle that has begun may need its second order, one that brings home what is left, and one try more. */
const MAY_FOLLOW = 3;
const AGAIN_US = US_PER_SECOND;
const ZERO_FEE = new Decimal(0);
/** Deadlines are counted by the chain, from the block that comes next: no clock of ours has to agree with its own. */
const NO_SKEW = { skewUs: 0, errorUs: 0, isByVenue: true } as const;

export class WalletVenue implements AccountVenue {
  readonly venue: VenueName;
  readonly #options: WalletVenueOptions;
  readonly #link: WalletLink;
  readonly #reader: AccountReader;
  readonly #balances = new Map<Asset, DecimalText>();
  readonly #placed = new Set<OrderId>();
  /** Orders of this run and of earlier ones that have not ended, as far as is known. */
  readonly #alive = new Map<OrderId, AskedOrder>();
  readonly #earlier: ReadonlySet<OrderId>;
  #sink: (event: VenueOrderEvent) => void = () => undefined;
  #isConnected = false;
  #isStopped = false;
  /** Why orders cannot be seen or sent, as it was reported; empty: they can; undefined: nothing was reported yet. */
  #down: string | undefined;
  /** Why the process cannot be asked, or does not see the chain; empty: it does; undefined: it was not said yet. */
  #unseen: string | undefined;
  /** Why the account could not be read when the process began; empty: it could. */
  #unread = '';
  /** Why the wallet signs nothing; empty: it does. */
  #halt = '';
  #isCanceling = false;
  /** Orders that are to be canceled, and have not ended as far as is known: each process that begins is given them. */
  readonly #toCancel = new Set<OrderId>();
  #stopTimer: () => void = () => undefined;

  constructor(options: WalletVenueOptions) {
    const { venue, clock, network, random, credentials, base } = options;
    this.venue = venue;
    this.#options = options;
    this.#earlier = new Set(options.earlierOrders?.map(({ orderId }) => orderId));
    for (const { orderId, createdUs } of options.earlierOrders ?? [])
      this.#alive.set(orderId, {
        orderId,
        createdMs: createdUs === undefined ? undefined : createdUs / US_PER_MS,
      });
    this.#link = new WalletLink({
      clock,
      network,
      random,
      credentials,
      url: accountAddress(base),
      rights: 'trade',
      cancels: () => (this.#isCanceling ? 'all' : [...this.#toCancel]),
      onUp: () => void this.#onUp(),
      onDown: (reason) => {
        this.#unseen = reason === '' ? 'the process that signs has ended' : reason;
        this.#reportLink();
      },
      onSaid: (line) => this.#onSaid(line),
    });
    this.#reader = new AccountReader({
      venue,
      clock,
      read: (asked) => this.#read(asked),
      report: (event) => this.#sink(event),
    });
  }

  connect(sink: (event: VenueOrderEvent) => void): void {
    this.#sink = sink;
    this.#isConnected = true;
    if (this.#link.isOpen) void this.#onUp();
    else this.#link.start();
  }

  async checkAccount(symbols: readonly string[]): Promise<AccountCheck> {
    await this.#link.ask({ what: 'check' });
    const fees = await this.readFees(symbols);
    return { permissions: [], isUnbounded: true, fees, skewUs: 0, notes: WALLET_NOTES };
  }

  /** A pool's fee is inside its price, and gas is a fixed cost of each order. */
  readFees(symbols: readonly string[]): Promise<AccountFees> {
    const none = new Map(symbols.map((symbol) => [symbol, ZERO_FEE]));
    return Promise.resolve({ takers: none, makers: new Map() });
  }

  async readBalances(): Promise<readonly VenueBalance[]> {
    const { balances } = await this.#standing([]);
    return balances;
  }

  get balances(): ReadonlyMap<Asset, DecimalText> {
    return this.#balances;
  }

  get clockSkew(): AccountVenue['clockSkew'] {
    return this.#link.isOpen ? NO_SKEW : undefined;
  }

  limitsUsed(): readonly [] {
    return [];
  }

  place(placement: Placement): void {
    const { orderId } = placement;
    // An order is sent at most once, and what became of it has been reported or will be.
    if (this.#placed.has(orderId)) return;
    this.#placed.add(orderId);
    const { clock } = this.#options;
    const nowUs = clock.nowUs();
    const refusal = this.#refusal(placement, nowUs);
    if (refusal === undefined) void this.#place(placement, nowUs);
    else clock.schedule(nowUs, () => this.#emit(this.#refused(orderId, refusal)));
  }

  cancel(orderId: OrderId): void {
    if (this.#alive.has(orderId)) this.#toCancel.add(orderId);
    void this.#link.once({ what: 'cancel', orderId }).catch((error: unknown) => {
      this.#emit({ kind: 'cancel-rejected', orderId, reason: messageOf(error), atUs: this.#nowUs() });
    });
  }

  cancelAll(): void {
    if (this.#isCanceling) return;
    this.#isCanceling = true;
    void this.#cancelAll();
  }

  reconcile(sinceUs: number, withHistory: boolean): void {
    this.#reader.ask({ sinceUs, withHistory });
  }

  /** A chain has no dead-man switch: a swap that is not mined by its deadline is never made. */
  keepAlive(): void {}

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#sink = () => undefined;
    this.#stopTimer();
    await this.#link.stop();
  }

  /** Why an order is not sent; undefined when it may be. */
  #refusal({ orderId, expireUs, timeInForce, postOnly }: Placement, nowUs: number): string | undefined {
    if (this.#isStopped) return 'the connection was closed';
    if (this.#earlier.has(orderId)) return 'an earlier run sent an order with this id';
    if (orderIdOf(orderId) === undefined) return `${orderId} is no order id of ours`;
    if (timeInForce !== 'ioc' || postOnly === true) return 'pools take no orders that rest';
    if (nowUs >= expireUs) return 'its deadline has passed';
    if (this.#halt !== '') return `the wallet is halted (${this.#halt})`;
    return this.#link.isOpen ? undefined : 'the process that signs is not there';
  }

  async #place({ orderId, symbol, side, qty, price, expireUs, purpose }: Placement, nowUs: number) {
    this.#alive.set(orderId, { orderId, createdMs: nowUs / US_PER_MS });
    const leftMs = Math.max(1, Math.floor((expireUs - nowUs) / US_PER_MS));
    const amounts = { qty: qty.toFixed(), price: price.toFixed() };
    const mayFollow = purpose === 'open' ? { mayFollow: MAY_FOLLOW } : {};
    const order = { orderId, symbol, side, ...amounts, ...mayFollow };
    try {
      // By the clock that the process reads too.
      await this.#link.once({ what: 'place', order, untilMs: Date.now() + leftMs });
    } catch (error) {
      // Without an answer it may have been signed: only the record and the chain say whether.
      if (error instanceof NotSent) this.#emit(this.#refused(orderId, messageOf(error)));
      else this.#emit({ kind: 'unknown', orderId, reason: messageOf(error), atUs: this.#nowUs() });
    }
  }

  #refused(orderId: OrderId, reason: string): VenueOrderEvent {
    return { kind: 'rejected', orderId, reason: `not sent: ${reason}`, atUs: this.#nowUs() };
  }

  /** What is open goes on being reported by the process, until nothing is. */
  async #cancelAll(): Promise<void> {
    const { clock } = this.#options;
    try {
      await this.#link.once({ what: 'cancel-all' });
      this.#isCanceling = false;
    } catch (error) {
      const { venue } = this;
      this.#emit({ kind: 'cancel-all-failed', venue, reason: messageOf(error), atUs: this.#nowUs() });
      this.#stopTimer = clock.schedule(clock.nowUs() + AGAIN_US, () => {
        if (!this.#isStopped) void this.#cancelAll();
      });
    }
  }

  /** A process is there. Orders are seen once it has looked at the chain; a halt that was found before it was connected is reported as well. */
  async #onUp(): Promise<void> {
    if (!this.#isConnected) return;
    try {
      await this.#standing([]);
    } catch (error) {
      this.#unread = messageOf(error);
    }
    this.#reportLink();
  }

  #onSaid(line: Json): void {
    const { event, state } = line;
    if (event === 'link') {
      this.#unseen = state === 'up' ? '' : wordsOf(line['reason']) || 'the chain cannot be looked at';
      this.#reportLink();
    } else if (event === 'order') this.#onOrder(line);
    // What was taken back is settled: the account is compared anew, as with each link that comes back.
    else if (event === 'settled') this.#onHalt('');
  }

  #onOrder(line: Json): void {
    const { kind } = line;
    const atUs = this.#nowUs();
    if (kind === 'open-orders') {
      const count = Number(line['count']);
      this.#emit({ kind, venue: this.venue, count, atUs });
    } else if (kind === 'halted') {
      this.#onHalt(`${wordsOf(line['code'])}: ${wordsOf(line['reason'])}`);
    } else this.#take(line);
  }

  /** @throws never: what cannot be read makes its order unknown. */
  #take(line: Json): void {
    const atUs = this.#nowUs();
    try {
      const event = eventOf(line, atUs);
      if (event !== undefined) this.#emit(event);
    } catch (error) {
      const orderId = orderIdOf(line['orderId']);
      if (orderId !== undefined) this.#emit({ kind: 'unknown', orderId, reason: messageOf(error), atUs });
    }
  }

  /** @param words why nothing is signed any longer; empty: the key signs again. */
  #onHalt(words: string): void {
    this.#halt = words;
    this.#reportLink();
  }

  /**
   * Where nothing can be sent the link is down, a halt of whatever name among the reasons: no cycle may begin elsewhere that would end here. The engine
   * goes on comparing meanwhile, and compares anew when it comes back.
   */
  #reportLink(): void {
    const [unseen, halt] = [this.#unseen ?? '', this.#halt];
    const down = unseen || this.#unread || halt;
    const isKnown = down !== '' || this.#unseen !== undefined;
    if (!this.#isConnected || !isKnown || this.#down === down) return;
    this.#down = down;
    const atUs = this.#nowUs();
    this.#emit({ kind: 'link', venue: this.venue, state: down === '' ? 'up' : 'down', reason: down, atUs });
  }

  async #standing(orders: readonly AskedOrder[]): Promise<Standing> {
    const standing = standingOf(await this.#link.ask({ what: 'account', orders }));
    this.#balances.clear();
    for (const { asset, total } of standing.balances) this.#balances.set(asset, total);
    const { halt } = standing;
    this.#unread = '';
    this.#onHalt(halt === undefined ? '' : `${halt.code}: ${halt.reason}`);
    return standing;
  }

  async #read(asked: AskedAccount): Promise<VenueAccount> {
    const { balances, open, ended, takenBack } = await this.#standing([...this.#alive.values()]);
    // With what they cost, which no list of orders has a place for.
    for (const line of ended) this.#take(line);
    return {
      venue: this.venue,
      orders: open,
      fills: [],
      balances,
      sinceUs: asked.sinceUs,
      ...(takenBack === undefined ? {} : { takenBack }),
    };
  }

  #emit(event: VenueOrderEvent): void {
    // A process looks at the chain as soon as it is there: what it reports before anything listens is asked for by the first reading.
    if (!this.#isConnected) return;
    if (event.kind === 'rejected' || event.kind === 'canceled' || event.kind === 'fill') {
      this.#alive.delete(event.orderId);
      this.#toCancel.delete(event.orderId);
    }
    this.#sink(event);
  }

  #nowUs(): number {
    return this.#options.clock.nowUs();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
