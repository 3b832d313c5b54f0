/** Bybit's account calls that a trader's client needs (Bybit v5, "Account" and "User"). */
import type { Account } from '../../../core/accounts/accounts.ts';
import { badParameter } from '../bybit-problem.ts';
import { walletRow } from '../order-texts.ts';
import { bybitPair } from '../pairs.ts';
import { optional, required, requireSpot } from '../params.ts';
import type { PrivateCall, PrivateContext } from './call.ts';

/** What a key for trading may do. `Withdraw` is for tests of clients that must refuse such a key. */
const TRADING_PERMISSIONS = ['read-write', 'SpotTrade'] as const;

export function mayDo(account: Account, permission: string): boolean {
  return (account.permissions ?? TRADING_PERMISSIONS).includes(permission);
}

export const ACCOUNT_CALLS: readonly PrivateCall[] = [
  { rest: 'GET /v5/user/query-api', limit: 'query', run: queryApi },
  {
    rest: 'GET /v5/account/info',
    limit: 'query',
    run: ({ exchange }) => ({
      marginMode: 'REGULAR_MARGIN',
      updatedTime: String(Math.floor(exchange.clock.nowUs() / 1_000)),
      unifiedMarginStatus: 6,
      dcpStatus: 'OFF',
      timeWindow: 0,
      smpGroup: 0,
      isMasterTrader: false,
      spotHedgingStatus: 'OFF',
    }),
  },
  { rest: 'GET /v5/account/wallet-balance', limit: 'query', run: walletBalance },
  { rest: 'GET /v5/account/fee-rate', limit: 'query', run: feeRates },
];

function queryApi({ account }: PrivateContext): object {
  const allowed = account.permissions ?? TRADING_PERMISSIONS;
  const named = (...names: readonly string[]): string[] => allowed.filter((name) => names.includes(name));
  return {
    id: String(account.number),
    note: account.name,
    apiKey: account.key,
    readOnly: mayDo(account, 'read-write') ? 0 : 1,
    secret: '',
    permissions: {
      ContractTrade: [],
      Spot: named('SpotTrade'),
      Wallet: named('AccountTransfer', 'SubMemberTransfer', 'Withdraw'),
      Options: [],
      Derivatives: [],
      CopyTrading: [],
      BlockTrade: [],
      Exchange: [],
      NFT: [],
      Affiliate: [],
    },
    ips: ['*'],
    type: 1,
    deadlineDay: 90,
    expiredAt: '2030-01-01T00:00:00Z',
    createdAt: '2026-01-01T00:00:00Z',
    unified: 0,
    uta: 1,
    userID: account.number,
    inviterID: 0,
    vipLevel: 'No VIP',
    mktMakerLevel: '0',
    affiliateID: 0,
    rsaPublicKey: '',
    isMaster: true,
    parentUid: '0',
    kycLevel: 'LEVEL_DEFAULT',
    kycRegion: '',
  };
}

function walletBalance({ account, params }: PrivateContext): object {
  if (required(params, 'accountType') !== 'UNIFIED') throw badParameter('accountType only support UNIFIED.');
  const coins = optional(params, 'coin')?.split(',');
  const { ledger } = account;
  const held = ledger.assets().filter((asset) => !ledger.balance(asset).isZero());
  return { list: [walletRow(account, coins ?? held)] };
}

function feeRates({ exchange, params }: PrivateContext): object {
  requireSpot(params);
  const symbol = optional(params, 'symbol');
  const markets = symbol === undefined ? exchange.markets : [exchange.byName(symbol)];
  return {
    category: 'spot',
    list: markets.map((market) => ({
      symbol: bybitPair(market).name,
      takerFeeRate: market.takerFee.toFixed(),
      makerFeeRate: market.makerFee.toFixed(),
      baseCoin: '',
    })),
  };
}
