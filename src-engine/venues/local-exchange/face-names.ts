import { type AccountOptions, DEMO_ACCOUNT } from './core/accounts/accounts.ts';

/** Venues whose protocols the local exchange speaks, by their ids: it has a folder of its own for each. */
export const FACES = ['kraken', 'binance', 'bybit', 'coinbase', 'okx', 'kucoin', 'binance-us'] as const;
export type FaceName = (typeof FACES)[number];

const SEED_STEP = 7_919;

/** The seed of one of several exchanges that share a market, so that no two have the same crowd, noise and outages. */
export function seedOfExchange(marketSeed: number, index: number): number {
  return marketSeed + index * SEED_STEP;
}

/** What most pairs of a venue are against: the money of an account there, unless its owner names another. */
export const FACE_CASH: Readonly<Record<FaceName, string>> = {
  kraken: 'USD',
  binance: 'USDT',
  bybit: 'USDT',
  coinbase: 'USD',
  okx: 'USDT',
  kucoin: 'USDT',
  'binance-us': 'USDT',
};

/** As the demonstration's account, with what is traded at Binance. */
const BINANCE_DEMO_ACCOUNT: AccountOptions = {
  ...DEMO_ACCOUNT,
  balances: { USDT: '50000', EUR: '20000', USDC: '20000', BTC: '0.5', ETH: '5', BNB: '10' },
};

const IN_USDT: AccountOptions = {
  ...DEMO_ACCOUNT,
  balances: { USDT: '50000', EUR: '20000', USDC: '20000', BTC: '0.5', ETH: '5' },
};

/** A key of Ed25519 that was made for this account, and is worth nothing elsewhere. */
const COINBASE_DEMO_ACCOUNT: AccountOptions = {
  ...DEMO_ACCOUNT,
  key: 'organizations/local/apiKeys/demo',
  secret: 'yjNZspeDP8RiVMlFPvB8OuRzmRB+XKijjK7IYWvqVXQEdb2UgWIdy8o7ywqTuJFHvY7MHqg/miqZ0gxRTGnR5g==',
  balances: { USD: '50000', EUR: '20000', USDT: '20000', BTC: '0.5', ETH: '5' },
};

/** The account of each face where its owner names none: what a client must know of it beside its addresses. */
export const FACE_ACCOUNTS: Readonly<Record<FaceName, AccountOptions>> = {
  kraken: DEMO_ACCOUNT,
  binance: BINANCE_DEMO_ACCOUNT,
  bybit: IN_USDT,
  coinbase: COINBASE_DEMO_ACCOUNT,
  okx: { ...IN_USDT, passphrase: 'demo passphrase' },
  kucoin: { ...IN_USDT, passphrase: 'demo passphrase' },
  'binance-us': {
    ...DEMO_ACCOUNT,
    balances: { USDT: '50000', USD: '20000', USDC: '20000', BTC: '0.5', ETH: '5', BNB: '10' },
  },
};
