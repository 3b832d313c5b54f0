/** A call of Binance's API, whichever way it comes: REST and the WebSocket API have the same ones. */
import type { TimeUs } from '../../../../../domain/time.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { BinanceExchange } from '../binance-exchange.ts';
import type { FaceDialect } from '../face-dialect.ts';
import type { Params } from '../params.ts';

/** What a call takes: nothing, a key, or a signature by a key that may do it. */
export type Security = 'NONE' | 'USER_STREAM' | 'USER_DATA' | 'TRADE';

export type CallContext = {
  readonly exchange: BinanceExchange;
  readonly params: Params;
  /** A time in the unit that the client asked for: milliseconds or microseconds. */
  readonly time: (us: TimeUs) => number;
};

export type SignedContext = CallContext & { readonly account: Account };

type Common = {
  /** `GET /api/v3/depth` */
  readonly rest?: string;
  /** Method of the WebSocket API. */
  readonly socket?: string;
  readonly weight: number | ((params: Params, dialect: FaceDialect) => number);
  /** All parameters that it knows, but for those of every signed call. */
  readonly params: readonly string[];
  /** It counts as a new order, and may count for nothing else where it succeeds. */
  readonly isOrder?: boolean;
};

export type PublicCall = Common & {
  readonly security: 'NONE';
  readonly run: (context: CallContext) => unknown;
};
export type SignedCall = Common & {
  readonly security: Exclude<Security, 'NONE'>;
  readonly run: (context: SignedContext) => unknown;
};
export type Call = PublicCall | SignedCall;

/** Parameters of every signed call. */
export const SIGNED_PARAMS = ['timestamp', 'recvWindow', 'signature'] as const;
