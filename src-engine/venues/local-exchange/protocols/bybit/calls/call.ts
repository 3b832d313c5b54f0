/** A call of Bybit's API. */
import type { Account } from '../../../core/accounts/accounts.ts';
import type { BybitExchange } from '../bybit-exchange.ts';
import type { Params } from '../params.ts';
import type { LimitKind } from '../request-limits.ts';

export type PublicContext = { readonly exchange: BybitExchange; readonly params: Params };
export type PrivateContext = PublicContext & { readonly account: Account };

export type PublicCall = {
  /** `GET /v5/market/time` */
  readonly rest: string;
  readonly run: (context: PublicContext) => unknown;
};
export type PrivateCall = {
  readonly rest: string;
  /** Which of the account's limits counts it. */
  readonly limit: LimitKind;
  /** The key must be allowed to trade. */
  readonly trades?: boolean;
  readonly run: (context: PrivateContext) => unknown;
};
