/**
 * Kraken's taker fees by the volume of the last 30 days. A recording has the fee of the first tier alone; what a trader of
 * another tier would pay follows from it, as each kind of pair has a schedule of its own.
 */
import { type Decimal, decimal } from '../../domain/decimal.ts';

/** From a volume in USD on, the fee in percent. */
type Tier = readonly [fromUsd: number, percent: string];

/** As AssetPairs listed them on `SCHEDULE_DATE` (`fees`), by the percent of their first tier. */
const SCHEDULES: ReadonlyMap<string, readonly Tier[]> = new Map<string, readonly Tier[]>([
  [
    '0.4',
    [
      [0, '0.4'],
      [10_000, '0.35'],
      [50_000, '0.24'],
      [100_000, '0.22'],
      [250_000, '0.2'],
      [500_000, '0.18'],
      [1_000_000, '0.16'],
      [2_500_000, '0.14'],
      [5_000_000, '0.12'],
      [10_000_000, '0.1'],
      [100_000_000, '0.08'],
      [500_000_000, '0.05'],
    ],
  ],
  [
    '0.2',
    [
      [0, '0.2'],
      [50_000, '0.16'],
      [100_000, '0.12'],
      [250_000, '0.08'],
      [500_000, '0.04'],
      [1_000_000, '0.02'],
      [10_000_000, '0.01'],
      [100_000_000, '0.001'],
    ],
  ],
  [
    '0.01',
    [
      [0, '0.01'],
      [100_000_000, '0.001'],
    ],
  ],
]);

/** The same of makers (`fees_maker`), by the percent of their first tier; below zero is a rebate, which is not reckoned with. */
const MAKER_SCHEDULES: ReadonlyMap<string, readonly Tier[]> = new Map<string, readonly Tier[]>([
  [
    '0.25',
    [
      [0, '0.25'],
      [10_000, '0.2'],
      [50_000, '0.14'],
      [100_000, '0.12'],
      [250_000, '0.1'],
      [500_000, '0.08'],
      [1_000_000, '0.06'],
      [2_500_000, '0.04'],
      [5_000_000, '0.02'],
      [10_000_000, '0'],
    ],
  ],
  [
    '0.23',
    [
      [0, '0.23'],
      [10_000, '0.18'],
      [50_000, '0.12'],
      [100_000, '0.1'],
      [250_000, '0.08'],
      [500_000, '0.06'],
      [1_000_000, '0.04'],
      [2_500_000, '0.02'],
      [5_000_000, '0'],
    ],
  ],
  [
    '0.2',
    [
      [0, '0.2'],
      [50_000, '0.16'],
      [100_000, '0.12'],
      [250_000, '0.08'],
      [500_000, '0.04'],
      [1_000_000, '0.02'],
      [10_000_000, '0'],
    ],
  ],
  ['0', [[0, '0']]],
]);
/** The highest schedule of makers: for every pair whose own is not listed. */
const HIGHEST_MAKER = decimal('0.0025');

/** The day on which AssetPairs listed these schedules: said wherever a fee is taken from them. */
export const SCHEDULE_DATE = '2026-01-12';

/** What is shown beside a fee that is not the account's own and was not listed by the venue. */
export const ASSUMED_BASIS = `assumed, schedule of ${SCHEDULE_DATE}`;

/**
 * Pairs with a cheaper schedule than the first, as AssetPairs listed them that day: the base is a stablecoin, money, or
 * pegged to the quote (support.kraken.com, "How do stablecoin/FX fees work?").
 */
const CHEAPER: ReadonlyMap<string, string> = new Map([
  ...pairsAt('0.2', [
    'AUD/JPY AUD/USD AUDX/AUD AUDX/USD AUSD/EUR AUSD/USD BRL1/USD CMETH/ETH COPM/USD DAI/EUR DAI/USD DAI/USDT',
    'EUR/AUD EUR/CAD EUR/CHF EUR/GBP EUR/JPY EUR/USD EURC/EUR EURC/USD EURC/USDC EUROP/EUR EUROP/USD',
    'EUROP/USDC EURQ/EUR EURQ/USD EURR/EUR EURR/USD EURR/USDT FRNT/USD GBP/USD LSETH/ETH METH/ETH MXNB/USD',
    'PYUSD/EUR PYUSD/USD RLUSD/EUR RLUSD/USD RLUSD/USDC RLUSD/USDT TBTC/BTC TGBP/GBP TGBP/USD TUSD/EUR',
    'TUSD/USD USD/CAD USD/CHF USD/JPY USD1/USD USD1/USDC USDC/AUD USDC/CAD USDC/CHF USDC/EUR USDC/GBP USDC/USD',
    'USDC/USDT USDD/EUR USDD/USD USDE/EUR USDE/USD USDE/USDC USDE/USDT USDQ/EUR USDQ/USD USDQ/USDC USDQ/USDT',
    'USDR/EUR USDR/USD USDR/USDC USDR/USDT USDS/EUR USDS/USD USDT/AUD USDT/CAD USDT/CHF USDT/EUR USDT/GBP',
    'USDT/JPY USDT/USD WBTC/BTC',
  ]),
  ...pairsAt('0.01', ['EURR/USDC USDG/EUR USDG/USD USDG/USDC USDG/USDT']),
]);
/** The highest schedule: for every pair that is not named above, so that a new pair's fee is never assumed too low. */
const HIGHEST = '0.4';

function pairsAt(firstPercent: string, lines: readonly string[]): [symbol: string, firstPercent: string][] {
  return lines.flatMap((line) => line.split(' ').map((symbol): [string, string] => [symbol, firstPercent]));
}

/**
 * The taker fee of a pair by the published schedule, where neither the venue nor an account says one. @param volumeUsd of
 * the last 30 days, from 0 on. @returns a fraction: 0.004 is 40 bps.
 */
export function assumedKrakenFee(symbol: string, volumeUsd: number): Decimal {
  const first = decimal(CHEAPER.get(symbol) ?? HIGHEST).div(100);
  return krakenTakerFee(first, volumeUsd) ?? first;
}

/**
 * @param firstFee taker fee of the first tier as a fraction: 0.004. @param volumeUsd of the last 30 days, from 0 on.
 * @returns the fee of that volume's tier; undefined for a fee that begins no schedule we know.
 */
export function krakenTakerFee(firstFee: Decimal, volumeUsd: number): Decimal | undefined {
  return feeOfTier(SCHEDULES.get(firstFee.times(100).toString()), volumeUsd);
}

/** The same of makers. */
export function krakenMakerFee(firstFee: Decimal, volumeUsd: number): Decimal | undefined {
  return feeOfTier(MAKER_SCHEDULES.get(firstFee.times(100).toString()), volumeUsd);
}

/** What a maker pays for a pair of which the venue lists nothing: never assumed too low. */
export function assumedKrakenMakerFee(volumeUsd: number): Decimal {
  return krakenMakerFee(HIGHEST_MAKER, volumeUsd) ?? HIGHEST_MAKER;
}

function feeOfTier(tiers: readonly Tier[] | undefined, volumeUsd: number): Decimal | undefined {
  const tier = tiers?.findLast(([fromUsd]) => volumeUsd >= fromUsd);
  return tier === undefined ? undefined : decimal(tier[1]).div(100);
}
