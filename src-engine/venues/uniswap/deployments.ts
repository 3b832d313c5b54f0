/**
 * Where Uniswap and its routers are on each chain, and the tokens that are traded there: by address, as a token can have any name.
 * Sources: Uniswap, "v2/v3 Deployments" (contracts); Circle, Tether, Maker and WBTC, lists of contract addresses (tokens); Multicall3 as viem’s chains
 * have it. Read 2026-11.
 */

export type Token = {
  readonly address: string;
  /** As it is called in books and balances. Ether that is wrapped is ether: one is the other at any time, for gas alone. */
  readonly asset: string;
  readonly decimals: number;
};

export type Deployment = {
  readonly chainId: number;
  readonly title: string;
  readonly v2Factory: string;
  readonly v3Factory: string;
  readonly multicall: string;
  /** The best quote of a pair first: a pool of two of these is quoted in the one that stands higher. */
  readonly tokens: readonly Token[];
  /** Seconds from one block to the next, as the chain plans them; 0: it makes one when it is asked to, and no block is late. */
  readonly blockS: number;
  /** False where a contract sees the number of another chain’s block: then an answer cannot say which block it is of. */
  readonly countsOwnBlocks?: boolean;
  /** Who says what a transaction pays beside its gas, for its data on Ethereum. Left out: it pays for its gas alone. */
  readonly dataFee?: DataFee;
  /** False where the order of transactions cannot be bought, and only the base fee is charged. */
  readonly takesTips?: boolean;
  /** Contracts that swaps go through: v2's Router02 and v3's SwapRouter, whose swaps have a deadline. Left out: none that was tried. */
  readonly routers?: { readonly v2?: string; readonly v3?: string };
  /** Transactions beside the swap that an order there pays for: approvals, where a session trades; none when left out. */
  readonly approvals?: number;
};

/**
 * `op`: the oracle of chains of the OP stack, for a transaction of so many bytes ("GasPriceOracle": `getL1FeeUpperBound`, and
 * `getOperatorFee`). `arbitrum`: the price of a byte (Arbitrum, "ArbGasInfo": second figure of `getPricesInWei`).
 */
export type DataFee = { readonly by: 'op' | 'arbitrum'; readonly address: string };

const MULTICALL3 = '0xca11bde05977b3631167028862be2a173976ca11';

/** The coin in which gas is paid, wrapped. */
export const NATIVE = 'ETH';

export const DEPLOYMENTS: readonly Deployment[] = [
  {
    chainId: 1,
    title: 'Ethereum',
    v2Factory: '0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f',
    v3Factory: '0x1F98431c8aD98523631AE4a59f267346ea31F984',
    multicall: MULTICALL3,
    tokens: [
      { asset: 'USDC', decimals: 6, address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48' },
      { asset: 'USDT', decimals: 6, address: '0xdAC17F958D2ee523a2206206994597C13D831ec7' },
      { asset: 'DAI', decimals: 18, address: '0x6B175474E89094C44Da98b954EedeAC495271d0F' },
      { asset: NATIVE, decimals: 18, address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2' },
      { asset: 'WBTC', decimals: 8, address: '0x2260FAC5E5542a773Aa44fBCfeDf7C193bc2C599' },
    ],
    blockS: 12,
    routers: {
      v2: '0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D',
      v3: '0xE592427A0AEce92De3Edee1F18E0157C05861564',
    },
  },
  {
    chainId: 42_161,
    title: 'Arbitrum One',
    v2Factory: '0xf1D7CC64Fb4452F05c498126312eBE29f30Fbcf9',
    v3Factory: '0x1F98431c8aD98523631AE4a59f267346ea31F984',
    multicall: MULTICALL3,
    tokens: [
      { asset: 'USDC', decimals: 6, address: '0xaf88d065e77c8cC2239327C5EDb3A432268e5831' },
      { asset: 'USDT', decimals: 6, address: '0xFd086bC7CD5C481DCC9C85ebE478A1C0b69FCbb9' },
      { asset: NATIVE, decimals: 18, address: '0x82aF49447D8a07e3bd95BD0d56f35241523fBab1' },
      { asset: 'WBTC', decimals: 8, address: '0x2f2a2543B76A4166549F7aaB2e75Bef0aefC5B0f' },
    ],
    blockS: 0.25,
    // Contracts see about the block of Ethereum (Arbitrum, "Block numbers and time").
    countsOwnBlocks: false,
    dataFee: { by: 'arbitrum', address: '0x000000000000000000000000000000000000006c' },
    // Arbitrum, "Gas and fees": tips are ignored.
    takesTips: false,
    routers: {
      v2: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24',
      v3: '0xE592427A0AEce92De3Edee1F18E0157C05861564',
    },
  },
  {
    chainId: 8_453,
    title: 'Base',
    v2Factory: '0x8909Dc15e40173Ff4699343b6eB8132c65e18eC6',
    v3Factory: '0x33128a8fC17869897dcE68Ed026d694621f6FDfD',
    multicall: MULTICALL3,
    tokens: [
      { asset: 'USDC', decimals: 6, address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913' },
      { asset: NATIVE, decimals: 18, address: '0x4200000000000000000000000000000000000006' },
    ],
    blockS: 2,
    dataFee: { by: 'op', address: '0x420000000000000000000000000000000000000F' },
    // Its router of v3 is another contract, which was not tried.
    routers: { v2: '0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24' },
  },
];

/** Fee tiers of v3, of a million. */
export const V3_FEES = [100, 500, 3_000, 10_000] as const;

/** Base and quote of two listed tokens: the one that stands higher in the list is the quote. */
export function pairOf(
  tokens: readonly Token[],
  a: Token,
  b: Token,
): { readonly base: Token; readonly quote: Token } {
  return tokens.indexOf(a) < tokens.indexOf(b) ? { base: b, quote: a } : { base: a, quote: b };
}
