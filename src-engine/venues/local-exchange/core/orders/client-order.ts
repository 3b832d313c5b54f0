import { type Decimal, ZERO } from '../../../../domain/decimal.ts';
import type { Side } from '../../../../domain/order.ts';
import type { TimeUs } from '../../../../domain/time.ts';
import type { Ledger } from '../accounts/ledger.ts';
import type { Market } from '../market.ts';
import { EngineOrder } from '../matching/book-side.ts';

export type OrderType = 'limit' | 'market';
export type VenueTimeInForce = 'gtc' | 'ioc' | 'fok';
/** Why an order ended without being filled. */
export type EndReason =
  | 'user'
  /** An immediate order found nothing more to take. */
  | 'immediate'
  | 'would-take'
  | 'self-trade'
  | 'replaced'
  /** Amended to a quantity at or below what was filled. */
  | 'amended-away'
  /** The dead-man switch was not put off. */
  | 'countdown';

export type ClientOrderStatus = 'pending_new' | 'new' | 'partially_filled' | 'filled' | 'canceled';

/** An order as a client asked for it, checked and in integer units. */
export type OrderTerms = {
  readonly market: Market;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: VenueTimeInForce;
  readonly postOnly: boolean;
  /** Of two orders of one account that meet, the one that rests ends; false: the one that arrives. */
  readonly cancelsOwnResting: boolean;
  /** In 10^-priceDecimals; 0 for a market order. */
  readonly price: number;
  /** In 10^-qtyDecimals. */
  readonly qty: number;
  readonly clOrdId: string | undefined;
  readonly userRef: number | undefined;
  /** Whatever its protocol wants to keep with it. */
  readonly note?: object | undefined;
};

/** What an order needs to know of the account that it belongs to. */
export type OrderOwner = {
  readonly number: number;
  readonly name: string;
  readonly ledger: Ledger;
  readonly paysNativeFees: boolean;
  remember(order: ClientOrder): void;
  rememberTrade(trade: ClientTrade): void;
};

/** A client's order: rests in the matching engine as itself, and carries what the account needs to know. */
export class ClientOrder extends EngineOrder {
  readonly orderId: string;
  readonly account: OrderOwner;
  readonly terms: OrderTerms;
  readonly openedUs: TimeUs;
  /** Quantity asked for in all; an amendment changes it. */
  qty: number;
  filled = 0;
  /** Price × quantity over the fills, in quote. */
  cost: Decimal = ZERO;
  /** Fees over the fills, as far as they were charged in quote. */
  fees: Decimal = ZERO;
  /** What the ledger holds for it, in `heldAsset`. */
  held: Decimal = ZERO;
  status: ClientOrderStatus = 'pending_new';
  /** Why it was canceled. */
  reason: EndReason | undefined = undefined;
  closedUs: TimeUs = 0;
  readonly fills: ClientTrade[] = [];

  constructor(orderId: string, account: OrderOwner, terms: OrderTerms, openedUs: TimeUs) {
    super(account.number, terms.side, terms.price, terms.qty);
    this.orderId = orderId;
    this.account = account;
    this.terms = terms;
    this.qty = terms.qty;
    this.openedUs = openedUs;
  }

  get market(): Market {
    return this.terms.market;
  }

  get clOrdId(): string | undefined {
    return this.terms.clOrdId;
  }

  /** A buyer's hold is in quote, a seller's in base. */
  get heldAsset(): string {
    const { pair } = this.terms.market;
    return this.side === 'buy' ? pair.quote : pair.base;
  }

  get isOpen(): boolean {
    return this.status !== 'filled' && this.status !== 'canceled';
  }
}

/** One fill of a client's order. */
export type ClientTrade = {
  readonly execId: string;
  readonly tradeId: number;
  readonly order: ClientOrder;
  readonly price: number;
  readonly qty: number;
  readonly cost: Decimal;
  readonly fee: Decimal;
  /** What the fee was charged in. */
  readonly feeAsset: string;
  readonly isMaker: boolean;
  readonly atUs: TimeUs;
};

/** A change of a client's balance. The balance moved by `amount − fee`. */
export type LedgerEntry = {
  readonly kind: 'trade' | 'transfer';
  readonly ledgerId: string;
  readonly refId: string;
  readonly asset: string;
  readonly amount: Decimal;
  readonly fee: Decimal;
  readonly balance: Decimal;
  readonly atUs: TimeUs;
};

/** What became of a client's order; `order` is as it stands right after. */
export type ExecutionReport = {
  readonly kind: 'pending_new' | 'new' | 'trade' | 'filled' | 'canceled' | 'amended';
  readonly order: ClientOrder;
  readonly trade?: ClientTrade;
  /** The limit price that an amendment sets, in units; it may trade at once, after this report. */
  readonly price?: number;
  readonly atUs: TimeUs;
};
