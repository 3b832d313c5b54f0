/** Binance's account calls (spot API, "Account endpoints"), and those of the wallet API that a trader's client needs. */
import { ZERO } from '../../../../../domain/decimal.ts';
import type { Account } from '../../../core/accounts/accounts.ts';
import type { Market } from '../../../core/market.ts';
import { type BinanceExchange, FEE_COIN, FEE_DISCOUNT } from '../binance-exchange.ts';
import { missing } from '../binance-problem.ts';
import { binancePair } from '../pairs.ts';
import { flag, oneOf, type Params, required, symbolOf } from '../params.ts';
import { amount8, text8 } from '../wire-text.ts';
import type { SignedCall, SignedContext } from './call.ts';

/** What a key for trading may do. `withdrawals` is for tests of clients that must refuse such a key. */
export const TRADING_PERMISSIONS = ['reading', 'spot-trading'] as const;
const ZERO_TEXT = amount8(ZERO);
const NO_RATES = { maker: ZERO_TEXT, taker: ZERO_TEXT, buyer: ZERO_TEXT, seller: ZERO_TEXT };

export function mayDo(account: Account, permission: string): boolean {
  return (account.permissions ?? TRADING_PERMISSIONS).includes(permission);
}

export const ACCOUNT_CALLS: readonly SignedCall[] = [
  {
    rest: 'GET /api/v3/account',
    socket: 'account.status',
    weight: 20,
    params: ['omitZeroBalances'],
    security: 'USER_DATA',
    run: accountStatus,
  },
  {
    rest: 'GET /api/v3/account/commission',
    socket: 'account.commission',
    weight: 20,
    params: ['symbol'],
    security: 'USER_DATA',
    run: ({ exchange, account, params }) =>
      commissionOf(account, exchange.byName(symbolOf(params)), 'account'),
  },
  {
    rest: 'GET /api/v3/rateLimit/order',
    socket: 'account.rateLimits.orders',
    weight: 40,
    params: [],
    security: 'USER_DATA',
    run: ({ exchange, account }) => exchange.limits.orderRows(account.name, exchange.clock.nowUs()),
  },
  {
    rest: 'GET /sapi/v1/account/apiRestrictions',
    weight: 1,
    params: [],
    security: 'USER_DATA',
    run: ({ account, time }) => ({
      ipRestrict: false,
      createTime: time(0),
      enableReading: mayDo(account, 'reading'),
      enableSpotAndMarginTrading: mayDo(account, 'spot-trading'),
      enableWithdrawals: mayDo(account, 'withdrawals'),
      enableInternalTransfer: mayDo(account, 'internal-transfers'),
      permitsUniversalTransfer: mayDo(account, 'universal-transfers'),
      enableMargin: mayDo(account, 'margin'),
      enableFutures: mayDo(account, 'futures'),
      enableVanillaOptions: mayDo(account, 'options'),
      enablePortfolioMarginTrading: false,
    }),
  },
  {
    rest: 'GET /sapi/v1/asset/tradeFee',
    weight: 1,
    params: ['symbol'],
    security: 'USER_DATA',
    run: ({ exchange, params }) => feeRows(exchange, params),
  },
  {
    rest: 'GET /sapi/v1/asset/query/trading-fee',
    weight: 1,
    params: ['symbol'],
    security: 'USER_DATA',
    run: ({ exchange, params }) => feeRows(exchange, params),
  },
  {
    rest: 'GET /sapi/v1/bnbBurn',
    weight: 1,
    params: [],
    security: 'USER_DATA',
    run: ({ account }) => ({ spotBNBBurn: account.paysNativeFees, interestBNBBurn: false }),
  },
  {
    rest: 'POST /sapi/v1/bnbBurn',
    weight: 1,
    params: ['spotBNBBurn', 'interestBNBBurn'],
    security: 'USER_DATA',
    run({ account, params }) {
      oneOf(required(params, 'spotBNBBurn'), ['true', 'false'] as const, missing('spotBNBBurn'));
      account.paysNativeFees = flag(params, 'spotBNBBurn');
      return { spotBNBBurn: account.paysNativeFees, interestBNBBurn: false };
    },
  },
];

/** Rates of one pair, or of all. */
function feeRows(exchange: BinanceExchange, params: Params): object[] {
  return (params.has('symbol') ? [exchange.byName(symbolOf(params))] : exchange.markets).map((market) => ({
    symbol: binancePair(market).name,
    makerCommission: market.makerFee.toFixed(),
    takerCommission: market.takerFee.toFixed(),
  }));
}

function accountStatus({ exchange, account, params, time }: SignedContext): object {
  const { ledger } = account;
  const isShort = flag(params, 'omitZeroBalances');
  const assets = isShort
    ? ledger.assets().filter((asset) => !ledger.balance(asset).isZero())
    : ledger.assets();
  // Rates of the account are those of its first pair: this exchange has one tier.
  const [market] = exchange.markets;
  const maker = text8(market?.makerFee.toFixed() ?? '0');
  const taker = text8(market?.takerFee.toFixed() ?? '0');
  return {
    makerCommission: Math.round(Number(maker) * 10_000),
    takerCommission: Math.round(Number(taker) * 10_000),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker, taker, buyer: ZERO_TEXT, seller: ZERO_TEXT },
    canTrade: mayDo(account, 'spot-trading'),
    canWithdraw: true,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: time(account.trades.at(-1)?.atUs ?? 0),
    accountType: 'SPOT',
    balances: assets.map((asset) => ({
      asset,
      free: amount8(ledger.available(asset)),
      locked: amount8(ledger.held(asset)),
    })),
    permissions: ['SPOT'],
    uid: account.number,
  };
}

/** Rates of a pair for an account, and the discount for paying in the venue's coin. */
export function commissionOf(account: Account, market: Market, of: 'account' | 'test'): object {
  const standard = {
    maker: text8(market.makerFee.toFixed()),
    taker: text8(market.takerFee.toFixed()),
    buyer: ZERO_TEXT,
    seller: ZERO_TEXT,
  };
  const discount = {
    enabledForAccount: account.paysNativeFees,
    enabledForSymbol: true,
    discountAsset: FEE_COIN,
    discount: text8(FEE_DISCOUNT),
  };
  if (of === 'test') {
    const { maker, taker } = standard;
    const none = { maker: ZERO_TEXT, taker: ZERO_TEXT };
    return {
      standardCommissionForOrder: { maker, taker },
      specialCommissionForOrder: none,
      taxCommissionForOrder: none,
      discount,
    };
  }
  return {
    symbol: binancePair(market).name,
    standardCommission: standard,
    specialCommission: NO_RATES,
    taxCommission: NO_RATES,
    discount,
  };
}
